package dev.mure.cli.process;

import java.io.PrintStream;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * All that a run takes from outside.
 *
 * @param out standard output
 * @param err standard error
 * @param variables environment variables
 * @param time clocks
 * @param ids new names for requests
 * @param screen what is known of the terminal behind {@code out}
 */
public record Environment(PrintStream out, PrintStream err, Map<String, String> variables, TimeSource time,
        RandomIds ids, Screen screen) {

    /** The value of an environment variable; null when it is not set or empty. */
    public @Nullable String variable(String name) {
        String value = variables.get(name);
        return value == null || value.isEmpty() ? null : value;
    }
}
