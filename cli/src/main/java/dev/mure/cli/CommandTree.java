package dev.mure.cli;

import dev.mure.cli.command.Command;
import dev.mure.cli.command.CommandGroup;
import dev.mure.cli.command.Specs;
import dev.mure.cli.command.completion.Completion;
import dev.mure.cli.command.demo.Demo;
import dev.mure.cli.command.node.NodeCommands;
import dev.mure.cli.command.rollout.RolloutCommands;
import dev.mure.cli.command.service.ServiceCommands;
import dev.mure.cli.command.swarm.SwarmCommands;
import dev.mure.cli.command.training.AotTraining;
import dev.mure.cli.command.version.Version;
import dev.mure.cli.process.Environment;
import dev.mure.cli.process.ExitCode;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Help;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.UsageMessageSpec;

/**
 * All commands. Only the branch that a command line names is built, because a model of all of them takes longer than most
 * commands do; help and completion build more.
 */
final class CommandTree {
    static final String NAME = "mure";

    private static final List<String> NOUNS =
            List.of("service", "rollout", "node", "swarm", "manager", "agent", "demo", "completion", "version", "help");
    private static final int HELP_WIDTH = 100;

    private final CommandLine root;
    /** The command that the command line names; null if it names none. */
    private @Nullable Command command;

    private CommandTree() {
        CommandSpec spec = CommandSpec.create().name(NAME);
        spec.addOption(OptionSpec.builder("-H", "--host").type(List.class).auxiliaryTypes(String.class).arity("1")
                .paramLabel("ADDRESS")
                .description(
                        "Manager to talk to: unix://PATH or http://HOST:PORT. Several, repeated or with commas between, are tried in"
                                + " their order. Default: $MURE_HOST, else the socket in the data folder.")
                .build());
        spec.addOption(OptionSpec.builder("-h", "--help").type(boolean.class).arity("0").description("Print this help.")
                .build());
        spec.addOption(OptionSpec.builder("-v", "--version").type(boolean.class).arity("0")
                .description("Print the version.").build());
        UsageMessageSpec usage = spec.usageMessage();
        usage.description("Mure runs containers on a cluster of machines and rolls them from one version to the next.");
        usage.customSynopsis("[--host ADDRESS] COMMAND");
        usage.footer("", "See 'mure COMMAND --help' for more on a command.");
        root = CommandLineSettings.apply(new CommandLine(spec));
    }

    /** The tree with the branch that the arguments name; with all branches of the last noun if they name no verb. */
    static CommandTree forArguments(List<String> arguments) {
        CommandTree tree = new CommandTree();
        int noun = nextName(arguments, 0);
        String name = noun < arguments.size() ? arguments.get(noun) : "";
        CommandGroup group = group(name);
        if (group != null) {
            int verb = nextName(arguments, noun + 1);
            tree.add(name, group, verb < arguments.size() ? arguments.get(verb) : "");
        } else {
            tree.command = single(name);
            if (tree.command != null) {
                add(tree.root, name, tree.command.spec());
            } else {
                tree.addNouns();
            }
        }
        CommandLineSettings.finish(tree.root, NAME);
        return tree;
    }

    /** The tree with everything that a user sees. */
    static CommandLine complete() {
        CommandTree tree = new CommandTree();
        for (String noun : NOUNS) {
            CommandGroup group = group(noun);
            Command single = single(noun);
            if (group != null) {
                tree.add(noun, group, "");
            } else if (single != null) {
                add(tree.root, noun, single.spec());
            } else {
                add(tree.root, noun, foreign(noun));
            }
        }
        CommandLineSettings.finish(tree.root, NAME);
        return tree.root;
    }

    CommandLine root() {
        return root;
    }

    @Nullable Command command() {
        return command;
    }

    private static @Nullable CommandGroup group(String noun) {
        return switch (noun) {
            case "service" -> new ServiceCommands();
            case "rollout" -> new RolloutCommands();
            case "node" -> new NodeCommands();
            case "swarm" -> new SwarmCommands();
            default -> null;
        };
    }

