package dev.mure.manager.api;

import com.google.protobuf.Timestamp;
import dev.mure.manager.store.Applied;
import dev.mure.manager.store.Applier;
import dev.mure.manager.store.ClusterState;
import dev.mure.manager.store.StateDelta;
import dev.mure.v1.Mutation;
import dev.mure.v1.RequestRecord;
import dev.mure.v1.Transaction;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** An applied state that a test changes; log index and state index are the same. */
public final class FakeState implements AppliedState {

    private ClusterState state = ClusterState.empty();
    private long nowMillis = 1;
    private final List<FakeChanges> followers = new ArrayList<>();

    /** Applies mutations as the next transaction. */
    public synchronized ClusterState apply(Mutation... mutations) {
        return apply(List.of(mutations), Optional.empty());
    }

    synchronized ClusterState apply(List<Mutation> mutations, Optional<RequestRecord> request) {
        Transaction.Builder transaction = Transaction.newBuilder()
                .setClockMillis(nowMillis)
                .setWallTime(Timestamp.newBuilder().setSeconds(1_700_000_000L + nowMillis / 1000))
                .addAllMutations(mutations);
        request.ifPresent(transaction::setRequest);
        Applied applied = Applier.applyAhead(state, transaction.build());
        set(applied.state(), applied.delta());
        return state;
    }

    /** Takes over what another member has, as a follower's log does. */
    public synchronized void set(ClusterState next, StateDelta delta) {
        state = next;
        followers.forEach(follower -> follower.offer(next, delta));
        notifyAll();
    }

    public synchronized void advance(Duration time) {
        nowMillis += time.toMillis();
    }

    @Override
    public synchronized ClusterState current() {
        return state;
    }

    @Override
    public synchronized long nowMillis() {
        return nowMillis;
    }

    @Override
    public synchronized ClusterState awaitIndex(long index, Duration timeout)
            throws InterruptedException, TimeoutException {
        long deadline = System.nanoTime() + timeout.toNanos();
        while (state.index() < index) {
            long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
            if (left <= 0) {
                throw new TimeoutException("at index " + state.index() + ", waited for " + index);
            }
            wait(left);
        }
        return state;
    }

    @Override
    public ClusterState awaitLog(long logIndex, Duration timeout) throws InterruptedException, TimeoutException {
        return awaitIndex(logIndex, timeout);
    }

    @Override
    public synchronized Changes subscribe(String name) {
        FakeChanges follower = new FakeChanges();
        followers.add(follower);
        return follower;
    }

    private static final class FakeChanges implements Changes {
        private @Nullable Change pending;
        private boolean closed;

        synchronized void offer(ClusterState state, StateDelta delta) {
            Change before = pending;
            pending = new Change(state, before == null ? delta : before.delta().merge(delta));
            notifyAll();
        }

        @Override
        public synchronized Optional<Change> next(Duration timeout) throws InterruptedException {
            long deadline = System.nanoTime() + timeout.toNanos();
            while (pending == null && !closed) {
                long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
                if (left <= 0) {
                    return Optional.empty();
                }
                wait(left);
            }
            Optional<Change> taken = Optional.ofNullable(pending);
            pending = null;
            return taken;
        }

        @Override
        public synchronized void close() {
            closed = true;
            notifyAll();
        }
    }
}
