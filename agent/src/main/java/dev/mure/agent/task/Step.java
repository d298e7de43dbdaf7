package dev.mure.agent.task;

import dev.mure.v1.FailureKind;
import dev.mure.v1.TaskState;
import java.util.Optional;

/** What comes next for a task: first a status to report, if any, then something to do. */
record Step(Optional<Report> report, Action action) {

    /** Calls of the runtime. */
    enum Action {
        /** Nothing to do until something changes. */
        WAIT,
        /** Find out what the runtime holds. */
        LOOK, PREPARE, START, STOP, REMOVE
    }

    /** A status, without the container's details. */
    record Report(TaskState state, String message, String error, FailureKind failure) {

        static Report progress(TaskState state, String message) {
            return new Report(state, message, "", FailureKind.FAILURE_KIND_NONE);
        }
    }

    static Step of(Action action) {
        return new Step(Optional.empty(), action);
    }

    static Step of(Report report, Action action) {
        return new Step(Optional.of(report), action);
    }
}
