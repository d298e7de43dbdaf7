package dev.mure.agent.runtime.docker;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** The engine's format for the two output streams of a container: frames of stream number, length, bytes. */
final class LogFrames {

    private static final int HEADER_BYTES = 8;
    private static final int MAX_BYTES = 4 << 20;

    private LogFrames() {}

    /** All lines of both streams in the order in which they were written; stops at 4 MiB. */
    static List<String> lines(InputStream frames) throws IOException {
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        DataInputStream data = new DataInputStream(frames);
        while (text.size() < MAX_BYTES && data.readNBytes(HEADER_BYTES / 2).length == HEADER_BYTES / 2) {
            text.write(data.readNBytes(data.readInt()));
        }
        return text.toString(StandardCharsets.UTF_8).lines().toList();
    }
}
