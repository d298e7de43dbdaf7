package dev.mure.cli.process;

import java.io.PrintStream;
import java.util.HashMap;
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
 * @param interrupts what can end the run from outside
 */
public record Environment(PrintStream out, PrintStream err, Map<String, String> variables, TimeSource time,
        RandomIds ids, Screen screen, Interrupts interrupts) {

    /** The same with another variable. */
    public Environment with(String name, String value) {
        Map<String, String> more = new HashMap<>(variables);
        more.put(name, value);
        return new Environment(out, err, more, time, ids, screen, interrupts);
    }

    /** The same for a part of the run that must not redraw and that nobody can interrupt alone. */
    public Environment inside(Screen otherScreen) {
        return new Environment(out, err, variables, time, ids, otherScreen, Interrupts.NONE);
    }

    /** The value of an environment variable; null when it is not set or empty. */
    public @Nullable String variable(String name) {
        String value = variables.get(name);
        return value == null || value.isEmpty() ? null : value;
    }
}
