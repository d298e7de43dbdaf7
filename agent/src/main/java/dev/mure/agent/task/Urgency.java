package dev.mure.agent.task;

import dev.mure.v1.TaskState;

/** Whether the cluster waits for a status. Each report costs it a commit. */
public enum Urgency {
    /** Somebody can't go on before it is known. */
    AT_ONCE,
    /** It only tells that work is being done, and is outdated soon: it goes with the next that is sent, or after a while. */
    LINGERS;

    /**
     * Of a task that reached a state.
     *
     * @param handsOver
     *            whether this node starts another task in its place by itself, and the news that matters is of that one
     */
    static Urgency of(TaskState state, boolean handsOver) {
        return switch (state) {
            case TASK_STATE_NEW, TASK_STATE_PENDING, TASK_STATE_ASSIGNED, TASK_STATE_ACCEPTED, TASK_STATE_PREPARING,
                    TASK_STATE_STARTING -> LINGERS;
            case TASK_STATE_SHUTDOWN -> handsOver ? LINGERS : AT_ONCE;
            case TASK_STATE_READY, TASK_STATE_RUNNING, TASK_STATE_COMPLETE, TASK_STATE_FAILED, TASK_STATE_REJECTED,
                    TASK_STATE_REMOVE, TASK_STATE_ORPHANED, UNRECOGNIZED -> AT_ONCE;
        };
    }
}
