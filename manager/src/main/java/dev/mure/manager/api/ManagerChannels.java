package dev.mure.manager.api;

import io.grpc.Channel;
import io.grpc.ConnectivityState;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import io.netty.channel.ChannelOption;
import io.netty.handler.ssl.SslContext;
import java.time.Duration;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Connections to the gRPC doors of other managers, one per address, made when needed and closed when unused. A connection that
 * failed is replaced by a fresh one at the next call, so that nobody waits out a back-off for a manager that is up again.
 */
public final class ManagerChannels implements AutoCloseable {

    static final int MAX_MESSAGE_BYTES = 16 << 20;
    private static final Duration UNUSED_AFTER = Duration.ofMinutes(5);
    private static final int CONNECT_TIMEOUT_MILLIS = 1_000;
    /** The least that the library allows. What notices a dead manager sooner are the probes of {@link LeaderLink}. */
    private static final Duration KEEPALIVE = Duration.ofSeconds(10);
    private static final Duration KEEPALIVE_TIMEOUT = Duration.ofSeconds(1);

    private record Pooled(ManagedChannel channel, long usedNanos) {}

    private final SslContext tls;
    private final LongSupplier nanoTime;
    private final ExecutorService executor =
            Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("manager-channel-", 0).factory());
    private final Map<String, Pooled> pool = new HashMap<>();
    private boolean closed;

    /**
     * An empty pool.
     *
     * @param tls how this manager shows itself, and whom it accepts
     * @param nanoTime monotonic time in nanoseconds
     */
    public ManagerChannels(SslContext tls, LongSupplier nanoTime) {
        this.tls = tls;
        this.nanoTime = nanoTime;
    }

    /**
     * The connection to a manager. Every call on it needs a deadline.
     *
     * @param address HOST:PORT
     */
    public synchronized Channel to(String address) {
        if (closed) {
            throw new IllegalStateException("the channels to managers are closed");
        }
        long now = nanoTime.getAsLong();
        closeUnused(now);
        Pooled known = pool.get(address);
        ManagedChannel channel;
        if (known == null) {
            channel = connect(address);
        } else if (known.channel.getState(false) == ConnectivityState.TRANSIENT_FAILURE) {
            known.channel.shutdown();
            channel = connect(address);
        } else {
            channel = known.channel;
        }
        pool.put(address, new Pooled(channel, now));
        return channel;
    }

    private ManagedChannel connect(String address) {
        return NettyChannelBuilder.forTarget("dns:///" + address)
                .sslContext(tls)
                .executor(executor)
                .keepAliveTime(KEEPALIVE.toMillis(), TimeUnit.MILLISECONDS)
                .keepAliveTimeout(KEEPALIVE_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)
                .withOption(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_TIMEOUT_MILLIS)
                .maxInboundMessageSize(MAX_MESSAGE_BYTES)
                .disableRetry()
                .build();
    }

    private void closeUnused(long now) {
        for (Iterator<Pooled> all = pool.values().iterator(); all.hasNext();) {
            Pooled pooled = all.next();
            if (now - pooled.usedNanos > UNUSED_AFTER.toNanos()) {
                pooled.channel.shutdown();
                all.remove();
            }
        }
    }

    /** How many connections are kept. */
    synchronized int size() {
        return pool.size();
    }

    /** Ends all connections and the calls on them. */
    @Override
    public synchronized void close() {
        closed = true;
        pool.values().forEach(pooled -> pooled.channel.shutdownNow());
        pool.clear();
        executor.shutdown();
    }
}
