package dev.mure.it.http;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.SocketAddress;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/** One request with its answer. */
public final class HttpExchange implements Closeable {

    /** Closes channels at their limit, since a blocking read on a channel has none. */
    private static final ScheduledExecutorService LIMITS =
            Executors.newSingleThreadScheduledExecutor(Thread.ofPlatform().daemon().name("http-limits").factory());

    private final SocketChannel channel;
    private final ScheduledFuture<?> limit;
    private final int status;
    private final InputStream body;

    private HttpExchange(SocketChannel channel, ScheduledFuture<?> limit, int status, InputStream body) {
        this.channel = channel;
        this.limit = limit;
        this.status = status;
        this.body = body;
    }

    static HttpExchange open(SocketAddress address, String method, String path, HttpBody body, Duration limit)
            throws IOException {
        SocketChannel channel = SocketChannel.open(address);
        ScheduledFuture<?> alarm = LIMITS.schedule(() -> close(channel), limit.toMillis(), TimeUnit.MILLISECONDS);
        try {
            write(channel, method, path, body);
            InputStream in = new BufferedInputStream(Channels.newInputStream(channel));
            int status = status(line(in));
            while (status < 200) {
                headers(in);
                status = status(line(in));
            }
            return new HttpExchange(channel, alarm, status, body(in, headers(in)));
        } catch (ClosedChannelException e) {
            throw timeout(address + path, limit, e);
        } catch (IOException | RuntimeException e) {
            alarm.cancel(false);
            channel.close();
            throw e;
        }
    }

    /** The status code. */
    public int status() {
        return status;
    }

    /** The body, with the transfer coding taken off. */
    public InputStream body() {
        return body;
    }

    @Override
    public void close() throws IOException {
        limit.cancel(false);
        channel.close();
    }

    private static void close(SocketChannel channel) {
        try {
            channel.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void write(SocketChannel channel, String method, String path, HttpBody body) throws IOException {
        StringBuilder head = new StringBuilder();
        head.append(method).append(' ').append(path).append(" HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n");
        if (!body.contentType().isEmpty()) {
            head.append("Content-Type: ").append(body.contentType()).append("\r\n");
        }
        head.append("Content-Length: ").append(body.bytes().size()).append("\r\n\r\n");
        ByteBuffer[] parts = {ByteBuffer.wrap(head.toString().getBytes(StandardCharsets.US_ASCII)),
            body.bytes().asReadOnlyByteBuffer()};
        try {
            while (parts[0].hasRemaining() || parts[1].hasRemaining()) {
                channel.write(parts);
            }
        } catch (ClosedChannelException e) {
            throw e;
        } catch (IOException e) {
            // A server may refuse a body before it has read it; its answer is then there to be read.
            if (!String.valueOf(e.getMessage()).contains("Broken pipe")) {
                throw e;
            }
        }
    }

    private static int status(String line) throws IOException {
        String[] words = line.split(" ", 3);
        if (words.length < 2 || !words[0].startsWith("HTTP/1.") || !words[1].matches("[1-5][0-9][0-9]")) {
            throw new IOException("not an HTTP answer: " + line);
        }
        return Integer.parseInt(words[1]);
    }

    private static Map<String, String> headers(InputStream in) throws IOException {
        Map<String, String> headers = new TreeMap<>();
        for (String line = line(in); !line.isEmpty(); line = line(in)) {
            int colon = line.indexOf(':');
            if (colon <= 0) {
                throw new IOException("not a header: " + line);
            }
            headers.put(line.substring(0, colon).toLowerCase(Locale.ROOT), line.substring(colon + 1).strip());
        }
        return headers;
    }

    private static InputStream body(InputStream in, Map<String, String> headers) {
        if (headers.getOrDefault("transfer-encoding", "").equalsIgnoreCase("chunked")) {
            return new ChunkedBody(in);
        }
        String length = headers.get("content-length");
        return length == null ? in : new LimitedBody(in, Long.parseLong(length));
    }

    static String line(InputStream in) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int b = in.read(); b != '\n'; b = in.read()) {
            if (b < 0) {
                throw new EOFException("the connection ended in the middle of an answer");
            }
            line.write(b);
        }
        return line.toString(StandardCharsets.UTF_8).stripTrailing();
    }

    private static IOException timeout(String what, Duration limit, IOException cause) {
        IOException timeout = new SocketTimeoutException(what + ": no answer within " + limit.toMillis() + " ms");
        timeout.initCause(cause);
        return timeout;
    }
}
