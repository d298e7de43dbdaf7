package dev.mure.it.bench;

import dev.mure.it.Specs;
import dev.mure.it.cluster.ManagerNode;
import dev.mure.v1.CreateServiceRequest;
import dev.mure.v1.CreateServiceResponse;
import dev.mure.v1.RequestId;
import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A client that writes through one manager, one write after the other, and notes the longest time between two answers. */
final class WriteGaps implements AutoCloseable {

    private static final Duration LIMIT = Duration.ofSeconds(30);

    private final ManagerNode manager;
    private final String prefix;
    private final Thread writer;
    private volatile boolean stopped;
    private int written;
    private long lastNanos = System.nanoTime();
    private long longestNanos;
    private @Nullable Throwable failure;

    private WriteGaps(ManagerNode manager, String prefix) {
        this.manager = manager;
        this.prefix = prefix;
        this.writer = Thread.ofVirtual().name("writes").unstarted(this::write);
    }

    static WriteGaps start(ManagerNode manager, String prefix) {
        WriteGaps gaps = new WriteGaps(manager, prefix);
        gaps.writer.start();
        return gaps;
    }

    private void write() {
        try {
            for (int i = 1; !stopped; i++) {
                // Without a second try: what is handed over properly loses no request.
                var _ = manager.door().call("CreateService", request(prefix + "-" + i),
                        CreateServiceResponse.parser(), LIMIT);
                acknowledged();
            }
        } catch (IOException | RuntimeException e) {
            fail(e);
        }
    }

    private static CreateServiceRequest request(String name) {
        return CreateServiceRequest.newBuilder()
                .setRequest(RequestId.newBuilder().setId(name))
                .setSpec(Specs.service(name, "redis:3.0.6", 0))
                .build();
    }

    private synchronized void acknowledged() {
        long now = System.nanoTime();
        if (written > 0) {
            longestNanos = Math.max(longestNanos, now - lastNanos);
        }
        lastNanos = now;
        written++;
        notifyAll();
    }

    private synchronized void fail(Throwable e) {
        failure = e;
        notifyAll();
    }

    /** Waits until so many more writes were acknowledged. */
    synchronized void awaitWrites(int more) throws InterruptedException {
        int wanted = written + more;
        long end = System.nanoTime() + LIMIT.toNanos();
        while (written < wanted) {
            if (failure != null || System.nanoTime() > end) {
                throw new IllegalStateException("after " + written + " writes no more were acknowledged", failure);
            }
            wait(100);
        }
    }

    synchronized Duration longest() {
        return Duration.ofNanos(longestNanos);
    }

    @Override
    public void close() {
        stopped = true;
        try {
            writer.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
