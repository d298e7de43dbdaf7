package dev.mure.agent.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Objects;

/** Writes small files whole or not at all, also when the power goes. */
final class DurableFile {

    private DurableFile() {}

    /** Puts the text in the place of what the file holds. */
    static void replace(Path file, String text) throws IOException {
        Path unfinished = write(file, text);
        Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
        sync(folder(file));
    }

    /** A new file with the text beside the one that is meant, already on disk. */
    static Path write(Path file, String text) throws IOException {
        Path unfinished = Files.createTempFile(folder(file), "." + file.getFileName() + "-", ".new");
        try (FileChannel channel = FileChannel.open(unfinished, StandardOpenOption.WRITE)) {
            ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
        }
        return unfinished;
    }

    private static Path folder(Path file) {
        return Objects.requireNonNull(file.toAbsolutePath().getParent(), "a file is in a folder");
    }

    /** Makes new names in the folder durable. */
    static void sync(Path folder) throws IOException {
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }
}
