package dev.mure.cli.connect;

import dev.mure.cli.process.CommandFailure;
import dev.mure.cli.process.ExitCode;

/** A manager's answer that is an error. */
public final class ControlException extends CommandFailure {
    private final Code code;

    public ControlException(Code code, String message) {
        super(switch (code) {
            case UNAVAILABLE -> ExitCode.UNREACHABLE;
            case DEADLINE_EXCEEDED, UNKNOWN -> ExitCode.OUTCOME_UNKNOWN;
            default -> ExitCode.FAILURE;
        }, message);
        this.code = code;
    }

    public Code code() {
        return code;
    }
}
