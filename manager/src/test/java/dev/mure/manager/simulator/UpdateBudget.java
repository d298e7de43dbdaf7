package dev.mure.manager.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mure.manager.planning.Slot;
import dev.mure.manager.planning.SlotId;
import dev.mure.manager.planning.TaskFate;
import dev.mure.manager.store.ClusterState;
import dev.mure.manager.store.TaskStates;
import dev.mure.v1.Service;
import dev.mure.v1.Task;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** I10: never more slots out of service because of an update than its parallelism allows. */
final class UpdateBudget {

    private final Map<String, Set<Integer>> out = new HashMap<>();
    /** The largest parallelism since the service last had no slot in work. */
    private final Map<String, Integer> bound = new HashMap<>();

    /** An update tells a running task to stop. */
    void take(ClusterState after, Service service, int slot) {
        Set<Integer> slots = out.computeIfAbsent(service.getId(), id -> new TreeSet<>());
        slots.add(slot);
        slots.removeIf(number -> !outOfService(after, service, number));
        assertThat(slots).as("slots that the update took out of service")
                .hasSizeLessThanOrEqualTo(Math.max(bound.getOrDefault(service.getId(), 0), lanes(service)));
    }

    /** After each transaction: who is back, and what is allowed from now on. */
    void settle(ClusterState after) {
        for (Service service : after.services()) {
            Set<Integer> slots = out.computeIfAbsent(service.getId(), id -> new TreeSet<>());
            slots.removeIf(number -> !outOfService(after, service, number));
            boolean inWork = !slots.isEmpty() || after.rollout(service.getId())
                    .stream()
                    .flatMap(rollout -> rollout.getSlotsList().stream())
                    .anyMatch(progress -> progress.getSettledClockMillis() == 0);
            bound.merge(service.getId(), lanes(service), inWork ? Math::max : (old, now) -> now);
        }
    }

    /** Its new task has not come to run yet, and has not failed either. */
    private static boolean outOfService(ClusterState state, Service service, int number) {
        Slot slot = Slot.of(state, new SlotId(service.getId(), number));
        return slot.exists() && !service.getRemoved()
                && slot.tasks().stream().noneMatch(task -> TaskFate.holds(state, task) && TaskStates.running(task))
                && slot.tasks().stream().anyMatch(task -> firstOnItsWay(state, task));
    }

    private static boolean firstOnItsWay(ClusterState state, Task task) {
        return TaskFate.holds(state, task) && !task.hasRestart();
    }

    private static int lanes(Service service) {
        int parallelism = service.getUpdate().getParallelism().getCount();
        return parallelism == 0 ? Integer.MAX_VALUE : parallelism;
    }
}
