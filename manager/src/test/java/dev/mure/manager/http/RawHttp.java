package dev.mure.manager.http;

import com.google.protobuf.ByteString;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** A client that hides nothing: one connection, requests as text. */
final class RawHttp implements AutoCloseable {

    private final SocketChannel channel;
    private final InputStream in;
    private final OutputStream out;

    /** A response without its body. */
    record Head(int status, Map<String, String> headers) {}

    /** A whole response. */
    record Whole(int status, Map<String, String> headers, ByteString body) {
        String text() {
            return body.toStringUtf8();
        }
    }

    /** A frame of a stream. */
    record Frame(int flags, ByteString message) {
        String text() {
            return message.toStringUtf8();
        }
    }

    RawHttp(SocketAddress address) throws IOException {
        channel = address instanceof UnixDomainSocketAddress
                ? SocketChannel.open(StandardProtocolFamily.UNIX)
                : SocketChannel.open();
        channel.connect(address);
        in = Channels.newInputStream(channel);
        out = Channels.newOutputStream(channel);
    }

    Whole post(String path, String contentType, byte[] body, String... headers) throws IOException {
        send("POST", path, contentType, body, headers);
        Head head = head();
        return new Whole(head.status, head.headers, body(head));
    }

    Whole get(String path, String... headers) throws IOException {
        send("GET", path, "", new byte[0], headers);
        Head head = head();
        return new Whole(head.status, head.headers, body(head));
    }

    void send(String method, String path, String contentType, byte[] body, String... headers) throws IOException {
        StringBuilder text = new StringBuilder(method + ' ' + path + " HTTP/1.1\r\n");
        boolean ownHost = false;
        for (String header : headers) {
            ownHost |= header.startsWith("Host:");
            text.append(header).append("\r\n");
        }
        if (!ownHost) {
            text.append("Host: localhost\r\n");
        }
        if (!contentType.isEmpty()) {
            text.append("Content-Type: ").append(contentType).append("\r\n");
        }
        text.append("Content-Length: ").append(body.length).append("\r\n\r\n");
        ByteArrayOutputStream whole = new ByteArrayOutputStream();
        whole.writeBytes(text.toString().getBytes(StandardCharsets.ISO_8859_1));
        whole.writeBytes(body);
        out.write(whole.toByteArray());
        out.flush();
    }

    Head head() throws IOException {
        int status = Integer.parseInt(line().split(" ")[1]);
        Map<String, String> headers = new LinkedHashMap<>();
        for (String line = line(); !line.isEmpty(); line = line()) {
            String[] parts = line.split(": ?", 2);
            headers.put(parts[0].toLowerCase(Locale.ROOT), parts[1]);
        }
        return new Head(status, headers);
    }

    private ByteString body(Head head) throws IOException {
        return ByteString.copyFrom(
                in.readNBytes(Integer.parseInt(head.headers.getOrDefault("content-length", "0"))));
    }

    /** The next frame of a streamed, chunked or closed body. */
    Frame frame(ChunkedBody body) throws IOException {
        byte[] header = body.read(Envelope.HEADER_BYTES);
        int length = ByteBuffer.wrap(header, 1, 4).getInt();
        return new Frame(header[0], ByteString.copyFrom(body.read(length)));
    }

    ChunkedBody chunked(Head head) {
        return new ChunkedBody("chunked".equals(head.headers.get("transfer-encoding")));
    }

    /** Bytes of a body whose length is not known ahead. */
    final class ChunkedBody {
        private final boolean chunked;
        private int left;

        private ChunkedBody(boolean chunked) {
            this.chunked = chunked;
        }

        byte[] read(int count) throws IOException {
            if (!chunked) {
                return in.readNBytes(count);
            }
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            while (bytes.size() < count) {
                if (left == 0) {
                    left = Integer.parseInt(line(), 16);
                    if (left == 0) {
                        throw new IOException("the body ended");
                    }
                }
                byte[] part = in.readNBytes(Math.min(left, count - bytes.size()));
                bytes.writeBytes(part);
                left -= part.length;
                if (left == 0) {
                    line();
                }
            }
            return bytes.toByteArray();
        }
    }

    private String line() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int c = in.read(); c != '\n'; c = in.read()) {
            if (c < 0) {
                throw new IOException("the connection ended");
            }
            line.write(c);
        }
        return line.toString(StandardCharsets.ISO_8859_1).stripTrailing();
    }

    /** Whether the other side ended the connection. */
    boolean atEnd() throws IOException {
        return in.read() < 0;
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
