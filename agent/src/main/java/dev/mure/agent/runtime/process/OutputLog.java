package dev.mure.agent.runtime.process;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;

/** The file that a task's output goes to. The task appends; we read the end, and cut the file when it is too long. */
record OutputLog(Path file) {

    /** What one task may leave on disk is at most a little more than twice this. */
    static final long MAX_BYTES = 16L << 20;
    private static final int MAX_TAIL_BYTES = 256 << 10;

    /** The last lines, oldest first. */
    List<String> tail(int lines) throws IOException {
        if (!Files.exists(file)) {
            return List.of();
        }
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            long size = channel.size();
            ByteBuffer bytes = ByteBuffer.allocate((int) Math.min(size, MAX_TAIL_BYTES));
            channel.position(size - bytes.capacity());
            while (bytes.hasRemaining() && channel.read(bytes) >= 0) {
                // until it is full
            }
            List<String> all = new String(bytes.array(), 0, bytes.position(), StandardCharsets.UTF_8).lines().toList();
            return all.subList(Math.max(0, all.size() - lines), all.size());
        }
    }

    /** Moves what was written to a second file when it is too long. What is written during that moment may be lost. */
    void cut() throws IOException {
        if (Files.exists(file) && Files.size(file) > MAX_BYTES) {
            Files.copy(file, file.resolveSibling(file.getFileName() + ".1"), StandardCopyOption.REPLACE_EXISTING);
            // The task has the file open for appending, so that it goes on at the new end.
            FileChannel.open(file, StandardOpenOption.WRITE).truncate(0).close();
        }
    }
}
