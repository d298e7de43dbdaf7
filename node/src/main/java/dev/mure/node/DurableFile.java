package dev.mure.node;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Objects;

/** Writes small files so that after a power loss either the old content or the new one is there, whole. */
public final class DurableFile {

    private DurableFile() {}

    /** Replaces the file's content. */
    public static void replace(Path file, String content) throws IOException {
        Path temporary = writeBeside(file, content);
        Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        syncFolder(folderOf(file));
    }

    /**
     * Makes the file unless it exists; of several processes that try at once exactly one succeeds.
     *
     * @return whether this call made it
     */
    public static boolean createIfAbsent(Path file, String content) throws IOException {
        Path temporary = writeBeside(file, content);
        try {
            // A hard link, unlike a rename, fails when the target exists.
            Files.createLink(file, temporary);
            syncFolder(folderOf(file));
            return true;
        } catch (FileAlreadyExistsException e) {
            return false;
        } finally {
            Files.delete(temporary);
        }
    }

    /** Makes the names in a folder survive a power loss. */
    public static void syncFolder(Path folder) throws IOException {
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    private static Path writeBeside(Path file, String content) throws IOException {
        Path temporary = Files.createTempFile(folderOf(file), file.getFileName() + ".", ".tmp");
        try (FileChannel channel = FileChannel.open(temporary, StandardOpenOption.WRITE)) {
            ByteBuffer bytes = ByteBuffer.wrap(content.getBytes(StandardCharsets.UTF_8));
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
        }
        return temporary;
    }

    private static Path folderOf(Path file) {
        return Objects.requireNonNull(file.toAbsolutePath().getParent(), "a file has a folder");
    }
}
