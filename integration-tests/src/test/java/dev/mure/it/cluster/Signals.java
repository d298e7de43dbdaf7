package dev.mure.it.cluster;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/** Sends the signals that {@link Process} does not know. */
public final class Signals {

    private Signals() {}

    /** Sends one to a process; one that is gone is no error. */
    public static void send(String signal, long pid) {
        kill("-" + signal, Long.toString(pid));
    }

    /** Sends one to all processes of a group, as a terminal does. */
    static void sendToGroup(String signal, long leader) {
        kill("-" + signal, "--", "-" + leader);
    }

    private static void kill(String... arguments) {
        List<String> command = new ArrayList<>(List.of("kill"));
        command.addAll(List.of(arguments));
        try {
            new ProcessBuilder(command)
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
