package dev.mure.it.cluster;

import java.io.IOException;
import java.io.UncheckedIOException;

/** Sends the signals that {@link Process} does not know. */
public final class Signals {

    private Signals() {
    }

    /** Sends one to a process; one that is gone is no error. */
    public static void send(String signal, long pid) {
        try {
            new ProcessBuilder("kill", "-" + signal, Long.toString(pid))
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start()
                    .waitFor();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
