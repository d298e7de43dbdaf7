package dev.mure.cli.progress;

import dev.mure.cli.process.CommandFailure;
import java.util.List;

/** What was followed did not come to the end that was asked for. */
public final class RolloutStopped extends CommandFailure {
    private final List<String> details;

    public RolloutStopped(Verdict.Stopped verdict) {
        super(verdict.exitCode(), verdict.message());
        this.details = verdict.details();
    }

    /** Lines to print after the message; may be empty. */
    public List<String> details() {
        return details;
    }
}
