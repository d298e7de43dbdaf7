package dev.mure.cli.command.demo;

import dev.mure.cli.command.Command;
import dev.mure.cli.command.Flags;
import dev.mure.cli.command.Invocation;
import dev.mure.cli.command.Program;
import dev.mure.cli.command.Specs;
import dev.mure.cli.process.CommandFailure;
import dev.mure.cli.process.Environment;
import dev.mure.cli.process.ExitCode;
import dev.mure.cli.process.Interrupts;
import dev.mure.cli.process.Screen;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;

/**
 * {@code mure aot-rehearsal}: has a cluster do its daily work, so that the JDK can put into the AOT caches
 * of managers and agents what they load and which of their methods are worth compiling. One manager, which leads first and follows
 * later, and one agent write them when they end.
 */
public final class Rehearsal implements Command {
    private static final int ROUNDS = 3;
    /** An election takes a third of it. */
    private static final Duration FROZEN = Duration.ofSeconds(1);
    /** A cache is put together when its process ends. */
    private static final Duration ASSEMBLY = Duration.ofMinutes(1);

    private final Program program;

    /**
     * @param program runs the client's commands
     */
    public Rehearsal(Program program) {
        this.program = program;
    }

    @Override
    public CommandSpec spec() {
        return Specs.command("[OPTIONS]", "Have a cluster do its work, for the JDK's AOT caches.")
                .value("--manager-cache", "FILE", "Where a manager writes its cache.")
                .value("--agent-cache", "FILE", "Where an agent writes its cache.").hidden().build();
    }

    @Override
    public ExitCode run(Invocation invocation) {
        Flags flags = invocation.flags();
        flags.noArguments();
        String launcher = System.getProperty("mure.launcher");
        if (launcher == null) {
            throw new CommandFailure(ExitCode.FAILURE, "the rehearsal is started by the launcher bin/mure");
        }
        Map<String, String> options = new HashMap<>();
        writesTo(flags.value("--manager-cache"), DemoCluster.managerOf(0), options);
        writesTo(flags.value("--agent-cache"), DemoCluster.agentOf(0), options);
        try (PrintStream nowhere = new PrintStream(new ByteArrayOutputStream(), false, StandardCharsets.UTF_8)) {
            DemoCluster cluster = new DemoCluster(Path.of(launcher), Files.createTempDirectory("mure-rehearsal-"),
                    options, invocation.environment().time());
            Environment outside = invocation.environment();
            Environment inside = new Environment(nowhere, nowhere, Map.of("MURE_HOST", cluster.hosts()), outside.time(),
                    outside.ids(), Screen.NONE, Interrupts.NONE);
            try (Interrupts.Registration _ = outside.interrupts().before(cluster::kill)) {
                cluster.start();
                rehearse(cluster, inside);
                cluster.stop(ASSEMBLY);
                return ExitCode.OK;
            } finally {
                cluster.kill();
                cluster.removeFolder();
            }
        } catch (IOException e) {
            throw new CommandFailure(ExitCode.FAILURE, "the rehearsal can't start: " + e.getMessage());
        }
    }

    private static void writesTo(@Nullable String cache, String member, Map<String, String> options) {
        if (cache != null) {
            options.put(member, "-XX:AOTCacheOutput=" + cache);
        }
    }

    private void rehearse(DemoCluster cluster, Environment environment) {
        program.run(environment, "service", "create", "--name", "web", "--replicas", "9", "--update-monitor", "1ms",
                "web:1");
        roll(environment);
        cluster.freezeManager(0, FROZEN);
        roll(environment);
        program.run(environment, "service", "rm", "web");
        cluster.awaitNoTasks();
    }

    private void roll(Environment environment) {
        for (int version = 1; version <= ROUNDS; version++) {
            program.run(environment, "service", "update", "--image", "web:" + (version + 1), "web");
            program.run(environment, "service", "ps", "web");
        }
        program.run(environment, "service", "update", "--image", "web:1", "web");
    }
}
