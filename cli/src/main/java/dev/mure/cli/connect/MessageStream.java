package dev.mure.cli.connect;

import com.google.protobuf.MessageLite;
import com.google.protobuf.Parser;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The answer of a method that streams. Each message has five bytes before it: flags and length; the last one is JSON that says
 * how the stream ended.
 *
 * @param <T> type of the messages
 */
public final class MessageStream<T> implements Closeable {
    private static final int MAX_MESSAGE_BYTES = 256 * 1024 * 1024;
    private static final int COMPRESSED = 1;
    private static final int END = 2;

    private final HttpConnection connection;
    private final Parser<T> parser;

    private MessageStream(HttpConnection connection, Parser<T> parser) {
        this.connection = connection;
        this.parser = parser;
    }

    static <T> MessageStream<T> open(Endpoint endpoint, String path, MessageLite request, Parser<T> parser,
            Duration timeout)
            throws IOException {
        byte[] message = request.toByteArray();
        byte[] body = ByteBuffer.allocate(5 + message.length).put((byte) 0).putInt(message.length).put(message).array();
        HttpConnection connection = HttpConnection.open(endpoint, timeout);
        try {
            int status = connection.post(path, "application/connect+proto", 0, body);
            if (status != 200 || !connection.contentType().equals("application/connect+proto")) {
                throw passing(ControlClient.error(endpoint, path, status, connection.readBody()));
            }
            return new MessageStream<>(connection, parser);
        } catch (IOException | RuntimeException e) {
            connection.close();
            throw e;
        }
    }

    /**
     * The next message.
     *
     * @param timeout how long it may take to come; the stream is of no use afterwards
     * @return null when the server ended the stream well
     * @throws IOException when the stream broke: the manager died, stopped or lost its leader
     * @throws ControlException when the server ended it with an error
     */
    public @Nullable T next(Duration timeout) throws IOException {
        connection.allow(timeout);
        byte[] prefix = new byte[5];
        if (!connection.readFully(prefix)) {
            throw new EOFException("the stream ended without saying why");
        }
        int flags = prefix[0];
        int length = ByteBuffer.wrap(prefix).getInt(1);
        if ((flags & COMPRESSED) != 0 || length < 0 || length > MAX_MESSAGE_BYTES) {
            throw new IOException("the stream is not one of messages");
        }
        byte[] message = readMessage(length);
        if ((flags & END) == 0) {
            return parser.parseFrom(message);
        }
        ControlException error = ErrorBody.ofStreamEnd(new String(message, StandardCharsets.UTF_8));
        if (error != null) {
            throw passing(error);
        }
        return null;
    }

    /** In parts, so that a length that is a lie does not cost its memory. */
    private byte[] readMessage(int length) throws IOException {
        ByteArrayOutputStream message = new ByteArrayOutputStream(Math.min(length, 1 << 16));
        for (int left = length; left > 0;) {
            byte[] part = new byte[Math.min(left, 1 << 16)];
            if (!connection.readFully(part)) {
                throw new EOFException("the stream ended in the middle of a message");
            }
            message.writeBytes(part);
            left -= part.length;
        }
        return message.toByteArray();
    }

    /** An error that passes is one of the connection: another manager, or the same a little later, may do better. */
    private static IOException passing(ControlException error) {
        return switch (error.code()) {
            case UNAVAILABLE, DEADLINE_EXCEEDED, UNKNOWN, CANCELED -> new IOException(error.getMessage(), error);
            default -> throw error;
        };
    }

    @Override
    public void close() {
        connection.close();
    }
}
