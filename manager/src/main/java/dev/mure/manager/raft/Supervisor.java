package dev.mure.manager.raft;

import java.time.Duration;
import org.apache.ratis.util.LifeCycle;

/**
 * Looks once a second whether the server really works. Ratis says that its server runs, and even that it leads, after the part that
 * does the work was closed.
 */
final class Supervisor implements AutoCloseable {

    private static final Duration TICK = Duration.ofSeconds(1);
    /** Counted in looks and not in time, so that a machine that slept is not taken for a member that is stuck. */
    private static final int STUCK_AFTER = 60;

    private final LocalServer server;
    private final StateFeed feed;
    private final Fate fate;
    private final Thread thread;
    private long lastApplied = Long.MIN_VALUE;
    private int looksWithoutProgress;

    /** Not started yet. */
    Supervisor(LocalServer server, StateFeed feed, Fate fate) {
        this.server = server;
        this.feed = feed;
        this.fate = fate;
        thread = Thread.ofPlatform().name("raft-supervisor").daemon().unstarted(this::watch);
    }

    void start() {
        thread.start();
    }

    private void watch() {
        try {
            while (true) {
                Thread.sleep(TICK);
                check();
            }
        } catch (InterruptedException e) {
            // Closed.
        }
    }

    private void check() {
        LifeCycle.State state = server.divisionState();
        if (state.isClosingOrClosed() || state == LifeCycle.State.EXCEPTION) {
            fate.die(DeathReason.Kind.CLOSED, "Ratis has closed its server (" + state + ")");
        }
        long applied = feed.logIndex();
        looksWithoutProgress = applied != lastApplied || applied >= server.commitIndex() ? 0 : looksWithoutProgress + 1;
        lastApplied = applied;
        if (looksWithoutProgress >= STUCK_AFTER) {
            fate.die(DeathReason.Kind.STUCK,
                    "log index " + server.commitIndex() + " is committed, but nothing was applied after "
                            + applied + " for " + TICK.multipliedBy(STUCK_AFTER).toSeconds() + " s");
        }
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
