package dev.mure.manager.api;

import io.grpc.Server;
import io.grpc.ServerServiceDefinition;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.services.HealthStatusManager;
import io.grpc.protobuf.services.ProtoReflectionServiceV1;
import io.netty.handler.ssl.SslContext;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/** The gRPC server of a manager, with health and reflection. Handlers run on virtual threads. */
public final class GrpcDoor implements AutoCloseable {

    /** Control requests are limited further, to 1 MiB, with a line of text. */
    private static final int MAX_MESSAGE_BYTES = ManagerChannels.MAX_MESSAGE_BYTES;

    private static final int MAX_METADATA_BYTES = 16 << 10;

    private final Server server;
    private final HealthStatusManager health = new HealthStatusManager();
    private final ExecutorService handlers =
            Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("grpc-", 0).factory());

    /**
     * A door that is not open yet.
     *
     * @param address where to listen; port 0 takes a free one
     * @param tls how this manager shows itself, and whose certificates it accepts
     * @param access who may call what
     * @param services with their interceptors
     */
    public GrpcDoor(InetSocketAddress address, SslContext tls, AccessControl access,
            List<ServerServiceDefinition> services) {
        NettyServerBuilder builder = NettyServerBuilder.forAddress(address)
                .sslContext(tls)
                .addTransportFilter(access.peers())
                .intercept(access)
                .handshakeTimeout(5, TimeUnit.SECONDS)
                .executor(handlers)
                .maxInboundMessageSize(MAX_MESSAGE_BYTES)
                .maxInboundMetadataSize(MAX_METADATA_BYTES)
                // A peer that vanished without a word is noticed; one that asks too often is sent away.
                .keepAliveTime(10, TimeUnit.SECONDS)
                .keepAliveTimeout(5, TimeUnit.SECONDS)
                .permitKeepAliveTime(5, TimeUnit.SECONDS)
                .permitKeepAliveWithoutCalls(true)
                .addService(health.getHealthService())
                .addService(ProtoReflectionServiceV1.newInstance());
        services.forEach(builder::addService);
        server = builder.build();
    }

    /**
     * Opens the door.
     *
     * @throws IOException if the address can't be had
     */
    public void start() throws IOException {
        server.start();
        health.setStatus(HealthStatusManager.SERVICE_NAME_ALL_SERVICES, ServingStatus.SERVING);
    }

    /** The port that it listens on. */
    public int port() {
        return server.getPort();
    }

    /** What the health service answers, for the server as a whole. */
    public void healthy(boolean serving) {
        health.setStatus(HealthStatusManager.SERVICE_NAME_ALL_SERVICES,
                serving ? ServingStatus.SERVING : ServingStatus.NOT_SERVING);
    }

    /** Takes no new calls, gives those under way that long to end, then ends them. */
    public void stop(Duration grace) throws InterruptedException {
        if (server.isTerminated()) {
            return;
        }
        health.enterTerminalState();
        server.shutdown();
        if (!server.awaitTermination(grace.toNanos(), TimeUnit.NANOSECONDS)) {
            server.shutdownNow();
            server.awaitTermination(1, TimeUnit.SECONDS);
        }
        handlers.shutdown();
    }

    /** Ends it at once. */
    @Override
    public void close() {
        try {
            stop(Duration.ZERO);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
