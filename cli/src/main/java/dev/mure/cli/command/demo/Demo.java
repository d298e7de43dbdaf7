package dev.mure.cli.command.demo;

import dev.mure.cli.command.Command;
import dev.mure.cli.command.Invocation;
import dev.mure.cli.command.Program;
import dev.mure.cli.command.Specs;
import dev.mure.cli.process.CommandFailure;
import dev.mure.cli.process.ExitCode;
import dev.mure.cli.process.Interrupts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import picocli.CommandLine.Model.CommandSpec;

/** {@code mure demo}: makes a cluster on this machine, tells its story, and leaves nothing behind. */
public final class Demo implements Command {
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final Program program;

    /**
     * @param program runs the commands that are shown
     */
    public Demo(Program program) {
        this.program = program;
    }

    @Override
    public CommandSpec spec() {
        return Specs.command("[OPTIONS]", "Show on this machine what Mure does: a cluster, updates, a killed leader.",
                "",
                "Starts three managers and three agents as processes on loopback, needs neither Docker nor root, and"
                        + " cleans up after itself. Takes less than a minute.")
                .flag("--keep", "Leave the cluster running and say how to talk to it.")
                .build();
    }

    @Override
    public ExitCode run(Invocation invocation) {
        invocation.flags().noArguments();
        String launcher = System.getProperty("mure.launcher");
        if (launcher == null) {
            throw new CommandFailure(ExitCode.FAILURE,
                    "the demo starts managers and agents: start it with the launcher bin/mure");
        }
        try {
            Path folder = Files.createTempDirectory("mure-demo-");
            DemoCluster cluster = new DemoCluster(Path.of(launcher), folder, Map.of(), invocation.environment().time());
            try (Interrupts.Registration _ = invocation.environment().interrupts().before(() -> cleanUp(cluster))) {
                return run(invocation, cluster, folder);
            }
        } catch (IOException e) {
            throw new CommandFailure(ExitCode.FAILURE, "the demo can't start: " + e.getMessage());
        }
    }

    private ExitCode run(Invocation invocation, DemoCluster cluster, Path folder) throws IOException {
        boolean done = false;
        try {
            Story story = new Story(program, invocation.environment(), cluster, folder);
            story.tell();
            if (invocation.flags().isSet("--keep")) {
                story.sayHowToGoOn();
            } else {
                story.end();
                cluster.stop(PATIENCE);
                cluster.removeFolder();
            }
            done = true;
            return ExitCode.OK;
        } finally {
            if (!done) {
                // The folder stays: its logs say why.
                cluster.kill();
            }
        }
    }

    private static void cleanUp(DemoCluster cluster) {
        cluster.kill();
        cluster.removeFolder();
    }
}
