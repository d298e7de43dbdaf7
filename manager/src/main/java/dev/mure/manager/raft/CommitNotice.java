package dev.mure.manager.raft;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/**
 * Has the followers told at once how far the log is committed. By itself Ratis tells them with the next entry, or with the next
 * heartbeat, half an election timeout later: so long the agents of a follower would wait for an order, and its readers for a write.
 *
 * <p>One round is on its way at a time; what is committed meanwhile is told with the next one. Rounds begin on threads of their own:
 * Ratis completes one while it holds locks, and takes others to begin one.
 */
final class CommitNotice {

    private final Supplier<CompletableFuture<?>> round;
    private final Executor threads;
    private final AtomicLong untold = new AtomicLong();

    /**
     * A notice.
     *
     * @param round sends the commit index to all followers now; completed when enough of them answered
     * @param threads where rounds begin
     */
    CommitNotice(Supplier<CompletableFuture<?>> round, Executor threads) {
        this.round = round;
        this.threads = threads;
    }

    /** Each round on a virtual thread. */
    CommitNotice(Supplier<CompletableFuture<?>> round) {
        this(round, begin -> Thread.ofVirtual().name("raft-commit-notice").start(begin));
    }

    /** Something was committed. Any thread; does not block. */
    void committed() {
        if (untold.getAndIncrement() == 0) {
            threads.execute(() -> tell(1));
        }
    }

    /** A round that fails is not repeated: then leadership is lost, or the heartbeats do it. */
    private void tell(long known) {
        CompletableFuture<?> _ = round.get().whenCompleteAsync((_, failure) -> {
            if (failure != null) {
                untold.set(0);
            } else if (!untold.compareAndSet(known, 0)) {
                tell(untold.get());
            }
        }, threads);
    }
}
