package dev.mure.it;

import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** {@code --name value} pairs and {@code --flag}s of the command line. */
public final class Options {

    private final Map<String, String> values = new TreeMap<>();
    private final Set<String> given = new TreeSet<>();

    /**
     * Reads them.
     *
     * @param known
     *            names that may be given with a value
     * @param flags
     *            names that may be given without one
     * @throws IllegalArgumentException
     *             in words for the user
     */
    public Options(List<String> arguments, List<String> known, List<String> flags) {
        for (Iterator<String> rest = arguments.iterator(); rest.hasNext();) {
            String name = rest.next();
            if (flags.contains(name)) {
                given.add(name);
            } else if (!known.contains(name)) {
                throw new IllegalArgumentException(
                        "unknown option " + name + " (expected: " + known + (flags.isEmpty() ? "" : ", " + flags)
                                + ")");
            } else if (!rest.hasNext()) {
                throw new IllegalArgumentException("missing value for " + name);
            } else {
                values.put(name, rest.next());
            }
        }
    }

    /** Whether a flag was given. */
    public boolean has(String flag) {
        return given.contains(flag);
    }

    /** A number, at least one. */
    public int number(String name, int otherwise) {
        String value = values.getOrDefault(name, Integer.toString(otherwise));
        if (!value.matches("[1-9][0-9]{0,5}")) {
            throw new IllegalArgumentException(name + ": " + value + " (expected: a whole number, 1 or more)");
        }
        return Integer.parseInt(value);
    }

    /** One of some words; the first if none is given. */
    public String choice(String name, String... choices) {
        String value = values.getOrDefault(name, choices[0]);
        if (!List.of(choices).contains(value)) {
            throw new IllegalArgumentException(name + ": " + value + " (expected: one of " + List.of(choices) + ")");
        }
        return value;
    }
}
