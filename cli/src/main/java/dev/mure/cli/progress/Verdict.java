package dev.mure.cli.progress;

import dev.mure.cli.process.ExitCode;
import java.util.List;

/** Whether there is more to wait for. */
public sealed interface Verdict {

    /** Go on looking. */
    record Pending() implements Verdict {}

    /** The service is as asked. */
    record Done() implements Verdict {}

    /**
     * It will not be as asked.
     *
     * @param exitCode what became of it
     * @param message one line, in Docker's words where it has some
     * @param details further lines: the failure behind it, what can be done; may be empty
     */
    record Stopped(ExitCode exitCode, String message, List<String> details) implements Verdict {
        public Stopped {
            details = List.copyOf(details);
        }
    }
}
