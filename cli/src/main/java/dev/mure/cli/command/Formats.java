package dev.mure.cli.command;

import dev.mure.cli.format.Listing;
import dev.mure.cli.process.ExitCode;
import dev.mure.cli.process.WrongUsage;

/** The flags that all lists have, and what they do. */
public final class Formats {
    private Formats() {}

    /** Adds {@code --filter}, {@code --format} and {@code --quiet}. */
    public static Specs declareForLists(Specs specs, String filters) {
        return declareForTables(
                specs.list("-f", "--filter", "KEY=VALUE", "Show only what matches: " + filters + ". May be repeated."),
                "Print only ids.");
    }

    /**
     * Adds {@code --format} and {@code --quiet}.
     *
     * @param quiet what the second one does
     */
    public static Specs declareForTables(Specs specs, String quiet) {
        return specs.value("--format", "FORMAT", "'table', 'table TEMPLATE', 'json' or a template such as '{{.ID}}'.")
                .flag("-q", "--quiet", quiet);
    }

    /** Prints a list as {@code --format} says. */
    public static ExitCode print(Listing listing, Invocation invocation) {
        try {
            invocation.out().append(listing.print(invocation.flags().value("--format")));
            return ExitCode.OK;
        } catch (IllegalArgumentException e) {
            throw wrongTemplate(e);
        }
    }

    /** A template that can't be read or filled in. */
    public static WrongUsage wrongTemplate(IllegalArgumentException cause) {
        return new WrongUsage("invalid template in --format: " + cause.getMessage());
    }
}
