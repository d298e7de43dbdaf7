package dev.mure.it.cluster;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/** A temporary folder. Its path is short, since those of sockets may have about a hundred characters. */
public record TestFolder(Path path) implements AutoCloseable {

    /** Makes a new one. */
    public static TestFolder create() {
        try {
            return new TestFolder(Files.createTempDirectory("mure-it-").toRealPath());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A folder in it, made if need be. */
    public Path folder(String name) {
        try {
            return Files.createDirectories(path.resolve(name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        delete(path);
    }

    /** Removes a folder with all that is in it. What disappears meanwhile is no error. */
    public static void delete(Path folder) {
        if (!Files.exists(folder)) {
            return;
        }
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (NoSuchFileException e) {
            delete(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
