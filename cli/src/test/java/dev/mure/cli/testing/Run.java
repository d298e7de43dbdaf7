package dev.mure.cli.testing;

import dev.mure.cli.Mure;
import dev.mure.cli.process.Environment;
import dev.mure.cli.process.ExitCode;
import dev.mure.cli.process.Interrupts;
import dev.mure.cli.process.Screen;
import dev.mure.cli.process.TimeSource;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/**
 * A run of the whole command line inside the test.
 *
 * @param exitCode how it ended
 * @param out what it wrote to standard output
 * @param err what it wrote to standard error
 */
public record Run(ExitCode exitCode, String out, String err) {

    /** Runs a command against a manager. */
    public static Run of(FakeManager manager, String... arguments) {
        return of(Map.of("MURE_HOST", manager.address()), new FakeTime(), arguments);
    }

    /** Runs a command with these environment variables. */
    public static Run of(Map<String, String> variables, TimeSource time, String... arguments) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        int[] ids = {0};
        ExitCode exitCode;
        try (PrintStream outStream = new PrintStream(out, false, StandardCharsets.UTF_8);
                PrintStream errStream = new PrintStream(err, false, StandardCharsets.UTF_8)) {
            exitCode = new Mure(new Environment(outStream, errStream, new HashMap<>(variables), time,
                    () -> "request-" + ++ids[0], Screen.NONE, Interrupts.NONE))
                    .run(arguments);
        }
        return new Run(exitCode, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }
}
