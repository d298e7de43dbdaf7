package dev.mure.manager.raft;

import dev.mure.manager.store.ClusterState;
import dev.mure.manager.store.StateDelta;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import java.util.function.ToLongFunction;

/**
 * The applied state of this member: read it, wait for it, subscribe to what changes, and read the state clock. Readers never hold
 * up the applying thread, which is the only one that writes.
 */
public final class StateFeed {

    /**
     * Where this member is.
     *
     * @param logIndex log index of the last applied entry, transactions or not
     * @param anchorMillis a reading of the state clock …
     * @param anchorNanos … and our own time at that moment
     */
    private record Position(ClusterState state, long logIndex, long anchorMillis, long anchorNanos) {
        long now(long nanos) {
            return anchorMillis + Math.max(0, TimeUnit.NANOSECONDS.toMillis(nanos - anchorNanos));
        }
    }

    private final LongSupplier nanoTime;
    private final Set<Subscription> subscriptions = ConcurrentHashMap.newKeySet();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition moved = lock.newCondition();
    private final AtomicInteger waiters = new AtomicInteger();
    private volatile Position position;

    /**
     * A feed that begins with the empty state.
     *
     * @param nanoTime monotonic time in nanoseconds
     */
    public StateFeed(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
        position = new Position(ClusterState.empty(), -1, 0, nanoTime.getAsLong());
    }

    /** The newest applied state. */
    public ClusterState current() {
        return position.state;
    }

    /** Log index of the last applied entry; −1 before the first. Not the state index that clients see. */
    public long logIndex() {
        return position.logIndex;
    }

    /**
     * The state clock now, in milliseconds: its last applied reading plus the time since. On the leader of an open term it never
     * goes back; on a follower it may by the delay of a commit.
     */
    public long now() {
        return position.now(nanoTime.getAsLong());
    }

    /**
     * Waits until the state has that index or a higher one.
     *
     * @param stateIndex as in {@link ClusterState#index()}
     */
    public ClusterState awaitIndex(long stateIndex, Duration timeout) throws TimeoutException, InterruptedException {
        return await(at -> at.state.index(), stateIndex, timeout, "state index");
    }

    /**
     * Waits until the log is applied that far.
     *
     * @param logIndex as {@link ReadBarrier#readIndex} gives it
     */
    public ClusterState awaitLog(long logIndex, Duration timeout) throws TimeoutException, InterruptedException {
        return await(Position::logIndex, logIndex, timeout, "log index");
    }

    /**
     * Subscribes to what is applied from now on. Take {@link #current()} after this call to miss nothing.
     *
     * @param name for diagnosis
     */
    public Subscription subscribe(String name) {
        Subscription subscription = new Subscription(name, subscriptions::remove);
        subscriptions.add(subscription);
        return subscription;
    }

    /**
     * The applying thread has a new state.
     *
     * @param own this member proposed it in the term in which it was applied, so its clock came from here
     */
    void applied(ClusterState state, StateDelta delta, long logIndex, boolean own) {
        publish(anchored(state, logIndex, own));
        if (!delta.isEmpty()) {
            subscriptions.forEach(subscription -> subscription.offer(state, delta));
        }
    }

    /** The applying thread passed an entry that is not ours. */
    void passed(long logIndex) {
        Position before = position;
        publish(new Position(before.state, logIndex, before.anchorMillis, before.anchorNanos));
    }

    /** The state was replaced by that of a snapshot. */
    void restored(ClusterState state, long logIndex) {
        publish(new Position(state, logIndex, state.clockMillis(), nanoTime.getAsLong()));
        subscriptions.forEach(subscription -> subscription.offer(state, StateDelta.RESTORED));
    }

    /**
     * An entry says what the clock was when it was decided, and that was a commit's delay ago. To begin there again with every
     * entry would make the clock slow down under load; so the leader, from whom the reading came, keeps its own count.
     */
    private Position anchored(ClusterState state, long logIndex, boolean own) {
        Position before = position;
        long nanos = nanoTime.getAsLong();
        boolean keep =
                state.clockMillis() == before.state.clockMillis() || (own && state.clockMillis() <= before.now(nanos));
        return keep
                ? new Position(state, logIndex, before.anchorMillis, before.anchorNanos)
                : new Position(state, logIndex, state.clockMillis(), nanos);
    }

    private void publish(Position next) {
        position = next;
        if (waiters.get() > 0) {
            lock.lock();
            try {
                moved.signalAll();
            } finally {
                lock.unlock();
            }
        }
    }

    private ClusterState await(ToLongFunction<Position> measure, long wanted, Duration timeout, String what)
            throws TimeoutException, InterruptedException {
        Position at = position;
        if (measure.applyAsLong(at) >= wanted) {
            return at.state;
        }
        long left = timeout.toNanos();
        lock.lockInterruptibly();
        try {
            waiters.incrementAndGet();
            for (at = position; measure.applyAsLong(at) < wanted; at = position) {
                if (left <= 0) {
                    throw new TimeoutException(
                            "this manager is at " + what + " " + measure.applyAsLong(at) + ", waited for "
                                    + wanted);
                }
                left = moved.awaitNanos(left);
            }
            return at.state;
        } finally {
            waiters.decrementAndGet();
            lock.unlock();
        }
    }
}
