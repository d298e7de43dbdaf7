package dev.mure.cli.process;

/** How a run of {@code mure} ended. The numbers are part of the interface: scripts rest on them. */
public enum ExitCode {
    /** Done as asked. */
    OK(0),
    /**
     * The cluster refused or could not do it: the object does not exist, a name is taken, a value is not valid there. A plan
     * that would be blocked ends with it too. The line on standard error says which.
     */
    FAILURE(1),
    /** No manager could be reached, or the managers had no leader for the whole time of the try. Nothing was changed. */
    UNREACHABLE(3),
    /** The connection was lost after a change was sent and before its answer came: it may have been made or not. */
    OUTCOME_UNKNOWN(4),
    /** The rollout is paused: after failures, at a stage, or because somebody asked for it. */
    PAUSED(10),
    /** The update was taken back: the service runs an older revision. */
    ROLLED_BACK(11),
    /** A rollback stopped half way: the service runs neither the new revision nor the old one. */
    ROLLBACK_FAILED(12),
    /** A deadline passed without progress. The rollout is paused. */
    TIMED_OUT(13),
    /** A mistake in Mure itself. */
    BUG(70),
    /** The command line itself is wrong: unknown command or flag, a value of the wrong form. Nothing was sent. */
    WRONG_USAGE(125),
    /** Interrupted with Ctrl-C. What was asked for before goes on in the cluster. */
    INTERRUPTED(130);

    private final int number;

    ExitCode(int number) {
        this.number = number;
    }

    /** The number that the operating system gets. */
    public int number() {
        return number;
    }
}
