package dev.mure.agent.runtime.process;

import dev.mure.agent.runtime.ContainerState;
import dev.mure.agent.runtime.Health;
import dev.mure.agent.runtime.RuntimeFailure;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Checks one running task while somebody waits for the outcome. One thread at a time waits; any may ask. */
final class HealthMonitor {

    private static final Logger log = LoggerFactory.getLogger(HealthMonitor.class);

    private static final int OUTPUT_LINES = 20;

    private final TaskFolder folder;
    private final ProcessPlan plan;
    private final List<String> detached;

    private volatile HealthProgress progress;
    // Only the waiting thread.
    private long dueNanos;

    /**
     * Checks nothing yet.
     *
     * @param detached
     *            the beginning of a command line that runs the rest in a session of its own
     */
    HealthMonitor(TaskFolder folder, ProcessPlan plan, List<String> detached) throws IOException {
        this.folder = folder;
        this.plan = plan;
        this.detached = detached;
        this.progress = new HealthProgress(folder.health(plan.health()), 0);
        // Also by a restarted agent: what is overdue is done at once.
        long age = folder.ageNanos();
        this.dueNanos = System.nanoTime() + Math.max(0, progress.pause(age, plan.health()) - age);
    }

    Health health() {
        return progress.health();
    }

    /** Checks until the outcome is another one; empty when the task does not run. */
    Optional<Health> await(Health seen) throws IOException, InterruptedException {
        while (folder.state() instanceof ContainerState.Running) {
            Health now = progress.health();
            if (!now.equals(seen)) {
                return Optional.of(now);
            }
            TimeUnit.NANOSECONDS.sleep(dueNanos - System.nanoTime());
            check();
        }
        return Optional.empty();
    }

    private void check() throws IOException, InterruptedException {
        long age = folder.ageNanos();
        CheckResult result = run();
        // A check that failed because the task has just ended says nothing.
        if (!(folder.state() instanceof ContainerState.Running)) {
            return;
        }
        progress = progress.after(result, age, plan.health());
        folder.note(progress.health());
        dueNanos = System.nanoTime() + progress.pause(folder.ageNanos(), plan.health());
        log.debug("Task {}: check {} -> {}", plan.taskId(), result, progress);
    }

    /** In the task's environment and folder, as everything else that the task does. */
    private CheckResult run() throws IOException, InterruptedException {
        OutputLog output = folder.checkOutput();
        List<String> command = new ArrayList<>(detached);
        try {
            command.add(plan.program(plan.health().test()).toString());
        } catch (RuntimeFailure e) {
            return new CheckResult(false, e.reason());
        }
        command.addAll(plan.health().test().subList(1, plan.health().test().size()));
        ProcessBuilder builder = new ProcessBuilder(command).directory(plan.folder().toFile())
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                .redirectErrorStream(true)
                .redirectOutput(output.file().toFile());
        builder.environment().clear();
        builder.environment().putAll(plan.environment());
        Process process = builder.start();
        try {
            if (process.waitFor(plan.health().timeout(), TimeUnit.NANOSECONDS)) {
                return new CheckResult(process.exitValue() == 0, String.join("\n", output.tail(OUTPUT_LINES)));
            }
            return new CheckResult(false, "Health check exceeded timeout ("
                    + Duration.ofNanos(plan.health().timeout()).toMillis() + " ms)");
        } finally {
            if (process.isAlive()) {
                killGroup(process.pid());
            }
        }
    }

    /** Whatever happens to this thread meanwhile. */
    private static void killGroup(long group) throws IOException {
        boolean interrupted = Thread.interrupted();
        try {
            Signals.toGroup("KILL", group);
        } catch (InterruptedException e) {
            interrupted = true;
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
