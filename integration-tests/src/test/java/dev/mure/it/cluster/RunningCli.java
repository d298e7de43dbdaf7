package dev.mure.it.cluster;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/** A command that runs at the same time as the test goes on. */
public final class RunningCli {

    private static final Executor READERS = task -> Thread.ofVirtual().start(task);

    private final List<String> arguments;
    private final Process process;
    private final CompletableFuture<String> out;
    private final CompletableFuture<String> err;
    private final CompletableFuture<Long> end;
    private final long started;

    RunningCli(List<String> arguments, Process process, long started) {
        this.arguments = arguments;
        this.process = process;
        this.started = started;
        this.out = CompletableFuture.supplyAsync(() -> read(process.getInputStream()), READERS);
        this.err = CompletableFuture.supplyAsync(() -> read(process.getErrorStream()), READERS);
        this.end = process.onExit().thenApply(_ -> System.nanoTime());
    }

    /** Waits for its end; at the limit it is killed and the test fails. */
    public CliResult await(Duration limit) {
        try {
            if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                process.destroyForcibly();
                throw new AssertionError("mure " + String.join(" ", arguments) + " did not end within "
                        + limit.toSeconds() + " s; it wrote: " + out.join() + err.join());
            }
            return new CliResult(arguments, process.exitValue(), out.join(), err.join(),
                    Duration.ofNanos(end.join() - started));
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** Ctrl-C: the terminal tells the command and all that it started. */
    public void interrupt() {
        Signals.sendToGroup("INT", process.pid());
    }

    /** Whether it still runs. */
    public boolean isAlive() {
        return process.isAlive();
    }

    private static String read(InputStream in) {
        try (in) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
