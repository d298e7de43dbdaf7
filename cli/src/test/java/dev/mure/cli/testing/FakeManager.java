package dev.mure.cli.testing;

import com.google.protobuf.ByteString;
import com.google.protobuf.MessageLite;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;

/** A manager's HTTP door that gives the answers it was told to, in their order; the last one of a method is kept. */
public final class FakeManager implements AutoCloseable {

    /** What to do with a request. */
    public interface Answer {
        void send(OutputStream out, InputStream in) throws IOException;
    }

    /** A request as it came. */
    public record Request(String method, Map<String, String> headers, ByteString body) {}

    private final ServerSocketChannel server;
    private final String address;
    private final Map<String, Queue<Answer>> answers = new HashMap<>();
    private final List<Request> requests = new ArrayList<>();

    private FakeManager(ServerSocketChannel server, String address) {
        this.server = server;
        this.address = address;
        Thread thread = new Thread(this::serve, "fake-manager");
        thread.setDaemon(true);
        thread.start();
    }

    public static FakeManager onUnixSocket(Path socket) throws IOException {
        ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        server.bind(UnixDomainSocketAddress.of(socket));
        return new FakeManager(server, "unix://" + socket);
    }

    public static FakeManager onTcp() throws IOException {
        ServerSocketChannel server = ServerSocketChannel.open();
        server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        return new FakeManager(server, "http://127.0.0.1:" + ((InetSocketAddress) server.getLocalAddress()).getPort());
    }

    /** As {@code --host} takes it. */
    public String address() {
        return address;
    }

    public FakeManager answer(String method, MessageLite message) {
        return answer(method, ok(message));
    }

    public synchronized FakeManager answer(String method, Answer answer) {
        answers.computeIfAbsent(method, _ -> new ArrayDeque<>()).add(answer);
        return this;
    }

    public FakeManager refuse(String method, int status, String code, String message) {
        return answer(method, error(status, code, message));
    }

    /** All requests so far. */
    public synchronized List<Request> requests() {
        return List.copyOf(requests);
    }

    /** The bodies of the requests to a method. */
    public List<byte[]> bodies(String method) {
        List<byte[]> bodies = new ArrayList<>();
        for (Request request : requests()) {
            if (request.method().equals(method)) {
                bodies.add(request.body().toByteArray());
            }
        }
        return bodies;
    }

    public static Answer ok(MessageLite message) {
        return (out, _) -> send(out, "200 OK", "application/proto", message.toByteArray());
    }

    /** The same in chunks of a few bytes, as a server may choose to send it. */
    public static Answer okInChunks(MessageLite message) {
        return (out, _) -> {
            write(out, "HTTP/1.1 200 OK\r\ncontent-type: application/proto\r\ntransfer-encoding: chunked\r\n\r\n");
            ByteBuffer left = message.toByteString().asReadOnlyByteBuffer();
            while (left.hasRemaining()) {
                byte[] part = new byte[Math.min(7, left.remaining())];
                left.get(part);
                write(out, Integer.toHexString(part.length) + ";note=x\r\n");
                out.write(part);
                write(out, "\r\n");
            }
            write(out, "0\r\nTrailer: y\r\n\r\n");
        };
    }

    public static Answer error(int status, String code, String message) {
        return (out, _) -> send(out, status + " X", "application/json",
                ("{\"code\":\"" + code + "\",\"details\":[{\"type\":\"x\"}],\"message\":\"" + message + "\"}")
                        .getBytes(StandardCharsets.UTF_8));
    }

    /** What a manager says when too few managers answer. */
    public static Answer quorumLost(String message) {
        return (out, _) -> send(out, "503 X", "application/json",
                ("{\"code\":\"unavailable\",\"message\":\"" + message
                        + "\",\"details\":[{\"type\":\"mure.v1.QuorumLost\",\"value\":\"\"}]}")
                        .getBytes(StandardCharsets.UTF_8));
    }

    /** Takes the request and closes the connection. */
    public static Answer breakOff() {
        return (_, _) -> {};
    }

    /** Messages, then an end: JSON, or null for a stream that breaks. */
    public static Answer stream(List<? extends MessageLite> messages, String end) {
        return (out, _) -> {
            write(out,
                    "HTTP/1.1 200 OK\r\nContent-Type: application/connect+proto\r\nTransfer-Encoding: chunked\r\n\r\n");
            for (MessageLite message : messages) {
                chunk(out, enveloped(0, message.toByteArray()));
            }
            if (!end.isEmpty()) {
                chunk(out, enveloped(2, end.getBytes(StandardCharsets.UTF_8)));
                write(out, "0\r\n\r\n");
            }
        };
    }

    /** Messages, then silence until the client goes. */
    public static Answer openStream(List<? extends MessageLite> messages) {
        return (out, in) -> {
            stream(messages, "").send(out, in);
            out.flush();
            while (in.read() >= 0) {
                // Only its end is of interest.
            }
        };
    }

    @Override
    public void close() throws IOException {
        server.close();
    }

    private void serve() {
        while (server.isOpen()) {
            try {
                SocketChannel client = server.accept();
                Thread thread = new Thread(() -> serve(client), "fake-manager-client");
                thread.setDaemon(true);
                thread.start();
            } catch (IOException e) {
                // Closed.
            }
        }
    }

    private void serve(SocketChannel client) {
        try (client) {
            InputStream in = Channels.newInputStream(client);
            OutputStream out = Channels.newOutputStream(client);
            Request request = read(in);
            next(request).send(out, in);
        } catch (IOException e) {
            // The client went, as some tests want it to.
        }
    }

    private synchronized Answer next(Request request) {
        requests.add(request);
        Queue<Answer> queue = answers.get(request.method());
        if (queue == null) {
            return error(501, "unimplemented", "the fake has no answer to " + request.method());
        }
        return queue.size() > 1 ? queue.remove() : queue.element();
    }

    private static Request read(InputStream in) throws IOException {
        String line = readLine(in);
        Map<String, String> headers = new HashMap<>();
        for (String header = readLine(in); !header.isEmpty(); header = readLine(in)) {
            int colon = header.indexOf(':');
            headers.put(header.substring(0, colon), header.substring(colon + 1).trim());
        }
        ByteString body =
                ByteString.copyFrom(in.readNBytes(Integer.parseInt(headers.getOrDefault("Content-Length", "0"))));
        return new Request(line.substring(line.lastIndexOf('/', line.indexOf(" HTTP/")) + 1, line.indexOf(" HTTP/")),
                headers, body);
    }

    private static String readLine(InputStream in) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int character = in.read(); character != '\n'; character = in.read()) {
            if (character < 0) {
                throw new IOException("the client went");
            }
            if (character != '\r') {
                line.write(character);
            }
        }
        return line.toString(StandardCharsets.US_ASCII);
    }

    private static void send(OutputStream out, String status, String type, byte[] body) throws IOException {
        write(out, "HTTP/1.1 " + status + "\r\nContent-Type: " + type + "; charset=utf-8\r\nContent-Length: "
                + body.length + "\r\n\r\n");
        out.write(body);
    }

    private static byte[] enveloped(int flags, byte[] message) {
        return ByteBuffer.allocate(5 + message.length).put((byte) flags).putInt(message.length).put(message).array();
    }

    private static void chunk(OutputStream out, byte[] bytes) throws IOException {
        write(out, Integer.toHexString(bytes.length) + "\r\n");
        out.write(bytes);
        write(out, "\r\n");
    }

    private static void write(OutputStream out, String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.US_ASCII));
    }
}
