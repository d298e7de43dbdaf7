package dev.mure.cli.connect;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;

import org.jspecify.annotations.Nullable;

/** One HTTP/1.1 exchange: a POST and its answer, whole or as a stream. Used by one thread; another may close it. */
final class HttpConnection implements Closeable {
    /** The head of an answer that is longer is not one of a manager. */
    private static final int MAX_HEAD_BYTES = 32 * 1024;
    /** A list of 200,000 tasks takes a third of it. */
    private static final int MAX_BODY_BYTES = 256 * 1024 * 1024;
    private static final long CHUNKED = -2;
    private static final long UNTIL_CLOSED = -1;

    private final Endpoint endpoint;
    private final SocketChannel channel;
    private final Watchdog watchdog;
    private final ByteBuffer buffer = ByteBuffer.allocate(16 * 1024).flip();

    private int status;
    private String contentType = "";
    /** Bytes of the body or of the current chunk that are still to come; or a kind. */
    private long left = UNTIL_CLOSED;
    private boolean chunked;
    private boolean lastChunkSeen;

    private HttpConnection(Endpoint endpoint, SocketChannel channel, Watchdog watchdog) {
        this.endpoint = endpoint;
        this.channel = channel;
        this.watchdog = watchdog;
    }

    /**
     * Connects.
     *
     * @param timeout for the whole exchange, unless {@link #allow} gives another
     * @throws ConnectFailure when nobody is there
     */
    static HttpConnection open(Endpoint endpoint, Duration timeout) throws ConnectFailure {
        SocketChannel channel = null;
        Watchdog watchdog = null;
        try {
            SocketAddress address = endpoint.address();
            channel = address instanceof UnixDomainSocketAddress
                    ? SocketChannel.open(StandardProtocolFamily.UNIX)
                    : SocketChannel.open();
            watchdog = new Watchdog(channel, timeout.toNanos());
            watchdog.start();
            channel.connect(address);
            return new HttpConnection(endpoint, channel, watchdog);
        } catch (IOException | RuntimeException e) {
            boolean timedOut = watchdog != null && watchdog.expired();
            close(channel, watchdog);
            throw timedOut ? new ConnectFailure("no answer") : ConnectFailure.of(endpoint, e);
        }
    }

    /** The exchange may take that long from now. */
    void allow(Duration timeout) {
        watchdog.restart(timeout.toNanos());
    }

    /**
     * Sends a request and reads the head of its answer.
     *
     * @param timeoutMillis after which the server may give up; 0 = never
     * @return the HTTP status
     */
    int post(String path, String type, long timeoutMillis, byte[] body) throws IOException {
        String head = "POST " + path + " HTTP/1.1\r\nHost: " + endpoint.hostHeader() + "\r\nContent-Type: " + type
                + "\r\nConnect-Protocol-Version: 1"
                + (timeoutMillis > 0 ? "\r\nConnect-Timeout-Ms: " + timeoutMillis : "")
                + "\r\nContent-Length: " + body.length + "\r\nConnection: close\r\n\r\n";
        try {
            ByteBuffer[] request = {ByteBuffer.wrap(head.getBytes(StandardCharsets.ISO_8859_1)), ByteBuffer.wrap(body)};
            while (request[0].hasRemaining() || request[1].hasRemaining()) {
                channel.write(request);
            }
            readHead();
            return status;
        } catch (ClosedChannelException e) {
            throw closed(e);
        }
    }

    /** The media type of the answer, lower case and without parameters. */
    String contentType() {
        return contentType;
    }

