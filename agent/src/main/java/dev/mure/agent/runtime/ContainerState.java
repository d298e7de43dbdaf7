package dev.mure.agent.runtime;

/** What is known of a task's container. */
public sealed interface ContainerState {

    /** Not looked at since the last attempt to change it. */
    record Unknown() implements ContainerState {}

    /** There is none. */
    record Absent() implements ContainerState {}

    /** Made and never started. */
    record Created() implements ContainerState {}

    /**
     * Runs.
     *
     * @param pid
     *            of its first process; 0 when it is not known
     */
    record Running(long pid) implements ContainerState {}

    /**
     * Ended.
     *
     * @param code
     *            its exit code; 128 + the signal's number when a signal ended it
     * @param cause
     *            what the runtime says about the end, empty if nothing
     */
    record Exited(int code, String cause) implements ContainerState {}

    /**
     * Does not run any more, and how it ended will never be known.
     *
     * @param reason
     *            why not, in words for the user
     */
    record Lost(String reason) implements ContainerState {}
}
