package dev.mure.cli.progress;

/** What a command that follows a service waits for. */
public sealed interface Goal {

    /** All tasks run, and go on for the monitor time: after a create or a change of the number of tasks. */
    record Stable() implements Goal {}

    /**
     * The rollout of an update completes.
     *
     * @param revision that the update made current; 0 = not known
     */
    record Updated(long revision) implements Goal {}

    /**
     * A rollback that was asked for completes.
     *
     * @param revision that the rollback made current; 0 = not known
     */
    record TakenBack(long revision) implements Goal {}

    /** The rollout that there is ends, whoever asked for it. */
    record RolloutOver() implements Goal {}
}
