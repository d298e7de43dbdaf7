package dev.mure.it.http;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;
import java.time.Duration;

/** Sends requests to one address, each over a connection of its own. Safe for use by several threads. */
public final class SocketHttp {

    private final SocketAddress address;

    private SocketHttp(SocketAddress address) {
        this.address = address;
    }

    /** Talks to a socket file. */
    public static SocketHttp unix(Path socket) {
        return new SocketHttp(UnixDomainSocketAddress.of(socket));
    }

    /** Talks to a port of this machine. */
    public static SocketHttp loopback(int port) {
        return new SocketHttp(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    }

    /**
     * Sends a request and reads the whole answer, whatever its status.
     *
     * @throws IOException
     *             when there was no whole answer within the limit
     */
    public HttpAnswer exchange(String method, String path, HttpBody body, Duration limit) throws IOException {
        try (HttpExchange exchange = open(method, path, body, limit)) {
            return new HttpAnswer(exchange.status(), ByteString.readFrom(exchange.body()));
        }
    }

    /** Sends a request and reads the head of the answer; the caller reads its body within the limit, and closes. */
    public HttpExchange open(String method, String path, HttpBody body, Duration limit) throws IOException {
        return HttpExchange.open(address, method, path, body, limit);
    }
}
