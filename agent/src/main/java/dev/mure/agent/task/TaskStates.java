package dev.mure.agent.task;

import dev.mure.v1.TaskState;

/** The order of the scale on which tasks move. */
final class TaskStates {

    private TaskStates() {}

    /** Above RUNNING: such a task is never started again. */
    static boolean ended(TaskState state) {
        return atLeast(state, TaskState.TASK_STATE_COMPLETE);
    }

    /** An order to stop. */
    static boolean stops(TaskState desired) {
        return atLeast(desired, TaskState.TASK_STATE_SHUTDOWN);
    }

    static boolean atLeast(TaskState state, TaskState other) {
        return rank(state) >= rank(other);
    }

    static boolean before(TaskState state, TaskState other) {
        return rank(state) < rank(other);
    }

    static TaskState further(TaskState one, TaskState other) {
        return before(one, other) ? other : one;
    }

    /** A state of a later version counts as unset: no order, nothing seen. */
    private static int rank(TaskState state) {
        return state == TaskState.UNRECOGNIZED ? 0 : state.getNumber();
    }
}
