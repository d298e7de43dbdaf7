package dev.mure.cli.command;

import dev.mure.cli.format.ByteSize;
import dev.mure.cli.format.CpuAmount;
import dev.mure.cli.format.GoDuration;
import dev.mure.cli.format.Shares;
import dev.mure.cli.process.WrongUsage;
import dev.mure.v1.Share;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/** The flags and arguments of one run. A value of the wrong form is told with its flag, the value and what is accepted. */
public final class Flags {
    private final ParseResult parsed;

    public Flags(ParseResult parsed) {
        this.parsed = parsed;
    }

    /** Whether the flag was given. */
    public boolean has(String name) {
        return parsed.hasMatchedOption(name);
    }

    /** Whether any flag but these was given. */
    public boolean hasOtherThan(String... names) {
        List<String> ignored = List.of(names);
        for (OptionSpec option : parsed.matchedOptions()) {
            if (!ignored.contains(option.longestName())) {
                return true;
            }
        }
        return false;
    }

    /** A flag without a value. */
    public boolean isSet(String name) {
        Boolean value = parsed.matchedOptionValue(name, Boolean.FALSE);
        return value != null && value;
    }

    /** The last value given; null when the flag was not. */
    public @Nullable String value(String name) {
        return parsed.matchedOptionValue(name, null);
    }

    /** All values given, in their order. */
    public List<String> values(String name) {
        List<String> values = parsed.matchedOptionValue(name, List.of());
        return values == null ? List.of() : values;
    }

    /** Reads a flag that was given as a duration. */
    public Duration duration(String name) {
        String text = given(name);
        try {
            return GoDuration.parse(text);
        } catch (IllegalArgumentException e) {
            throw invalid(name, text, GoDuration.EXPECTED);
        }
    }

    /** Reads a flag that was given as a whole number from 0 to a limit. */
    public int count(String name, int limit) {
        return count(name, given(name), limit);
    }

    /** Reads a whole number from 0 to a limit. */
    public static int count(String what, String text, int limit) {
        String expected =
                limit == Integer.MAX_VALUE ? "a whole number, 0 or more" : "a whole number from 0 to " + limit;
        try {
            int value = Integer.parseInt(text);
            if (value >= 0 && value <= limit) {
                return value;
            }
        } catch (NumberFormatException e) {
            throw invalid(what, text, expected);
        }
        throw invalid(what, text, expected);
    }

    /** Reads a flag that was given as a number of slots or a percentage of them. */
    public Share share(String name) {
        return share(name, given(name));
    }

    /** Reads a number of slots, 0 or more, or a percentage of them. */
    public static Share share(String what, String text) {
        try {
            return Shares.parse(text);
        } catch (IllegalArgumentException e) {
            throw invalid(what, text, Shares.EXPECTED);
        }
    }

    /** Reads a flag that was given as a number of bytes. */
    public long bytes(String name) {
        String text = given(name);
        try {
            return ByteSize.parse(text);
        } catch (IllegalArgumentException e) {
            throw invalid(name, text, ByteSize.EXPECTED);
        }
    }

    /** Reads a flag that was given as a number of CPUs; the result is in billionths. */
    public long nanoCpus(String name) {
        String text = given(name);
        try {
            return CpuAmount.parse(text);
        } catch (IllegalArgumentException e) {
            throw invalid(name, text, CpuAmount.EXPECTED);
        }
    }

    /** Reads a flag that was given as a whole number from 1 on, without an upper bound of its own. */
    public long number(String name) {
        return number(name, given(name));
    }

    /** Reads a whole number from 1 on. */
    public static long number(String what, String text) {
        String expected = "a whole number, 1 or more";
        try {
            long value = Long.parseLong(text);
            if (value >= 1) {
                return value;
            }
        } catch (NumberFormatException e) {
            throw invalid(what, text, expected);
        }
        throw invalid(what, text, expected);
    }

    /** Reads a flag that was given as a share of one. */
    public float ratio(String name) {
        String text = given(name);
        try {
            float value = Float.parseFloat(text);
            if (value >= 0 && value <= 1) {
                return value;
            }
        } catch (NumberFormatException e) {
            throw invalid(name, text, "a number from 0 to 1");
        }
        throw invalid(name, text, "a number from 0 to 1");
    }

    /** A flag's value that is none of those which are accepted. */
    public static WrongUsage invalid(String name, String value, String expected) {
        return new WrongUsage("invalid value \"" + value + "\" for " + name + ": expected " + expected);
    }

    /** What was given beside flags. */
    public List<String> arguments() {
        List<String> arguments = parsed.matchedPositionalValue(0, List.of());
        return arguments == null ? List.of() : arguments;
    }

    /**
     * The one argument of a command.
     *
     * @param label as the help names it
     */
    public String onlyArgument(String label) {
        List<String> arguments = someArguments(label);
        if (arguments.size() > 1) {
            throw new WrongUsage("unexpected argument \"" + arguments.get(1) + "\": there is only one " + label);
        }
        return arguments.getFirst();
    }

    /** The arguments of a command that needs at least one. */
    public List<String> someArguments(String label) {
        List<String> arguments = arguments();
        if (arguments.isEmpty()) {
            throw new WrongUsage("missing argument: " + label);
        }
        return arguments;
    }

    /** For a command without arguments. */
    public void noArguments() {
        List<String> arguments = arguments();
        if (!arguments.isEmpty()) {
            throw new WrongUsage("unexpected argument \"" + arguments.getFirst() + "\"");
        }
    }

    private String given(String name) {
        String text = value(name);
        if (text == null) {
            throw new IllegalArgumentException("name: " + name + " (expected: a flag that was given)");
        }
        return text;
    }
}
