package dev.mure.it.cluster;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Runs the command line client as a user would. */
public final class MureCli {

    private static final Duration LIMIT = Duration.ofSeconds(60);

    private final Distribution distribution;
    private final Map<String, String> environment;

    private MureCli(Distribution distribution, Map<String, String> environment) {
        this.distribution = distribution;
        this.environment = Map.copyOf(environment);
    }

    /** A user who knows of no cluster. */
    public static MureCli withoutCluster(TestFolder home) {
        return of(Distribution.ofThisBuild(), home.path(), "");
    }

    /**
     * A user with an own home.
     *
     * @param hosts
     *            value of {@code MURE_HOST}; empty for none
     */
    static MureCli of(Distribution distribution, Path home, String hosts) {
        Map<String, String> environment = new HashMap<>(distribution.environment());
        environment.put("HOME", home.toString());
        environment.put("MURE_HOST", hosts);
        return new MureCli(distribution, environment);
    }

    /** The same user with one more environment variable. */
    public MureCli with(String variable, String value) {
        Map<String, String> more = new HashMap<>(environment);
        more.put(variable, value);
        return new MureCli(distribution, more);
    }

    /** Runs a command to its end. */
    public CliResult run(String... arguments) {
        return start(arguments).await(LIMIT);
    }

    /** Starts a command. */
    public RunningCli start(String... arguments) {
        // As an interactive shell starts it: in a process group of its own, and with Ctrl-C in force even if we are run in
        // the background.
        List<String> command = new ArrayList<>(
                List.of("setsid", "env", "--default-signal=INT", distribution.launcher().toString()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()));
        builder.environment().putAll(environment);
        long started = System.nanoTime();
        try {
            return new RunningCli(List.of(arguments), builder.start(), started);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
