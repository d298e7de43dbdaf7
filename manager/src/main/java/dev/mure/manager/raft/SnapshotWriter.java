package dev.mure.manager.raft;

import dev.mure.manager.store.ClusterState;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import org.apache.ratis.server.protocol.TermIndex;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes snapshots on its own thread. The applying thread only says how far it is and, when one is due and the writer is free, hands
 * over the state; as that is immutable, applying goes on meanwhile.
 */
final class SnapshotWriter implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(SnapshotWriter.class);
    private static final Duration ADOPTION_TIMEOUT = Duration.ofSeconds(30);
    private static final Duration PAUSE_AFTER_FAILURE = Duration.ofSeconds(10);
    private static final Duration END_PATIENCE = Duration.ofSeconds(10);

    private record Capture(ClusterState state, TermIndex position) {}

    /** Tells Ratis of a snapshot that lies ready. */
    interface Adoption {
        void adopt(Duration timeout) throws InterruptedException, ExecutionException, TimeoutException;
    }

    private final SnapshotPolicy policy;
    private final SnapshotFolder folder;
    private final Adoption adoption;
    private final LongSupplier nanoTime;
    /** Takes a state only while the writer waits for one. */
    private final SynchronousQueue<Capture> handOver = new SynchronousQueue<>();
    private final Thread thread;
    private long entries;
    private long bytes;
    private long lastNanos;

    /** Not started yet. */
    SnapshotWriter(SnapshotPolicy policy, SnapshotFolder folder, Adoption adoption, LongSupplier nanoTime) {
        this.policy = policy;
        this.folder = folder;
        this.adoption = adoption;
        this.nanoTime = nanoTime;
        lastNanos = nanoTime.getAsLong();
        thread = Thread.ofPlatform().name("raft-snapshot").daemon().unstarted(this::write);
    }

    void start() {
        thread.start();
    }

    /** An entry was applied. Applying thread only; never blocks. */
    void applied(ClusterState state, TermIndex position, int size) {
        entries++;
        bytes += size;
        if (due() && handOver.offer(new Capture(state, position))) {
            begunAnew();
        }
    }

    /** The state came from a snapshot. Applying thread only. */
    void restored() {
        begunAnew();
    }

    private boolean due() {
        return entries >= policy.entries() || bytes >= policy.bytes()
                || nanoTime.getAsLong() - lastNanos >= policy.interval().toNanos();
    }

    private void begunAnew() {
        entries = 0;
        bytes = 0;
        lastNanos = nanoTime.getAsLong();
    }

    private void write() {
        try {
            while (true) {
                Capture capture = handOver.take();
                try {
                    write(capture);
                } catch (IOException | ExecutionException | TimeoutException | RuntimeException e) {
                    if (Thread.currentThread().isInterrupted()) {
                        return;
                    }
                    // The log is whole without it, and the next one is due soon.
                    log.warn("No snapshot at {}: {}", capture.position, e.toString());
                    Thread.sleep(PAUSE_AFTER_FAILURE);
                }
            }
        } catch (InterruptedException e) {
            // Closed.
        }
    }

    private void write(Capture capture) throws IOException, InterruptedException, ExecutionException, TimeoutException {
        long begun = nanoTime.getAsLong();
        if (folder.write(capture.state, capture.position)) {
            adoption.adopt(ADOPTION_TIMEOUT);
            log.info("Wrote a snapshot of {} records at {} in {} ms", capture.state.recordCount(), capture.position,
                    TimeUnit.NANOSECONDS.toMillis(nanoTime.getAsLong() - begun));
        }
    }

    /** Breaks off what is being written; it is removed at the next start. Waits for that, so that the folder is free afterwards. */
    @Override
    public void close() {
        thread.interrupt();
        try {
            if (thread.getState() != Thread.State.NEW) {
                thread.join(END_PATIENCE);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
