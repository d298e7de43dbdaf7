package dev.mure.manager.raft;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Files that are there, whole, after a power loss. */
final class DurableFiles {

    private DurableFiles() {}

    /** Writes a small file: the old content or the new one is there, never a part. */
    static void write(Path file, byte[] content) throws IOException {
        Path temporary = file.resolveSibling(file.getFileName() + ".tmp");
        Files.write(temporary, content);
        force(temporary);
        publish(temporary, file);
    }

    /** Gives a file that was forced to disk its name. */
    static void publish(Path temporary, Path file) throws IOException {
        Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        Path folder = file.getParent();
        if (folder != null) {
            force(folder);
        }
    }

    /** Forces a file, or the names in a folder, to disk. */
    static void force(Path path) throws IOException {
        StandardOpenOption mode = Files.isDirectory(path) ? StandardOpenOption.READ : StandardOpenOption.WRITE;
        try (FileChannel channel = FileChannel.open(path, mode)) {
            channel.force(true);
        }
    }

    /** Forces everything below a folder to disk. */
    static void forceTree(Path folder) throws IOException {
        for (Path path : tree(folder)) {
            force(path);
        }
    }

    static void deleteTree(Path folder) throws IOException {
        for (Path path : tree(folder)) {
            Files.delete(path);
        }
    }

    /** The folder and what is below it, the deepest first; nothing if it is not there. */
    private static List<Path> tree(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return List.of();
        }
        try (Stream<Path> paths = Files.walk(folder)) {
            return paths.sorted(Comparator.reverseOrder()).toList();
        }
    }

    /** The entries of a folder by name; none if it is not there. */
    static List<Path> list(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> paths = Files.list(folder)) {
            return paths.sorted().toList();
        }
    }
}
