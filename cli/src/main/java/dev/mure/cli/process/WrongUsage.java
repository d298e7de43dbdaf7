package dev.mure.cli.process;

/** The command line can't be understood. Thrown before anything is sent. */
public final class WrongUsage extends CommandFailure {
    public WrongUsage(String message) {
        super(ExitCode.WRONG_USAGE, message);
    }
}
