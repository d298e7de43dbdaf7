package dev.mure.it.bench;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** {@code --name value} pairs of the command line. */
final class Options {

    private final Map<String, String> values = new TreeMap<>();

    /**
     * Reads them.
     *
     * @param known
     *            names that may be given
     * @throws IllegalArgumentException
     *             in words for the user
     */
    Options(List<String> arguments, List<String> known) {
        for (int i = 0; i < arguments.size(); i += 2) {
            if (!known.contains(arguments.get(i))) {
                throw new IllegalArgumentException("unknown option " + arguments.get(i) + " (expected: " + known + ")");
            }
            if (i + 1 == arguments.size()) {
                throw new IllegalArgumentException("missing value for " + arguments.get(i));
            }
            values.put(arguments.get(i), arguments.get(i + 1));
        }
    }

    /** A number, at least one. */
    int number(String name, int otherwise) {
        String value = values.getOrDefault(name, Integer.toString(otherwise));
        if (!value.matches("[1-9][0-9]{0,5}")) {
            throw new IllegalArgumentException(name + ": " + value + " (expected: a whole number, 1 or more)");
        }
        return Integer.parseInt(value);
    }

    /** One of some words; the first if none is given. */
    String choice(String name, String... choices) {
        String value = values.getOrDefault(name, choices[0]);
        if (!List.of(choices).contains(value)) {
            throw new IllegalArgumentException(name + ": " + value + " (expected: one of " + List.of(choices) + ")");
        }
        return value;
    }
}
