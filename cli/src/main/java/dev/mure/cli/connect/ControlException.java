package dev.mure.cli.connect;

import dev.mure.cli.process.CommandFailure;
import dev.mure.cli.process.ExitCode;

/** A manager's answer that is an error. */
public final class ControlException extends CommandFailure {
    private final Code code;
    private final boolean quorumLost;

    public ControlException(Code code, String message) {
        this(code, message, false);
    }

    /**
     * An answer.
     *
     * @param quorumLost it says that too few managers answer for there to be a leader, so that asking again soon is in vain
     */
    ControlException(Code code, String message, boolean quorumLost) {
        super(switch (code) {
            case UNAVAILABLE -> ExitCode.UNREACHABLE;
            case DEADLINE_EXCEEDED, UNKNOWN -> ExitCode.OUTCOME_UNKNOWN;
            default -> ExitCode.FAILURE;
        }, message);
        this.code = code;
        this.quorumLost = quorumLost;
    }

    public Code code() {
        return code;
    }

    /** Whether too few managers answer for there to be a leader. */
    public boolean quorumLost() {
        return quorumLost;
    }
}
