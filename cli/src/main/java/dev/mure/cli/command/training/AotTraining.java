package dev.mure.cli.command.training;

import dev.mure.cli.command.Command;
import dev.mure.cli.command.Invocation;
import dev.mure.cli.command.Program;
import dev.mure.cli.command.Specs;
import dev.mure.cli.process.Environment;
import dev.mure.cli.process.ExitCode;
import dev.mure.cli.process.Interrupts;
import dev.mure.cli.process.RandomIds;
import dev.mure.cli.process.Screen;
import dev.mure.cli.process.TimeSource;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import picocli.CommandLine.Model.CommandSpec;

/**
 * {@code mure aot-training}: goes through the program's usual ways against a server of its own, so that the JDK can put into
 * the AOT cache what they load. Prints nothing and ends by itself.
 */
public final class AotTraining implements Command {
    private static final String[][] COMMANDS = {{"service", "ls"}, {"service", "ls", "--format", "json"},
        {"service", "ps", "web"},
        {"service", "inspect", "web"}, {"service", "inspect", "--pretty", "web"},
        {"service", "inspect", "--format", "{{json .UpdateStatus}}", "web"}, {"node", "ls"},
        {"node", "inspect", "self"}, {"node", "inspect", "--pretty", "self"},
        {"node", "update", "--availability", "drain", "--label-add", "zone=a", "self"},
        {"service", "create", "--name", "web", "--replicas", "3", "--update-delay", "10s", "--constraint",
            "node.role==worker", "--publish", "mode=host,target=80,published=8080", "--limit-memory", "64M",
            "--reserve-cpu", "0.1", "--health-cmd", "true", "web:1"},
        {"service", "update", "--image", "web:2", "--quiet", "web"},
        {"service", "update", "--detach", "--env-add", "A=1", "--update-canary", "10%", "--update-pause-after", "2,50%",
            "web"},
        {"service", "update", "--plan", "--image", "web:2", "web"}, {"service", "rollback", "web"},
        {"service", "history", "web"}, {"rollout", "ls"}, {"rollout", "status", "web"}, {"rollout", "watch", "web"},
        {"rollout", "pause", "web"}, {"rollout", "resume", "web"}, {"rollout", "step", "web", "2"},
        {"rollout", "promote", "web"}, {"rollout", "abort", "web"}, {"rollout", "set", "--parallelism", "2", "web"},
        {"service", "scale", "web=3"}, {"service", "rm", "web"}, {"service", "inspect", "nosuch"}, {"version"},
        {"help"}, {"service", "--help"}, {"rollout", "--help"}, {"service", "create", "--help"},
        {"service", "create", "--replicas", "abc", "web:1"}};

    private final Program program;

    public AotTraining(Program program) {
        this.program = program;
    }

    @Override
    public CommandSpec spec() {
        return Specs.command("", "Go through the program's usual ways, for the JDK's AOT cache.").hidden().build();
    }

    @Override
    public ExitCode run(Invocation invocation) {
        invocation.flags().noArguments();
        try (TrainingManager manager = TrainingManager.start();
                PrintStream nowhere = new PrintStream(new ByteArrayOutputStream(), false, StandardCharsets.UTF_8)) {
            Environment environment =
                    new Environment(nowhere, nowhere, Map.of("MURE_HOST", manager.address()), TimeSource.SYSTEM,
                            RandomIds.UUIDS, Screen.NONE, Interrupts.NONE);
            for (String[] command : COMMANDS) {
                program.run(environment, command);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return ExitCode.OK;
    }
}
