package dev.mure.it.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;

/** How a run of the command line ended. */
public record CliResult(List<String> arguments, int exitCode, String out, String err, Duration took) {

    /** Fails unless it ended well; returns what it printed. */
    public String succeeded() {
        assertThat(exitCode).as("exit code of %s", this).isZero();
        return out;
    }

    @Override
    public String toString() {
        return "mure " + String.join(" ", arguments) + " [exit " + exitCode + "]\n--- standard output\n" + out
                + "--- standard error\n" + err + "---";
    }
}
