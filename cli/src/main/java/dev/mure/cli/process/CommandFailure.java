package dev.mure.cli.process;

/** Ends a command with one plain line for the user and an exit code. It is an answer, not a bug: it has no stack trace. */
public class CommandFailure extends RuntimeException {
    private final ExitCode exitCode;

    public CommandFailure(ExitCode exitCode, String message) {
        super(message, null, false, false);
        this.exitCode = exitCode;
    }

    /** The line for the user. */
    @Override
    public String getMessage() {
        String message = super.getMessage();
        return message == null ? "" : message;
    }

    public ExitCode exitCode() {
        return exitCode;
    }
}
