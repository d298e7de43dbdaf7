package dev.mure.it.cluster;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SortedSet;
import java.util.TreeSet;

/** Tells the tasks of the steered images what to do, through files. So a test holds them at the point that it is about. */
public final class Steering {

    private static final String STOPPING = "stopping.";

    private final Path folder;

    Steering(Path folder) {
        this.folder = folder;
    }

    /** Lets a task end by itself. */
    public void end(String taskId, int exitCode) {
        try {
            Path unfinished = folder.resolve("new");
            Files.writeString(unfinished, exitCode + "\n");
            Files.move(unfinished, folder.resolve("end." + taskId));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** From now on {@code redis:bad} is as good as the others. */
    public void repairBadImage() {
        write("repaired");
    }

    /** From now on tasks that are told to stop do not end before {@link #release}. */
    public void holdStopping() {
        write("hold");
    }

    /** Undoes {@link #holdStopping}. */
    public void release() {
        try {
            Files.deleteIfExists(folder.resolve("hold"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Ids of all tasks that were ever told to stop. */
    public SortedSet<String> toldToStop() {
        SortedSet<String> ids = new TreeSet<>();
        try (var entries = Files.newDirectoryStream(folder, STOPPING + "*")) {
            entries.forEach(entry -> ids.add(entry.getFileName().toString().substring(STOPPING.length())));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return ids;
    }

    private void write(String name) {
        try {
            Files.writeString(folder.resolve(name), "");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
