package dev.mure.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mure.it.cluster.LocalCluster;
import dev.mure.it.control.ControlClient;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** Creates empty services one after the other while a test hurts the cluster, and remembers which were acknowledged. */
final class AcknowledgedWrites implements AutoCloseable {

    private static final long PACE_NANOS = 20_000_000;

    private final ControlClient control;
    private final String prefix;
    private final List<String> acknowledged = new CopyOnWriteArrayList<>();
    private final Thread writer;
    private volatile boolean stopped;
    private volatile @Nullable Throwable failure;

    private AcknowledgedWrites(ControlClient control, String prefix) {
        this.control = control;
        this.prefix = prefix;
        this.writer = Thread.ofVirtual().name("writes-" + prefix).start(this::write);
    }

    static AcknowledgedWrites start(LocalCluster cluster, String prefix) {
        return new AcknowledgedWrites(cluster.control(), prefix);
    }

    private void write() {
        try {
            for (int i = 1; !stopped; i++) {
                String name = prefix + "-" + i;
                control.create(Specs.service(name, "redis:3.0.6", 0));
                acknowledged.add(name);
                LockSupport.parkNanos(PACE_NANOS);
            }
        } catch (Throwable e) {
            failure = e;
        }
    }

    /** Ends the writing; every acknowledged service must be there, each once. */
    void assertAllThere() {
        close();
        assertThat(failure).as("failure of the writer").isNull();
        assertThat(acknowledged).isNotEmpty();
        List<String> there = control.services().stream().map(service -> service.getSpec().getName())
                .filter(name -> name.startsWith(prefix + "-")).toList();
        assertThat(there).containsExactlyInAnyOrderElementsOf(acknowledged);
        there.forEach(control::remove);
    }

    @Override
    public void close() {
        stopped = true;
        try {
            writer.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