    /** The whole body. */
    byte[] readBody() throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream(left > 0 && left <= MAX_BODY_BYTES ? (int) left : 4096);
        byte[] part = new byte[16 * 1024];
        for (int count = read(part, 0, part.length); count >= 0; count = read(part, 0, part.length)) {
            if (body.size() + count > MAX_BODY_BYTES) {
                throw new IOException("the answer is larger than " + MAX_BODY_BYTES + " bytes");
            }
            body.write(part, 0, count);
        }
        return body.toByteArray();
    }

    /**
     * Fills the array from the body.
     *
     * @return false when the body ended before the first byte
     * @throws EOFException when it ended in the middle
     */
    boolean readFully(byte[] into) throws IOException {
        int have = 0;
        while (have < into.length) {
            int count = read(into, have, into.length - have);
            if (count < 0) {
                if (have == 0) {
                    return false;
                }
                throw new EOFException("the answer ended in the middle");
            }
            have += count;
        }
        return true;
    }

    private int read(byte[] into, int offset, int length) throws IOException {
        try {
            if (chunked && left == 0 && !lastChunkSeen) {
                nextChunk();
            }
            if (left == 0) {
                return -1;
            }
            if (!buffer.hasRemaining() && !fill()) {
                if (left == UNTIL_CLOSED) {
                    return -1;
                }
                throw new EOFException("the connection was closed in the middle of the answer");
            }
            int count = Math.min(length, buffer.remaining());
            if (left > 0) {
                count = (int) Math.min(count, left);
                left -= count;
            }
            buffer.get(into, offset, count);
            if (chunked && left == 0) {
                readLine(MAX_HEAD_BYTES);
            }
            return count;
        } catch (ClosedChannelException e) {
            throw closed(e);
        }
    }

    private void nextChunk() throws IOException {
        String line = readLine(MAX_HEAD_BYTES);
        int end = line.indexOf(';');
        try {
            left = Long.parseLong((end < 0 ? line : line.substring(0, end)).trim(), 16);
        } catch (NumberFormatException e) {
            throw new IOException("the answer is not chunked as it says: " + line, e);
        }
        if (left < 0) {
            throw new IOException("the answer is not chunked as it says: " + line);
        }
        if (left == 0) {
            lastChunkSeen = true;
            while (!readLine(MAX_HEAD_BYTES).isEmpty()) {
                // Trailers tell us nothing.
            }
        }
    }

    private void readHead() throws IOException {
        int budget = MAX_HEAD_BYTES;
        String line = readLine(budget);
        // HTTP/1.1 200 OK
        if (!line.startsWith("HTTP/1.") || line.length() < 12) {
            throw new IOException("the answer is not HTTP: " + line);
        }
        try {
            status = Integer.parseInt(line.substring(9, 12));
        } catch (NumberFormatException e) {
            throw new IOException("the answer is not HTTP: " + line, e);
        }
        long kind = UNTIL_CLOSED;
        for (line = readLine(budget); !line.isEmpty(); line = readLine(budget)) {
            budget -= line.length() + 2;
            int colon = line.indexOf(':');
            if (colon < 0) {
                continue;
            }
            String value = line.substring(colon + 1).trim();
            switch (line.substring(0, colon).toLowerCase(Locale.ROOT)) {
                case "content-length" -> kind = kind == CHUNKED ? CHUNKED : contentLength(value);
                case "transfer-encoding" -> kind = CHUNKED;
                case "content-type" -> {
                    int semicolon = value.indexOf(';');
                    contentType =
                            (semicolon < 0 ? value : value.substring(0, semicolon)).trim().toLowerCase(Locale.ROOT);
                }
                default -> {
                    // The rest of the head tells a client of one exchange nothing.
                }
            }
        }
        chunked = kind == CHUNKED;
        left = chunked ? 0 : kind;
    }

    private static long contentLength(String value) throws IOException {
        try {
            return Long.parseUnsignedLong(value);
        } catch (NumberFormatException e) {
            throw new IOException("the answer has a Content-Length that is not a number: " + value, e);
        }
    }

    private String readLine(int limit) throws IOException {
        StringBuilder line = new StringBuilder(64);
        while (true) {
            if (!buffer.hasRemaining() && !fill()) {
                throw new EOFException("the connection was closed before the answer was complete");
            }
            char character = (char) (buffer.get() & 0xff);
            if (character == '\n') {
                int length = line.length();
                if (length > 0 && line.charAt(length - 1) == '\r') {
                    line.setLength(length - 1);
                }
                return line.toString();
            }
            if (line.length() >= limit) {
                throw new IOException("the head of the answer is too long");
            }
            line.append(character);
        }
    }

    private boolean fill() throws IOException {
        buffer.clear();
        int count = channel.read(buffer);
        buffer.flip();
        return count > 0;
    }

    private IOException closed(ClosedChannelException cause) {
        return new IOException(watchdog.expired() ? "no answer in time" : "the connection was closed", cause);
    }

    @Override
    public void close() {
        close(channel, watchdog);
    }

    private static void close(@Nullable SocketChannel channel, @Nullable Watchdog watchdog) {
        if (watchdog != null) {
            watchdog.switchOff();
        }
        if (channel != null) {
            try {
                channel.close();
            } catch (IOException e) {
                // The exchange is over; nothing depends on how the closing went.
            }
        }
    }
}
