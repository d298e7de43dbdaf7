package dev.mure.manager.raft;

import java.time.Duration;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Closes the term of a leader that hears from no majority. Ratis looks for that only when its leader has nothing to do, so a leader
 * that is cut off and kept busy by its own writes would lead for ever.
 */
final class LeaderWatchdog implements AutoCloseable {

    private final LocalServer server;
    private final Leadership leadership;
    private final Duration limit;
    private final Duration tick;
    private final LongSupplier nanoTime;
    private final Thread thread;
    private @Nullable LeaderTerm watched;
    private long heardNanos;

    /**
     * Not started yet.
     *
     * @param limit a follower counts if it answered within that time; without a majority for so long the term is closed
     * @param tick how often it looks
     */
    LeaderWatchdog(LocalServer server, Leadership leadership, Duration limit, Duration tick, LongSupplier nanoTime) {
        this.server = server;
        this.leadership = leadership;
        this.limit = limit;
        this.tick = tick;
        this.nanoTime = nanoTime;
        thread = Thread.ofPlatform().name("raft-watchdog").daemon().unstarted(this::watch);
    }

    void start() {
        thread.start();
    }

    private void watch() {
        try {
            while (true) {
                Thread.sleep(tick);
                leadership.openTerm().ifPresent(this::check);
            }
        } catch (InterruptedException e) {
            // Closed.
        }
    }

    private void check(LeaderTerm term) {
        try {
            checkMajority(term);
        } catch (RuntimeException e) {
            term.close("can't see who answers: " + e);
        }
    }

    private void checkMajority(LeaderTerm term) {
        long now = nanoTime.getAsLong();
        if (term != watched || hearsMajority()) {
            watched = term;
            heardNanos = now;
        } else if (now - heardNanos >= limit.toNanos()) {
            term.close("no answer from a majority of the managers for " + limit.toMillis() + " ms");
        }
    }

    private boolean hearsMajority() {
        Map<String, Duration> silence = server.silence();
        String self = server.peerId();
        return server.voters().majority(peer -> peer.equals(self) || answers(silence.get(peer)));
    }

    private boolean answers(@Nullable Duration silent) {
        return silent != null && silent.compareTo(limit) < 0;
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
