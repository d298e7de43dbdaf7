package dev.mure.manager.http;

import io.grpc.Status;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import org.eclipse.jetty.http.HttpCompliance;
import org.eclipse.jetty.server.ConnectionFactory;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.NetworkConnectionLimit;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.unixdomain.server.UnixDomainServerConnector;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/** The HTTP server of a manager. Handlers run on virtual threads and may block. */
public final class HttpDoor implements AutoCloseable {

    /** Name of the socket in the data folder. */
    public static final String SOCKET = "mure.sock";

    private static final int MAX_CONNECTIONS = 2_000;
    private static final Duration IDLE = Duration.ofSeconds(60);
    private static final int PLATFORM_THREADS = 16;
    /** Of the kernel; one byte ends it. */
    private static final int MAX_SOCKET_PATH = 107;

    private final Path socket;
    private final Optional<InetSocketAddress> tcp;
    private final Server server;
    private final Optional<ServerConnector> tcpConnector;

    /**
     * A door that is not open yet.
     *
     * @param socket path of the Unix socket
     * @param tcp address of the TCP door, if there shall be one; port 0 takes a free one
     * @param handlers asked in turn, each declines what is not its own
     */
    public HttpDoor(Path socket, Optional<InetSocketAddress> tcp, List<Handler> handlers) {
        this.socket = socket;
        this.tcp = tcp;
        QueuedThreadPool threads = new QueuedThreadPool(PLATFORM_THREADS);
        threads.setName("http");
        threads.setDaemon(true);
        threads.setVirtualThreadsExecutor(
                Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("http-", 0).factory()));
        server = new Server(threads);
        List<Handler> all = new ArrayList<>(handlers);
        all.add(new NothingThere());
        server.setHandler(
                new OriginCheck(tcp.map(InetSocketAddress::getHostString).orElse(""), new Handler.Sequence(all)));
        UnixDomainServerConnector unix = new UnixDomainServerConnector(server, 1, 1, http());
        unix.setIdleTimeout(IDLE.toMillis());
        server.addConnector(unix);
        if (socket.toString().length() <= MAX_SOCKET_PATH) {
            unix.setUnixDomainPath(socket);
        }
        tcpConnector = tcp.map(address -> {
            ServerConnector connector = new ServerConnector(server, 1, 1, http());
            connector.setHost(address.getHostString());
            connector.setPort(address.getPort());
            connector.setIdleTimeout(IDLE.toMillis());
            server.addConnector(connector);
            return connector;
        });
        server.addBean(new NetworkConnectionLimit(MAX_CONNECTIONS, server));
        server.setStopTimeout(0);
    }

    private static ConnectionFactory http() {
        HttpConfiguration configuration = new HttpConfiguration();
        configuration.setSendServerVersion(false);
        configuration.setSendDateHeader(false);
        configuration.setRequestHeaderSize(16 << 10);
        configuration.setHttpCompliance(HttpCompliance.RFC7230);
        return new HttpConnectionFactory(configuration);
    }

    /**
     * Opens the door. A socket file that a dead process left is replaced.
     *
     * @throws IOException with one line that says what is in the way
     */
    public void start() throws IOException {
        if (socket.toString().length() > MAX_SOCKET_PATH) {
            throw new IOException("the path of the socket " + socket + " is longer than " + MAX_SOCKET_PATH
                    + " characters: choose a shorter data folder");
        }
        clearStale();
        try {
            server.start();
        } catch (Exception e) {
            close();
            throw new IOException("can't listen on " + socket + tcp.map(address -> " and " + address).orElse("") + ": "
                    + e.getMessage(), e);
        }
        Files.setPosixFilePermissions(socket, PosixFilePermissions.fromString("rw-rw----"));
    }

    private void clearStale() throws IOException {
        if (!Files.exists(socket)) {
            return;
        }
        try (SocketChannel probe = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            probe.connect(UnixDomainSocketAddress.of(socket));
        } catch (IOException e) {
            Files.deleteIfExists(socket);
            return;
        }
        throw new IOException("another process serves " + socket + ": stop it or use another data folder");
    }

    /** The port of the TCP door. */
    public int tcpPort() {
        return tcpConnector.orElseThrow().getLocalPort();
    }

    /** Ends all connections and removes the socket file. */
    @Override
    public void close() {
        boolean ours = server.isStarted();
        try {
            server.stop();
            if (ours) {
                Files.deleteIfExists(socket);
            }
        } catch (Exception e) {
            throw new IllegalStateException("the HTTP door can't be closed", e);
        }
    }

    /** What nobody else answers. */
    private static final class NothingThere extends Handler.Abstract {
        @Override
        public boolean handle(Request request, Response response, Callback callback) {
            JsonAnswer.error(response, callback,
                    Status.NOT_FOUND.withDescription("there is nothing at " + Request.getPathInContext(request)));
            return true;
        }
    }
}
