package dev.mure.agent.runtime.process;

import com.google.gson.Gson;
import com.google.gson.JsonParseException;
import dev.mure.agent.runtime.ContainerState;
import dev.mure.agent.runtime.Health;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.Optional;
import java.util.stream.Stream;

/** All that is kept of one task. The shim writes to it too: see {@code shim.sh}. */
record TaskFolder(Path path) {

    /** The shim writes its identity right after it made the file; when it is still incomplete then, it was killed. */
    private static final Duration IDENTITY_LIMIT = Duration.ofSeconds(5);
    private static final String PLAN = "plan.json";
    private static final String UNHEALTHY = "unhealthy";

    boolean exists() {
        return Files.exists(path);
    }

    OutputLog output() {
        return new OutputLog(path.resolve("output.log"));
    }

    /** What the last health check wrote. */
    OutputLog checkOutput() {
        return new OutputLog(path.resolve("check.log"));
    }

    /** Makes the folder with its plan, whole or not at all. */
    void create(ProcessPlan plan) throws IOException {
        Path unfinished = path.resolveSibling("." + path.getFileName() + ".new");
        delete(unfinished);
        Files.createDirectories(unfinished);
        Files.writeString(unfinished.resolve(PLAN), new Gson().toJson(plan));
        Files.move(unfinished, path, StandardCopyOption.ATOMIC_MOVE);
    }

    /** Empty when there is no task of that name, or none that can be read. */
    Optional<ProcessPlan> plan() throws IOException {
        try {
            return Optional.ofNullable(new Gson().fromJson(Files.readString(path.resolve(PLAN)), ProcessPlan.class));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (JsonParseException e) {
            throw new IOException(path.resolve(PLAN) + " is damaged: " + e.getMessage(), e);
        }
    }

    /** Looks whether it runs or how it ended. */
    ContainerState state() {
        try {
            if (!exists()) {
                return new ContainerState.Absent();
            }
            Path file = shimFile();
            if (!Files.exists(file)) {
                return new ContainerState.Created();
            }
            Optional<ProcessIdentity> shim = shim();
            boolean runs = shim.isPresent() ? shim.get().isAlive() : isYoung(file);
            // Only now: it writes the exit code before it goes.
            Optional<Integer> exit = exit();
            if (exit.isPresent()) {
                return new ContainerState.Exited(exit.get(), "");
            }
            if (runs) {
                return new ContainerState.Running(command().map(ProcessIdentity::pid).orElse(0L));
            }
            return new ContainerState.Lost(shim.isPresent() && !shim.get().isOfThisBoot()
                    ? "ended when the machine was restarted"
                    : "its shim was killed before it could write down the exit code");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The shim that runs or ran the task; empty before its start. */
    Optional<ProcessIdentity> shim() throws IOException {
        return identity(shimFile());
    }

    /** The task's own first process; empty before its start. It may have ended while the shim still writes that down. */
    Optional<ProcessIdentity> command() throws IOException {
        return identity(path.resolve("command"));
    }

    /** Nanoseconds since the task was started; 0 before. */
    long ageNanos() throws IOException {
        Optional<ProcessIdentity> command = command();
        return command.isPresent() && command.get().isOfThisBoot()
                ? ProcFiles.nanosSince(command.get().startTicks())
                : 0;
    }

    /** As far as it was noted: a task that is not known to be unhealthy has to show that it is healthy. */
    Health health(HealthCheck check) throws IOException {
        try {
            return new Health.Unhealthy(Files.readString(path.resolve(UNHEALTHY)));
        } catch (NoSuchFileException e) {
            return check.isNone() ? new Health.None() : new Health.Starting();
        }
    }

    /** Notes that the task is unhealthy, or that it is not: a restarted agent has to know why it was stopped. */
    void note(Health health) throws IOException {
        if (health instanceof Health.Unhealthy(String output)) {
            Path unfinished = path.resolve(UNHEALTHY + ".new");
            Files.writeString(unfinished, output);
            Files.move(unfinished, path.resolve(UNHEALTHY), StandardCopyOption.ATOMIC_MOVE);
        } else {
            Files.deleteIfExists(path.resolve(UNHEALTHY));
        }
    }

    /** Removes all of it. A crash in between leaves nothing that looks like a task. */
    void delete() throws IOException {
        if (exists()) {
            Path doomed = path.resolveSibling("." + path.getFileName() + ".removed");
            delete(doomed);
            Files.move(path, doomed, StandardCopyOption.ATOMIC_MOVE);
            delete(doomed);
        }
    }

    /** Removes a folder with what is in it, without following links. */
    static void delete(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return;
        }
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }

    private Optional<Integer> exit() throws IOException {
        try {
            return Optional.of(Integer.parseInt(Files.readString(exitFile()).strip()));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (NumberFormatException e) {
            throw new IOException(exitFile() + " is damaged", e);
        }
    }

    private static boolean isYoung(Path file) throws IOException {
        return Files.getLastModifiedTime(file).toInstant().isAfter(Instant.now().minus(IDENTITY_LIMIT));
    }

    private static Optional<ProcessIdentity> identity(Path file) throws IOException {
        try {
            return ProcessIdentity.parse(Files.readString(file));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    private Path shimFile() {
        return path.resolve("identity");
    }

    private Path exitFile() {
        return path.resolve("exit");
    }
}
