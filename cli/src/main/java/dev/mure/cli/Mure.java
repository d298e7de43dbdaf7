package dev.mure.cli;

import dev.mure.cli.command.Command;
import dev.mure.cli.command.Flags;
import dev.mure.cli.command.Invocation;
import dev.mure.cli.command.version.Version;
import dev.mure.cli.process.CommandFailure;
import dev.mure.cli.process.Environment;
import dev.mure.cli.process.ExitCode;
import dev.mure.cli.process.Interrupts;
import dev.mure.cli.process.RandomIds;
import dev.mure.cli.process.Screen;
import dev.mure.cli.process.TimeSource;
import dev.mure.cli.process.WrongUsage;
import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** The command line. */
public final class Mure {
    private final Environment environment;

    public Mure(Environment environment) {
        this.environment = environment;
    }

    /** Runs one command and ends the process with its exit code. */
    public static void main(String[] arguments) {
        PrintStream out = stream(FileDescriptor.out, 8192);
        PrintStream err = stream(FileDescriptor.err, 512);
        Environment environment =
                new Environment(out, err, System.getenv(), TimeSource.SYSTEM, RandomIds.UUIDS,
                        Screen.OF_THIS_PROCESS, Interrupts.OF_THIS_PROCESS);
        ExitCode exitCode = new Mure(environment).run(arguments);
        if (exitCode == ExitCode.OK) {
            // Not System.exit: a training run for the AOT cache has to end by itself.
            return;
        }
        System.exit(exitCode.number());
    }

    /** Runs one command. */
    public ExitCode run(String... arguments) {
        try {
            return run(List.of(arguments));
        } finally {
            environment.out().flush();
            environment.err().flush();
        }
    }

    private ExitCode run(List<String> arguments) {
        if (!arguments.isEmpty() && arguments.getFirst().equals("help")) {
            // `mure help service create` is `mure service create --help`.
            List<String> withHelp = new ArrayList<>(arguments.subList(1, arguments.size()));
            withHelp.add("--help");
            return run(List.copyOf(withHelp));
        }
        CommandTree tree = CommandTree.forArguments(arguments);
        CommandSpec place = tree.root().getCommandSpec();
        try {
            if (!arguments.isEmpty() && CommandTree.isForeign(arguments.getFirst()) && !arguments.contains("--help")) {
                throw new WrongUsage(
                        "'" + arguments.getFirst() + "' is another program: start it with the launcher bin/mure");
            }
            ParseResult root = tree.root().parseArgs(arguments.toArray(new String[0]));
            ParseResult leaf = root;
            while (leaf.hasSubcommand()) {
                leaf = leaf.subcommand();
            }
            place = leaf.commandSpec();
            return run(tree.command(), root, leaf);
        } catch (ParameterException e) {
            return report(new WrongUsage(words(e)), e.getCommandLine().getCommandSpec());
        } catch (CommandFailure e) {
            return report(e, place);
        } catch (RuntimeException e) {
            environment.err().append("mure: this is a mistake in Mure, please report it: ");
            e.printStackTrace(environment.err());
            return ExitCode.BUG;
        }
    }

    private ExitCode run(@Nullable Command command, ParseResult root, ParseResult leaf) {
        if (root.matchedOptionValue("--version", Boolean.FALSE)) {
            environment.out().append("mure ").append(Version.ofThisProgram()).append('\n');
            return ExitCode.OK;
        }
        if (leaf.matchedOptionValue("--help", Boolean.FALSE) || command == null) {
            environment.out().append(leaf.commandSpec().commandLine().getUsageMessage());
            return ExitCode.OK;
        }
        List<String> hosts = root.matchedOptionValue("--host", List.of());
        return command.run(new Invocation(new Flags(leaf), hosts == null ? List.of() : hosts, environment));
    }

    /** One line, in which wrong usage says where to look. */
    private ExitCode report(CommandFailure failure, CommandSpec place) {
        environment.out().flush();
        String line = failure.getMessage().replace('\n', ' ').strip();
        environment.err().append("mure: ").append(line);
        if (failure.exitCode() == ExitCode.WRONG_USAGE) {
            environment.err().append("; see '").append(place.qualifiedName(" ")).append(" --help'");
        }
        environment.err().append('\n');
        return failure.exitCode();
    }

    /** What the parser found, in our words. */
    private static String words(ParameterException e) {
        if (e instanceof UnmatchedArgumentException unmatched && !unmatched.getUnmatched().isEmpty()) {
            return unmatched(unmatched);
        }
        if (e instanceof MissingParameterException missing && !missing.getMissing().isEmpty()
                && missing.getMissing().getFirst() instanceof OptionSpec option) {
            return "missing value for " + option.longestName();
        }
        String message = String.valueOf(e.getMessage());
        return message.isEmpty() ? message : Character.toLowerCase(message.charAt(0)) + message.substring(1);
    }

    private static String unmatched(UnmatchedArgumentException e) {
        CommandLine place = e.getCommandLine();
        String first = e.getUnmatched().getFirst();
        if (first.startsWith("-")) {
            int equals = first.indexOf('=');
            String flag = equals < 0 ? first : first.substring(0, equals);
            boolean misplaced = (flag.equals("--host") || flag.equals("-H")) && place.getParent() != null;
            return "unknown flag: " + flag
                    + (misplaced ? " (it goes before the command: mure --host ADDRESS COMMAND)" : "");
        }
        if (place.getSubcommands().isEmpty()) {
            return "unexpected argument \"" + first + "\"";
        }
        String near = NearestName.of(first, place.getSubcommands().keySet());
        return "unknown command '" + first + "'" + (near == null ? "" : " (did you mean '" + near + "'?)");
    }

    private static PrintStream stream(FileDescriptor descriptor, int bufferSize) {
        return new PrintStream(new BufferedOutputStream(new FileOutputStream(descriptor), bufferSize), false,
                StandardCharsets.UTF_8);
    }
}