    private static @Nullable Command single(String name) {
        return switch (name) {
            case "demo" -> new Demo(CommandTree::run);
            case "completion" -> new Completion(CommandTree::complete);
            case "version" -> new Version();
            case "aot-training" -> new AotTraining(CommandTree::run);
            default -> null;
        };
    }

    private static ExitCode run(Environment environment, String... arguments) {
        return new Mure(environment).run(arguments);
    }

    /** Whether the launcher starts another main class for this name. */
    static boolean isForeign(String name) {
        return name.equals("manager") || name.equals("agent");
    }

    /** The place of such a name in help and completion, and that of {@code help} itself. */
    private static CommandSpec foreign(String name) {
        return Specs.command("[OPTIONS]", switch (name) {
            case "manager" -> "Run a manager: keeps the cluster's state, schedules and updates.";
            case "agent" -> "Run an agent: starts and stops the tasks of this machine.";
            default -> "Print this help, or that of a command.";
        }).build();
    }

    private void add(String noun, CommandGroup group, String verbName) {
        CommandSpec spec = CommandSpec.create();
        spec.addOption(OptionSpec.builder("-h", "--help").type(boolean.class).arity("0").description("Print this help.")
                .build());
        spec.usageMessage().description(group.description()).customSynopsis("COMMAND").footer("",
                "See 'mure " + noun + " COMMAND --help' for more on a command.");
        CommandLine line = CommandLineSettings.apply(new CommandLine(spec));
        command = group.verb(verbName);
        if (command != null) {
            add(line, verbName, command.spec());
        } else {
            for (String verb : group.verbs()) {
                Command listed = group.verb(verb);
                if (listed != null) {
                    add(line, verb, listed.spec());
                }
            }
        }
        root.addSubcommand(noun, line);
    }

    private void addNouns() {
        for (String noun : NOUNS) {
            CommandGroup group = group(noun);
            Command single = single(noun);
            if (group != null) {
                root.addSubcommand(noun, new CommandLine(Specs.command("COMMAND", group.description()).build()));
            } else if (single != null) {
                add(root, noun, single.spec());
            } else {
                add(root, noun, foreign(noun));
            }
        }
    }

    private static void add(CommandLine parent, String name, CommandSpec spec) {
        boolean stopAtPositional = spec.parser().stopAtPositional();
        CommandLine line = CommandLineSettings.apply(new CommandLine(spec));
        spec.parser().stopAtPositional(stopAtPositional);
        parent.addSubcommand(name, line);
    }

    /** Position of the next word that is not a flag of the root or its value. */
    private static int nextName(List<String> arguments, int from) {
        int at = from;
        while (at < arguments.size() && arguments.get(at).startsWith("-")) {
            at += arguments.get(at).equals("--host") || arguments.get(at).equals("-H") ? 2 : 1;
        }
        return at;
    }

    /** How picocli is set up: it parses and prints help; everything else is ours. */
    private static final class CommandLineSettings {
        private CommandLineSettings() {}

        static CommandLine apply(CommandLine line) {
            line.setExpandAtFiles(false);
            line.setInterpolateVariables(false);
            line.setOverwrittenOptionsAllowed(true);
            line.setUsageHelpWidth(HELP_WIDTH);
            line.setColorScheme(Help.defaultColorScheme(Help.Ansi.OFF));
            line.setHelpFactory(HelpText::new);
            return line;
        }

        /** Puts the whole name of each command into the first line of its help. */
        static void finish(CommandLine line, String name) {
            UsageMessageSpec usage = line.getCommandSpec().usageMessage();
            usage.customSynopsis(name + " " + String.join("", usage.customSynopsis()));
            usage.commandListHeading("%nCommands:%n");
            usage.optionListHeading("%nOptions:%n");
            for (var entry : line.getSubcommands().entrySet()) {
                if (!List.of(entry.getValue().getCommandSpec().aliases()).contains(entry.getKey())) {
                    finish(entry.getValue(), name + " " + entry.getKey());
                }
            }
        }
    }
}
