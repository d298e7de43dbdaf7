package dev.mure.manager.api;

import dev.mure.manager.store.ClusterState;
import dev.mure.manager.store.StateDelta;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeoutException;

/** The state that this manager has applied, and its changes. A port: {@code raft} feeds it. Any thread may call it. */
public interface AppliedState {

    ClusterState current();

    /** The state clock now: of the last applied entry, plus the time since. */
    long nowMillis();

    /** Waits until the state has that index or a higher one. */
    ClusterState awaitIndex(long index, Duration timeout) throws InterruptedException, TimeoutException;

    /** Waits until that position of the log, as {@link ReadIndex} names it, is applied. */
    ClusterState awaitLog(long logIndex, Duration timeout) throws InterruptedException, TimeoutException;

    /**
     * Follows the changes from now on. Take {@link #current()} after this call to miss nothing.
     *
     * @param name for diagnosis
     */
    Changes subscribe(String name);

    /** One follower's view; bounded, since changes that are not taken yet become one. For one thread. */
    interface Changes extends AutoCloseable {

        /** Waits for something new; empty when the time is over or it was closed. */
        Optional<Change> next(Duration timeout) throws InterruptedException;

        @Override
        void close();
    }

    /**
     * A step of the state.
     *
     * @param state after it
     * @param delta what may differ from the last step that the follower took
     */
    record Change(ClusterState state, StateDelta delta) {}
}
