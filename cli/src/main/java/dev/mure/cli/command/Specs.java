package dev.mure.cli.command;

import java.util.List;

import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.Model.UsageMessageSpec;

/** Declares a command's flags in few words. Values stay text here; {@link Flags} reads them, with errors in our own words. */
public final class Specs {
    private final CommandSpec spec = CommandSpec.create();

    private Specs() {}

    /**
     * Begins a command.
     *
     * @param synopsis what stands after the command's name in the first line of its help
     * @param description what it does, one paragraph per element; the first is shown in lists
     */
    public static Specs command(String synopsis, String... description) {
        Specs specs = new Specs();
        UsageMessageSpec usage = specs.spec.usageMessage();
        usage.description(description);
        usage.sortOptions(true);
        usage.abbreviateSynopsis(true);
        usage.customSynopsis(synopsis);
        specs.flag("-h", "--help", "Print this help.");
        return specs;
    }

    /** A flag without a value; {@code --flag=false} is accepted, as Docker does. */
    public Specs flag(String name, String description) {
        return flag("", name, description);
    }

    public Specs flag(String shortName, String name, String description) {
        spec.addOption(named(shortName, name).type(boolean.class).arity("0..1").fallbackValue("true")
                .hideParamSyntax(true).paramLabel("")
                .description(description).build());
        return this;
    }

    /** A flag with a value; the last one given counts. */
    public Specs value(String name, String label, String description) {
        return value("", name, label, description);
    }

    public Specs value(String shortName, String name, String label, String description) {
        spec.addOption(named(shortName, name).type(String.class).arity("1").paramLabel(label).description(description)
                .build());
        return this;
    }

    /** A flag that may be given several times. */
    public Specs list(String name, String label, String description) {
        return list("", name, label, description);
    }

    public Specs list(String shortName, String name, String label, String description) {
        spec.addOption(named(shortName, name).type(List.class).auxiliaryTypes(String.class).arity("1").paramLabel(label)
                .description(description).build());
        return this;
    }

    /** Other names of the command. */
    public Specs aliases(String... names) {
        spec.aliases(names);
        return this;
    }

    /** Lines after the flags. */
    public Specs footer(String... lines) {
        spec.usageMessage().footer(lines);
        return this;
    }

    public Specs hidden() {
        spec.usageMessage().hidden(true);
        return this;
    }

    /** What follows the first argument belongs to that argument, even if it looks like a flag. */
    public Specs stopAtFirstArgument() {
        spec.parser().stopAtPositional(true);
        return this;
    }

    /** Ends the declaration. */
    public CommandSpec build() {
        spec.addPositional(
                PositionalParamSpec.builder().type(List.class).auxiliaryTypes(String.class).arity("0..*").hidden(true)
                        .paramLabel("ARG").build());
        return spec;
    }

    private static OptionSpec.Builder named(String shortName, String name) {
        return shortName.isEmpty() ? OptionSpec.builder(name) : OptionSpec.builder(shortName, name);
    }
}
