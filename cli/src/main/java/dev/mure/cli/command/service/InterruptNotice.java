package dev.mure.cli.command.service;

import java.io.PrintStream;

/** Tells a user who ends the command with Ctrl-C that the cluster goes on. The JVM ends with 130 by itself. */
final class InterruptNotice implements AutoCloseable {
    private final Thread hook;

    InterruptNotice(PrintStream out, String service) {
        hook = new Thread("mure-interrupt") {
            @Override
            public void run() {
                out.append("\nOperation continuing in background.\nUse 'mure service ps " + service
                        + "' to check progress.\n");
                out.flush();
            }
        };
        Runtime.getRuntime().addShutdownHook(hook);
    }

    @Override
    public void close() {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // The process is ending: the hook runs.
        }
    }
}
