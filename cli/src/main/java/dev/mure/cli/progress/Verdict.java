package dev.mure.cli.progress;

/** Whether there is more to wait for. */
public sealed interface Verdict {

    /** Go on looking. */
    record Pending() implements Verdict {}

    /** The service is as asked. */
    record Done() implements Verdict {}

    /**
     * The update stopped.
     *
     * @param message of the rollout: why
     */
    record Paused(String message) implements Verdict {}
}
