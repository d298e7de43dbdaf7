package dev.mure.cli.command;

import dev.mure.cli.format.Json;
import dev.mure.cli.format.Template;
import dev.mure.cli.process.WrongUsage;
import java.util.List;

/** The flags that all {@code inspect} commands have, and what they do. */
public final class Documents {
    private Documents() {}

    /**
     * Adds {@code --format} and {@code --pretty}.
     *
     * @param example a template that makes sense here
     */
    public static Specs declare(Specs specs, String example) {
        return specs.value("-f", "--format", "FORMAT", "'json' or a template such as '" + example + "'.")
                .flag("--pretty", "Print for people.");
    }

    /** Whether people are to read it. */
    public static boolean isPretty(Flags flags) {
        if (flags.value("--format") != null && flags.isSet("--pretty")) {
            throw new WrongUsage("--format and --pretty can't be used together");
        }
        return flags.isSet("--pretty");
    }

    /** Prints trees of maps and lists as {@code --format} says; without it as an indented JSON array. */
    public static void print(Invocation invocation, List<Object> documents) {
        String format = invocation.flags().value("--format");
        if (format == null || format.isEmpty()) {
            invocation.out().append(Json.indented(documents)).append('\n');
            return;
        }
        if (format.equals("json")) {
            invocation.out().append(Json.compact(documents)).append('\n');
            return;
        }
        try {
            Template template = Template.parse(format);
            for (Object document : documents) {
                invocation.out().append(template.render(document)).append('\n');
            }
        } catch (IllegalArgumentException e) {
            throw Formats.wrongTemplate(e);
        }
    }
}
