package dev.mure.cli.command.demo;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A manager or an agent, in a process of its own.
 *
 * @param name for messages, for example {@code node1's manager}
 * @param process in a session of its own, so that Ctrl-C in a terminal reaches only the demo, which knows in which order to stop
 * @param log its output
 */
record Member(String name, Process process, Path log) {
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    /**
     * Starts it.
     *
     * @param javaOptions unless the user's own environment says which
     * @param joinToken empty if it needs none
     */
    static Member start(String name, Path log, List<String> command, String javaOptions, String joinToken)
            throws IOException {
        List<String> inOwnSession = new ArrayList<>();
        inOwnSession.add("setsid");
        inOwnSession.addAll(command);
        ProcessBuilder builder = new ProcessBuilder(inOwnSession).redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        builder.environment().putIfAbsent("MURE_JAVA_OPTS", javaOptions);
        builder.environment().put("MURE_JOIN_TOKEN", joinToken);
        Process process = builder.start();
        process.getOutputStream().close();
        return new Member(name, process, log);
    }

    /** SIGKILL. */
    void kill() {
        process.destroyForcibly();
        await(PATIENCE);
    }

    /**
     * SIGKILL for it and for what it started; the tasks of an agent outlive it else. It is stopped while its tasks are looked
     * for, lest it starts another.
     */
    void killWithTasks() {
        if (!process.isAlive()) {
            return;
        }
        freeze();
        List<ProcessHandle> started;
        try (Stream<ProcessHandle> descendants = process.descendants()) {
            started = descendants.toList();
        }
        kill();
        for (ProcessHandle task : started) {
            task.destroyForcibly();
        }
    }

    /** SIGSTOP. */
    void freeze() {
        signal("-STOP");
    }

    /** SIGCONT. */
    void thaw() {
        signal("-CONT");
    }

    /** Waits until it ends, as it was asked to; kills it when it does not. */
    void awaitEnd(Duration patience) {
        if (!await(patience)) {
            kill();
        }
    }

    private boolean await(Duration patience) {
        try {
            return process.waitFor(patience.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private void signal(String signal) {
        try {
            Process kill = new ProcessBuilder("kill", signal, Long.toString(process.pid())).start();
            kill.waitFor(PATIENCE.toNanos(), TimeUnit.NANOSECONDS);
        } catch (IOException e) {
            // It is killed next, which needs no program.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
