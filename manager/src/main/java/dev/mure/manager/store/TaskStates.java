package dev.mure.manager.store;

import dev.mure.v1.Task;
import dev.mure.v1.TaskState;

/** Questions about where a task stands on the one-way scale of {@link TaskState}. */
public final class TaskStates {

    private TaskStates() {}

    /** Whether a task observed in this state will never run again. */
    public static boolean ended(TaskState observed) {
        return observed.getNumber() > TaskState.TASK_STATE_RUNNING_VALUE;
    }

    /** Whether the task was observed to have ended. */
    public static boolean ended(Task task) {
        return ended(task.getStatus().getState());
    }

    /** Whether the task is observed to run, whatever is desired of it. */
    public static boolean running(Task task) {
        return task.getStatus().getState() == TaskState.TASK_STATE_RUNNING;
    }

    /** Whether the task is wanted: prepared or running, not to be stopped or removed. It may have ended nevertheless. */
    public static boolean wanted(Task task) {
        return task.getDesired().getState().getNumber() <= TaskState.TASK_STATE_RUNNING_VALUE;
    }

    /** Whether the task takes up room on a node: it has one and has not ended, whatever is desired of it. */
    public static boolean occupies(Task task) {
        return !task.getNodeId().isEmpty() && !ended(task);
    }

    /** Whether the task takes up room on a node and is to go on doing so. */
    public static boolean live(Task task) {
        return occupies(task) && wanted(task);
    }

    /** Whether {@code a} lies behind {@code b} on the scale. */
    public static boolean before(TaskState a, TaskState b) {
        return a.getNumber() < b.getNumber();
    }
}
