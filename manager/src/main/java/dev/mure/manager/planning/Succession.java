package dev.mure.manager.planning;

import dev.mure.manager.store.ClusterState;
import dev.mure.manager.store.Demand;
import dev.mure.manager.store.TaskStates;
import dev.mure.v1.Rollout;
import dev.mure.v1.SlotProgress;
import dev.mure.v1.Task;
import dev.mure.v1.TaskState;
import dev.mure.v1.UpdateConfig.Order;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * How the tasks of a slot follow one another. Stop-first, and wherever no rollout says otherwise, the next one starts when the one
 * before has ended: on the same node it takes over the room and the ports of that one. Start-first both run side by side.
 */
public final class Succession {

    private Succession() {}

    /**
     * Whether tasks of the slot may run at the same time. As long as the rollout has not decided on an order for the slot its policy
     * counts; AUTO may still become start-first, so until then nothing may be placed that would rule it out.
     */
    static boolean sideBySide(ClusterState state, String serviceId, int slot) {
        return state.rollout(serviceId).map(rollout -> order(rollout, slot)).filter(Succession::overlaps).isPresent();
    }

    /** Whether the task starts only when those of its slot that run have ended, or was told to stop before it could. */
    static boolean waits(Task task) {
        return TaskStates.wanted(task)
                ? task.getDesired().getState() == TaskState.TASK_STATE_READY
                        || !task.getDesired().getStartAfterStopOf().isEmpty()
                : TaskStates.before(task.getStatus().getState(), TaskState.TASK_STATE_STARTING);
    }

    /**
     * What a new task gets from others of its slot because they never run at the same time, by node: one that waits gets all that
     * they hold, one that starts at once what they hold only for later.
     */
    public static Map<String, Demand> takenOverBy(ClusterState state, Task task) {
        Map<String, List<Task>> others = state.tasksOfSlot(task.getServiceId(), task.getSlot())
                .stream()
                .filter(other -> TaskStates.occupies(other) && !other.getId().equals(task.getId()))
                .collect(Collectors.groupingBy(Task::getNodeId));
        if (others.isEmpty() || sideBySide(state, task.getServiceId(), task.getSlot())) {
            return Map.of();
        }
        Map<String, Demand> takenOver = new HashMap<>();
        others.forEach((node, there) -> {
            Demand held = atOnce(state, there);
            takenOver.put(node, waits(task) ? held : held.minus(running(state, there)));
        });
        return takenOver;
    }

    /** What tasks of one slot on one node need at the same time, if they follow one another. */
    static Demand atOnce(ClusterState state, List<Task> tasks) {
        return tasks.stream()
                .filter(Succession::waits)
                .map(state::demandOf)
                .reduce(running(state, tasks), Demand::max);
    }

    private static Demand running(ClusterState state, List<Task> tasks) {
        return tasks.stream().filter(task -> !waits(task)).map(state::demandOf).reduce(Demand.NONE, Demand::plus);
    }

    private static Order order(Rollout rollout, int slot) {
        return progressOf(rollout.getSlotsList(), slot).map(SlotProgress::getOrder)
                .filter(order -> order != Order.ORDER_UNSPECIFIED)
                .orElse(rollout.getPolicy().getOrder());
    }

    private static boolean overlaps(Order order) {
        return order == Order.START_FIRST || order == Order.AUTO;
    }

    /** They are ordered by slot, and may be thousands. */
    private static Optional<SlotProgress> progressOf(List<SlotProgress> slots, int slot) {
        int low = 0;
        int high = slots.size() - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            SlotProgress found = slots.get(middle);
            if (found.getSlot() == slot) {
                return Optional.of(found);
            } else if (found.getSlot() < slot) {
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
        return Optional.empty();
    }
}
