package dev.mure.manager.raft;

import dev.mure.manager.store.ClusterState;
import dev.mure.manager.store.StateDelta;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What changes, for one subscriber. Changes that it did not take yet are merged into one, so a slow subscriber holds nothing back
 * and misses nothing. One thread takes; any thread may close.
 */
public final class Subscription implements AutoCloseable {

    /** With more ids than this waiting, they are dropped for "everything may differ": merging costs the applying thread. */
    static final int MAX_IDS = 20_000;

    private final String name;
    private final Consumer<Subscription> onClose;
    private final AtomicReference<@Nullable Change> pending = new AtomicReference<>();
    private volatile @Nullable Thread taker;
    private volatile boolean closed;

    Subscription(String name, Consumer<Subscription> onClose) {
        this.name = name;
        this.onClose = onClose;
    }

    /**
     * Waits for a change and takes it.
     *
     * @return empty if there was none in that time, or if the subscription was closed
     */
    public Optional<Change> take(Duration timeout) throws InterruptedException {
        long deadline = System.nanoTime() + timeout.toNanos();
        taker = Thread.currentThread();
        while (true) {
            Change change = pending.getAndSet(null);
            if (change != null) {
                return Optional.of(change);
            }
            long left = deadline - System.nanoTime();
            if (closed || left <= 0) {
                return Optional.empty();
            }
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            LockSupport.parkNanos(this, left);
        }
    }

    /** Ends it; a waiting {@link #take} returns at once. */
    @Override
    public void close() {
        closed = true;
        onClose.accept(this);
        wake();
    }

    /** Called by the applying thread only. Never blocks. */
    void offer(ClusterState state, StateDelta delta) {
        Change waiting = pending.get();
        while (!pending.compareAndSet(waiting, merge(waiting, state, delta))) {
            waiting = pending.get();
        }
        wake();
    }

    private static Change merge(@Nullable Change waiting, ClusterState state, StateDelta delta) {
        if (waiting == null) {
            return new Change(state, delta);
        }
        StateDelta merged = size(waiting.delta()) > MAX_IDS ? StateDelta.RESTORED : waiting.delta().merge(delta);
        return new Change(state, merged);
    }

    private static int size(StateDelta delta) {
        return delta.nodes().size() + delta.services().size() + delta.tasks().size() + delta.forgotten().size();
    }

    private void wake() {
        Thread waiting = taker;
        if (waiting != null) {
            LockSupport.unpark(waiting);
        }
    }

    @Override
    public String toString() {
        return "Subscription[" + name + "]";
    }
}
