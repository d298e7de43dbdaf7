package dev.mure.manager.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.util.Durations;
import dev.mure.manager.planning.RolloutStates;
import dev.mure.manager.planning.Slot;
import dev.mure.manager.planning.SlotId;
import dev.mure.manager.planning.TaskFate;
import dev.mure.manager.store.ClusterState;
import dev.mure.manager.store.TaskStates;
import dev.mure.v1.Node;
import dev.mure.v1.NodeState;
import dev.mure.v1.Rollout;
import dev.mure.v1.Service;
import dev.mure.v1.Share;
import dev.mure.v1.SlotProgress;
import dev.mure.v1.Task;
import dev.mure.v1.UpdateConfig;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * I10: never more slots out of service because of us than the budget allows, whether an update, a rollback or a drain takes them
 * out. Remembers which slots were taken out; the planners read the same off the state.
 */
final class UpdateBudget {

    private final Map<String, Set<Integer>> taken = new HashMap<>();

    /** A task that runs is told to stop, and no other task of its slot runs. */
    void take(ClusterState before, ClusterState after, Service service, int slot) {
        Set<Integer> slots = taken.computeIfAbsent(service.getId(), id -> new TreeSet<>());
        slots.removeIf(number -> !onItsWay(after, service, number));
        slots.add(slot);
        Set<Integer> out = new TreeSet<>(slots);
        if (service.hasMaxUnavailable()) {
            // Whatever the reason they are out for, with a limit of its own they count; not those that only just are filled again.
            Slot.existingOf(after, service.getId())
                    .stream()
                    .filter(other -> out(after, other) && out(before, Slot.of(before, other.id()))
                            && usable(after, other))
                    .forEach(other -> out.add(other.number()));
        }
        assertThat(out).as("slots of " + service.getId() + " out of service")
                .hasSizeLessThanOrEqualTo(Math.max(allowed(before, service), allowed(after, service)));
    }

    /** After each transaction: who is back. */
    void settle(ClusterState after, Service service) {
        Set<Integer> slots = taken.get(service.getId());
        if (slots != null) {
            slots.removeIf(number -> !onItsWay(after, service, number));
        }
    }

    static int allowed(ClusterState state, Service service) {
        int slots = Slot.existingOf(state, service.getId()).size();
        return service.hasMaxUnavailable()
                ? Math.max(1, slots(service.getMaxUnavailable(), slots))
                : lanes(policy(state, service).getParallelism(), slots);
    }

    /** What is in force. */
    private static UpdateConfig policy(ClusterState state, Service service) {
        return state.rollout(service.getId())
                .filter(RolloutStates::underWay)
                .map(Rollout::getPolicy)
                .orElse(service.getUpdate());
    }

    /** Slots in work at once by a parallelism. */
    static int lanes(Share parallelism, int slots) {
        if (!parallelism.hasCount() && !parallelism.hasPercent()) {
            return 1;
        }
        if (parallelism.hasCount() && parallelism.getCount() == 0) {
            return Integer.MAX_VALUE;
        }
        return Math.max(1, slots(parallelism, slots));
    }

    static int slots(Share share, int slots) {
        return share.hasPercent() ? (int) Math.ceil(share.getPercent() * slots / 100.0) : share.getCount();
    }

    private static boolean out(ClusterState state, Slot slot) {
        return !slot.wanted().isEmpty() && slot.tasks()
                .stream()
                .noneMatch(task -> TaskFate.holds(state, task) && TaskStates.running(task));
    }

    /** A slot whose node can't be used is out until the node is back, and nobody waits for it. */
    private static boolean usable(ClusterState state, Slot slot) {
        String bound = slot.tasks().getLast().getOnlyNodeId();
        return bound.isEmpty() || state.node(bound)
                .filter(node -> node.getState() == NodeState.NODE_STATE_READY
                        && node.getAvailability() == Node.Availability.ACTIVE)
                .isPresent();
    }

    /** Its new task has not come to run yet, has a place, and neither has it failed nor was the slot given up. */
    private static boolean onItsWay(ClusterState state, Service service, int number) {
        Slot slot = Slot.of(state, new SlotId(service.getId(), number));
        List<SlotProgress> progress = state.rollout(service.getId())
                .stream()
                .flatMap(rollout -> rollout.getSlotsList().stream())
                .filter(known -> known.getSlot() == number)
                .toList();
        boolean givenUp = progress.stream()
                .anyMatch(known -> !known.getFailedTaskId().isEmpty() && known.getSettledClockMillis() > 0);
        return !service.getRemoved() && slot.exists() && out(state, slot) && !givenUp && usable(state, slot)
                && slot.tasks().stream().anyMatch(task -> hasAPlaceForTheFirstTime(state, task));
    }

    private static boolean hasAPlaceForTheFirstTime(ClusterState state, Task task) {
        return TaskFate.holds(state, task) && !TaskFate.unassigned(task) && !task.hasRestart()
                && state.clockMillis() - task.getStatus().getClockMillis() < patienceMillis(state, task);
    }

    /** What does not come to run within the start deadline is not waited for. */
    private static long patienceMillis(ClusterState state, Task task) {
        Service service = state.service(task.getServiceId()).orElseThrow();
        long deadline = Durations.toMillis(policy(state, service).getStartDeadline());
        return deadline > 0 ? deadline : 5 * 60_000;
    }
}
