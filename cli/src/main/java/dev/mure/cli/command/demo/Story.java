package dev.mure.cli.command.demo;

import dev.mure.cli.command.Program;
import dev.mure.cli.process.CommandFailure;
import dev.mure.cli.process.Environment;
import dev.mure.cli.process.ExitCode;
import dev.mure.cli.process.Screen;
import dev.mure.v1.TaskState;
import dev.mure.v1.TaskView;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** What the demo does and says, step by step. The commands are run as they are printed. */
final class Story {
    private static final String SERVICE = "web";

    private final Program program;
    private final Environment environment;
    private final PrintStream out;
    private final DemoCluster cluster;
    private final Path folder;

    Story(Program program, Environment environment, DemoCluster cluster, Path folder) {
        this.program = program;
        this.environment = environment.with("MURE_HOST", cluster.hosts()).inside(environment.screen());
        this.out = environment.out();
        this.cluster = cluster;
        this.folder = folder;
    }

    void tell() throws IOException {
        makeCluster();
        say("A service with three tasks, at first from the image web:1:");
        expect(ExitCode.OK, "service", "create", "--name", SERVICE, "--replicas", "3", "--update-delay", "1s",
                "--update-monitor", "2s", "web:1");

        say("A rolling update replaces one task after another:");
        expect(ExitCode.OK, "service", "update", "--image", "web:2", SERVICE);
        say("Under each task stands what it replaced:");
        expect(ExitCode.OK, "service", "ps", SERVICE);

        int killed = updateWhileTheLeaderIsKilled();
        say("All tasks run web:3, and the cluster has another leader:");
        expect(ExitCode.OK, "service", "ls");
        expect(ExitCode.OK, "node", "ls");
        say("The killed manager is started again; it catches up by itself.");
        cluster.startManager(killed);

        say("web:broken ends as soon as it is started. The update stops before it does more harm, and says why:");
        expect(ExitCode.PAUSED, "service", "update", "--image", "web:broken", SERVICE);
        expect(ExitCode.OK, "service", "inspect", "--format", "{{.UpdateStatus.State}}: {{.UpdateStatus.Message}}",
                SERVICE);
        expect(ExitCode.OK, "service", "ps", "--filter", "name=web.1", SERVICE);

        say("With a fixed image it goes on:");
        expect(ExitCode.OK, "service", "update", "--image", "web:4", SERVICE);
        expect(ExitCode.OK, "service", "ps", SERVICE);
    }

    void end() {
        say("That was it. Everything is stopped and removed:");
        expect(ExitCode.OK, "service", "rm", SERVICE);
        cluster.awaitNoTasks();
        out.flush();
    }

    void sayHowToGoOn() {
        say("The cluster goes on. To talk to it:");
        out.append("    export MURE_HOST=" + cluster.hosts() + "\n    mure service ls\n");
        say("To stop it:");
        out.append("    mure service rm web && sleep 2 && kill " + cluster.pids() + " && rm -r " + folder + "\n");
        out.flush();
    }

    private void makeCluster() throws IOException {
        say("Three managers and three agents are started, each a process of its own, in " + folder + ".");
        long begin = environment.time().nanoTime();
        cluster.start();
        Duration took = Duration.ofNanos(environment.time().nanoTime() - begin);
        out.append("They are ready after " + took.toSeconds() + "." + took.toMillisPart() / 100 + " seconds.\n");
        out.append("$ export MURE_HOST=" + cluster.hosts() + "\n");
        expect(ExitCode.OK, "node", "ls");
    }

    /** The update is followed in lines and not redrawn, because the kill is told in the middle of it. */
    private int updateWhileTheLeaderIsKilled() {
        say("Another update; as soon as the first task runs web:3, the leading manager is killed:");
        FutureTask<Integer> kill = new FutureTask<>(this::killTheLeaderInTheMiddle);
        Thread killer = new Thread(kill, "mure-demo-kill");
        killer.setDaemon(true);
        killer.start();
        expect(environment.inside(Screen.NONE), ExitCode.OK, "service", "update", "--image", "web:3", SERVICE);
        try {
            return kill.get(1, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new CommandFailure(ExitCode.FAILURE,
                    "the leader could not be killed in the middle of the update: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CommandFailure(ExitCode.INTERRUPTED, "interrupted");
        }
    }

    private int killTheLeaderInTheMiddle() {
        cluster.await("the first task with web:3", () -> runsAnyOf("web:3"));
        DemoCluster.Killed killed = cluster.killLeader();
        out.append("*** kill -9 " + killed.pid() + ": the leader, manager of " + DemoCluster.name(killed.node())
                + " ***\n");
        out.flush();
        return killed.node();
    }

    private boolean runsAnyOf(String image) {
        for (TaskView task : cluster.tasks()) {
            if (task.getImage().equals(image)
                    && task.getTask().getStatus().getState() == TaskState.TASK_STATE_RUNNING) {
                return true;
            }
        }
        return false;
    }

    private void say(String text) {
        out.append("\n").append(text).append("\n");
        out.flush();
    }

    private void expect(ExitCode expected, String... arguments) {
        expect(environment, expected, arguments);
    }

    private void expect(Environment surroundings, ExitCode expected, String... arguments) {
        out.append("$ mure");
        for (String argument : arguments) {
            boolean plain = argument.indexOf(' ') < 0 && argument.indexOf('{') < 0;
            out.append(plain ? " " + argument : " '" + argument + "'");
        }
        out.append("\n");
        out.flush();
        ExitCode exitCode = program.run(surroundings, arguments);
        if (exitCode != expected) {
            throw new CommandFailure(ExitCode.FAILURE,
                    "the command above ended with " + exitCode.number() + " and not with "
                            + expected.number() + "; see the logs in " + folder);
        }
    }
}
