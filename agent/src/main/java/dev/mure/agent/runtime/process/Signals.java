package dev.mure.agent.runtime.process;

import java.io.IOException;
import java.util.concurrent.TimeUnit;

/** Sends signals. By the shell's own `kill`, as the JDK knows only two of them and no process groups. */
final class Signals {

    private static final long LIMIT_SECONDS = 10;

    private Signals() {}

    /** To all of a process group. Nothing happens when it is gone. */
    static void toGroup(String signal, long group) throws IOException, InterruptedException {
        send(signal, "-" + group);
    }

    /** To one process. Nothing happens when it is gone. */
    static void toProcess(String signal, long pid) throws IOException, InterruptedException {
        send(signal, Long.toString(pid));
    }

    private static void send(String signal, String target) throws IOException, InterruptedException {
        Process kill = new ProcessBuilder("/bin/sh", "-c", "kill -s \"$1\" -- \"$2\"", "kill", signal, target)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        if (!kill.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
            kill.destroyForcibly();
            throw new IOException("kill -s " + signal + " " + target + " does not end");
        }
    }
}
