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
import java.util.function.Predicate;
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

    /** Whether the task starts only when those of its slot that run have ended. */
    private static boolean waits(ClusterState state, Task task) {
        return switch (task.getDesired().getState()) {
            case TASK_STATE_READY -> true;
            case TASK_STATE_RUNNING -> state.task(task.getDesired().getStartAfterStopOf())
                    .filter(before -> !TaskStates.ended(before))
                    .isPresent();
            default -> false;
        };
    }

    /**
     * Whether the task was told to stop and was not seen to start before. It may have been told to run, and its agent may have started
     * it before it heard of the stop: so its room is not free, but nobody can take it over for certain.
     */
    private static boolean stoppedUnseen(Task task) {
        return !TaskStates.wanted(task)
                && TaskStates.before(task.getStatus().getState(), TaskState.TASK_STATE_STARTING);
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
            takenOver.put(node, waits(state, task) ? heldForCertain(state, there) : heldForLater(state, there));
        });
        return takenOver;
    }

    /** What tasks of one slot on one node need at the same time, if they follow one another. */
    static Demand atOnce(ClusterState state, List<Task> tasks) {
        return atOnce(state, tasks, task -> waits(state, task));
    }

    private static Demand heldForCertain(ClusterState state, List<Task> tasks) {
        return atOnce(state, tasks, task -> waits(state, task) || stoppedUnseen(task));
    }

    private static Demand heldForLater(ClusterState state, List<Task> tasks) {
        return atOnce(state, tasks).minus(together(state, tasks, task -> !waits(state, task)));
    }

    private static Demand atOnce(ClusterState state, List<Task> tasks, Predicate<Task> waiting) {
        return tasks.stream()
                .filter(waiting)
                .map(state::demandOf)
                .reduce(together(state, tasks, waiting.negate()), Demand::max);
    }

    private static Demand together(ClusterState state, List<Task> tasks, Predicate<Task> which) {
        return tasks.stream().filter(which).map(state::demandOf).reduce(Demand.NONE, Demand::plus);
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
