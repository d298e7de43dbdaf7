package dev.mure.manager.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mure.manager.planning.CurrentSpec;
import dev.mure.manager.planning.RolloutStates;
import dev.mure.manager.planning.Slot;
import dev.mure.manager.planning.SlotId;
import dev.mure.manager.planning.TaskFate;
import dev.mure.manager.store.ClusterState;
import dev.mure.manager.store.TaskStates;
import dev.mure.v1.FailureKind;
import dev.mure.v1.Node;
import dev.mure.v1.NodeState;
import dev.mure.v1.RestartPolicy;
import dev.mure.v1.Rollout;
import dev.mure.v1.Service;
import dev.mure.v1.SlotProgress;
import dev.mure.v1.Task;
import dev.mure.v1.TaskState;
import dev.mure.v1.UpdateConfig;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Counts failures of rollouts a second time, from what was observed, to compare with what the rollouts counted and what they did
 * about it (I16, I17).
 */
final class FailureCount {

    /** So many failures of a slot may be blamed on nodes before one counts. */
    private static final int INFRASTRUCTURE_LIMIT = 3;

    private record Run(String serviceId, long toRevision, long startedClockMillis) {
        static Run of(Rollout rollout) {
            return new Run(rollout.getServiceId(), rollout.getToRevision(), rollout.getStartedClockMillis());
        }
    }

    /** What was seen of the slots of one run. */
    private static final class Seen {
        /** Failures that have to be counted. */
        private final Set<Integer> certain = new TreeSet<>();
        /** Failures that may be counted: what was added meanwhile, or made pointless by something else at the same time. */
        private final Set<Integer> possible = new TreeSet<>();
        /** Slots whose new task was late. */
        private final Set<Integer> late = new TreeSet<>();
        private final Map<Integer, Integer> blamedOnNodes = new TreeMap<>();
        private boolean policyChanged;
    }

    private final Map<Run, Seen> runs = new HashMap<>();

    void observe(ClusterState before, ClusterState after, Task old, Task task) {
        if (TaskStates.ended(old) || !TaskStates.ended(task) || !TaskStates.wanted(task)) {
            return;
        }
        Service service = before.service(task.getServiceId()).orElseThrow();
        Optional<Rollout> rollout = before.rollout(service.getId())
                .filter(update -> RolloutStates.underWay(update) || RolloutStates.paused(update))
                .filter(update -> update.getToRevision() == service.getRevision());
        CurrentSpec current = new CurrentSpec(before, service);
        if (rollout.isEmpty() || service.getRemoved() || !current.clean(task) || !isFailure(before, task)) {
            return;
        }
        Slot slot = Slot.of(before, new SlotId(service.getId(), task.getSlot()));
        boolean known = rollout.get().getSlotsList().stream().anyMatch(progress -> progress.getSlot() == slot.number());
        boolean moves = slot.wanted().stream().anyMatch(other -> !current.clean(other));
        Seen seen = runs.computeIfAbsent(Run.of(rollout.get()), run -> new Seen());
        boolean blamedOnNode = task.getStatus().getFailure() == FailureKind.FAILURE_KIND_INFRASTRUCTURE
                && seen.blamedOnNodes.merge(slot.number(), 1, Integer::sum) <= INFRASTRUCTURE_LIMIT;
        boolean alone =
                slot.others(task).stream().noneMatch(other -> TaskFate.holds(before, other) && current.clean(other));
        if (blamedOnNode) {
            return;
        }
        seen.possible.add(slot.number());
        boolean concerned = known || moves;
        if (task.getStatus().getFailure() != FailureKind.FAILURE_KIND_INFRASTRUCTURE && concerned && alone
                && usable(after, task)) {
            seen.certain.add(slot.number());
        }
    }

    /** A rollout that notes a failure of a task that has not ended does so because the slot's time was over. */
    void noted(ClusterState before, ClusterState after, Rollout was, Rollout rollout) {
        Seen seen = runs.computeIfAbsent(Run.of(rollout), run -> new Seen());
        if (Run.of(was).equals(Run.of(rollout)) && !was.getPolicy().equals(rollout.getPolicy())) {
            seen.policyChanged = true;
        }
        for (SlotProgress slot : rollout.getSlotsList()) {
            Optional<SlotProgress> known =
                    was.getSlotsList().stream().filter(other -> other.getSlot() == slot.getSlot()).findFirst();
            boolean news = !slot.getFailedTaskId().isEmpty()
                    && known.filter(other -> !other.getFailedTaskId().isEmpty()).isEmpty();
            if (news && Run.of(was).equals(Run.of(rollout))) {
                long deadline = known.map(SlotProgress::getDeadlineClockMillis).orElse(0L);
                if (deadline > 0 && after.clockMillis() >= deadline) {
                    seen.late.add(slot.getSlot());
                }
                seen.policyChanged = false;
            }
        }
    }

    private static boolean isFailure(ClusterState state, Task task) {
        RestartPolicy policy =
                state.revision(task.getServiceId(), task.getRevision()).orElseThrow().getTask().getRestart();
        return task.getStatus().getState() != TaskState.TASK_STATE_ORPHANED
                && (task.getStatus().getState() != TaskState.TASK_STATE_COMPLETE
                        || policy.getCondition() == RestartPolicy.Condition.ANY);
    }

    /** A slot that is bound to a node which takes no tasks is none of the rollout's business. */
    private static boolean usable(ClusterState state, Task task) {
        return task.getOnlyNodeId().isEmpty() || state.node(task.getOnlyNodeId())
                .filter(node -> node.getState() == NodeState.NODE_STATE_READY
                        && node.getAvailability() == Node.Availability.ACTIVE)
                .isPresent();
    }

    /** When nothing is on its way. */
    void check(ClusterState state) {
        for (Service service : state.services()) {
            state.rollout(service.getId()).filter(rollout -> !service.getRemoved()).ifPresent(FailureCount.this::check);
        }
    }

    private void check(Rollout rollout) {
        Set<Integer> counted = counted(rollout);
        Seen seen = runs.getOrDefault(Run.of(rollout), new Seen());
        Set<Integer> explained = new TreeSet<>(seen.possible);
        explained.addAll(seen.late);
        String where = " in the rollout of " + rollout.getServiceId() + " to " + rollout.getToRevision();
        assertThat(counted).as("slots counted as failed" + where).containsAll(seen.certain);
        assertThat(explained).as("slots that may count as failed" + where).containsAll(counted);
        boolean tooMany = (float) counted.size() / rollout.getSlotsTotal() > rollout.getPolicy().getMaxFailureRatio();
        boolean acts = rollout.getPolicy().getFailureAction() != UpdateConfig.FailureAction.CONTINUE;
        assertThat(tooMany && acts && RolloutStates.underWay(rollout) && !seen.policyChanged)
                .as("goes on although " + counted + " of " + rollout.getSlotsTotal() + " failed" + where)
                .isFalse();
    }

    private static Set<Integer> counted(Rollout rollout) {
        return rollout.getSlotsList()
                .stream()
                .filter(slot -> !slot.getFailedTaskId().isEmpty())
                .map(SlotProgress::getSlot)
                .collect(Collectors.toCollection(TreeSet::new));
    }
}
