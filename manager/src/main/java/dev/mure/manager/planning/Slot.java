package dev.mure.manager.planning;

import dev.mure.manager.store.ClusterState;
import dev.mure.manager.store.TaskStates;
import dev.mure.v1.Task;
import dev.mure.v1.TaskState;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One slot of a service with all its tasks, live and past.
 *
 * <p>A slot exists while it holds a task that is not to be removed. A slot whose task ended for good (a completed one that its
 * policy does not restart) exists as well: it is not filled again, and it takes part in updates.
 *
 * @param tasks the slot's tasks, the oldest first
 */
public record Slot(SlotId id, List<Task> tasks) {

    public Slot {
        tasks = List.copyOf(tasks);
    }

    public static Slot of(ClusterState state, SlotId id) {
        return new Slot(id, state.tasksOfSlot(id.serviceId(), id.number()));
    }

    /** All slots of a service that have a task at all, by number. */
    public static List<Slot> allOf(ClusterState state, String serviceId) {
        List<Slot> slots = new ArrayList<>();
        List<Task> together = new ArrayList<>();
        for (Task task : state.tasksOfService(serviceId)) {
            if (!together.isEmpty() && together.getFirst().getSlot() != task.getSlot()) {
                slots.add(of(serviceId, together));
                together.clear();
            }
            together.add(task);
        }
        if (!together.isEmpty()) {
            slots.add(of(serviceId, together));
        }
        return slots;
    }

    /** The slots of a service that exist, by number. */
    public static List<Slot> existingOf(ClusterState state, String serviceId) {
        return allOf(state, serviceId).stream().filter(Slot::exists).toList();
    }

    private static Slot of(String serviceId, List<Task> tasks) {
        return new Slot(new SlotId(serviceId, tasks.getFirst().getSlot()), tasks);
    }

    public int number() {
        return id.number();
    }

    /** Whether it holds a task that is not to be removed. */
    public boolean exists() {
        for (Task task : tasks) {
            if (kept(task)) {
                return true;
            }
        }
        return false;
    }

    /** The tasks that are wanted, ended ones included until the restart policy has dealt with them. */
    public List<Task> wanted() {
        List<Task> wanted = new ArrayList<>(2);
        for (Task task : tasks) {
            if (TaskStates.wanted(task)) {
                wanted.add(task);
            }
        }
        return wanted;
    }

    /**
     * Of a slot without a wanted task the one that stands for it: the one that was wanted last, by when it was told to stop, and the
     * younger of two. It must not depend on how tasks ended, for that may become known much later. Empty if the slot does not exist.
     */
    public Optional<Task> last() {
        return tasks.stream()
                .filter(Slot::kept)
                .reduce((older,
                        newer) -> newer.getDesired().getVersion() >= older.getDesired().getVersion() ? newer : older);
    }

    /** Whether every task that is no longer wanted is over, as far as anybody can know. */
    public boolean nothingStops(ClusterState state) {
        return tasks.stream().filter(task -> !TaskStates.wanted(task)).allMatch(task -> TaskFate.released(state, task));
    }

    /** The tasks but this one. */
    public List<Task> others(Task task) {
        return tasks.stream().filter(other -> !other.getId().equals(task.getId())).toList();
    }

    private static boolean kept(Task task) {
        return task.getDesired().getState() != TaskState.TASK_STATE_REMOVE;
    }
}
