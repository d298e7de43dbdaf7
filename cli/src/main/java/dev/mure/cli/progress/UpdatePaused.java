package dev.mure.cli.progress;

import dev.mure.cli.process.CommandFailure;
import dev.mure.cli.process.ExitCode;

/** A followed update stopped because of failures. */
public final class UpdatePaused extends CommandFailure {
    public UpdatePaused(String why) {
        super(ExitCode.FAILURE, "service update paused: " + why);
    }
}
