package dev.mure.agent.runtime.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** The programs of the system that the runtime starts tasks with. */
final class SystemPrograms {

    /** Where a system's programs are, and the PATH of a task that says nothing else. */
    static final String PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    private static final long LIMIT_SECONDS = 10;

    private SystemPrograms() {}

    /**
     * The beginning of a command line that runs the rest in a session of its own. Where `env` can do it, also with the default
     * handling of all signals: an agent that a script started in the background ignores SIGINT and SIGQUIT, and would pass that
     * on to tasks that are to be stopped by one of them.
     *
     * @throws IOException if the system lacks `setsid`
     */
    static List<String> detached() throws IOException {
        String setsid = find("setsid").orElseThrow(
                () -> new IOException(
                        "the process runtime needs the program setsid (package util-linux), which is not in " + PATH));
        Optional<String> env = find("env");
        return env.isPresent() && succeeds(List.of(env.get(), "--default-signal", setsid, "true"))
                ? List.of(env.get(), "--default-signal", setsid)
                : List.of(setsid);
    }

    private static Optional<String> find(String program) {
        return Stream.of(PATH.split(":", -1))
                .map(folder -> Path.of(folder, program))
                .filter(Files::isExecutable)
                .map(Path::toString)
                .findFirst();
    }

    private static boolean succeeds(List<String> command) throws IOException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        try {
            return process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS) && process.exitValue() == 0;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } finally {
            process.destroyForcibly();
        }
    }
}
