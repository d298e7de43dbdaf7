package dev.mure.manager.raft;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens a {@link LeaderTerm} when this member is the ready leader, and closes it when it no longer is. Ratis' callbacks come from
 * many threads, some with its locks held and perhaps late; they are only taken as an invitation to look at what Ratis says now.
 */
final class Leadership implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Leadership.class);
    private static final Duration LISTENER_PATIENCE = Duration.ofSeconds(10);

    private final LocalServer server;
    private final LongFunction<LeaderTerm> terms;
    private final Duration tick;
    private final Semaphore signal = new Semaphore(0);
    private final List<LeadershipListener> listeners = new CopyOnWriteArrayList<>();
    private final ExecutorService notifications =
            Executors.newSingleThreadExecutor(Thread.ofPlatform().name("raft-leadership-listener").daemon().factory());
    private final Thread observer;
    private volatile @Nullable LeaderTerm term;
    private volatile Instant openedAt = Instant.EPOCH;
    private volatile boolean closing;
    private volatile boolean handingOver;

    /**
     * Not started yet.
     *
     * @param terms makes the term of a number
     * @param tick how often it looks without being told to
     */
    Leadership(LocalServer server, LongFunction<LeaderTerm> terms, Duration tick) {
        this.server = server;
        this.terms = terms;
        this.tick = tick;
        observer = Thread.ofPlatform().name("raft-leadership").daemon().unstarted(this::observe);
    }

    void start() {
        observer.start();
    }

    /** Something may have changed. Any thread; never blocks. */
    void lookAgain() {
        signal.release();
    }

    /** Leadership is lost for sure, or in doubt. Any thread; never blocks. */
    void lost(String reason) {
        LeaderTerm open = term;
        if (open != null) {
            open.close(reason);
        }
        lookAgain();
    }

    Optional<LeaderTerm> openTerm() {
        return Optional.ofNullable(term).filter(LeaderTerm::isOpen);
    }

    /** Wall time since when the open term is; for display. */
    Optional<Instant> openSince() {
        return openTerm().map(open -> openedAt);
    }

    /** A listener that comes late is told of the term that is open. */
    void add(LeadershipListener listener) {
        notifications.execute(() -> {
            listeners.add(listener);
            LeaderTerm told = toldOpen;
            if (told != null) {
                tell(listener, told, true);
            }
        });
    }

    /** The term of which the listeners know that it was opened and do not know that it was closed. Only on their thread. */
    private @Nullable LeaderTerm toldOpen;

    private void observe() {
        while (!closing) {
            try {
                look();
                boolean told = signal.tryAcquire(tick.toNanos(), TimeUnit.NANOSECONDS);
                if (told) {
                    signal.drainPermits();
                }
            } catch (InterruptedException e) {
                return;
            } catch (RuntimeException e) {
                log.error("Can't see who leads", e);
                lost("in doubt: " + e);
            }
        }
    }

    private void look() {
        OptionalLong ready = server.readyTerm();
        LeaderTerm known = term;
        if (known != null && (ready.isEmpty() || ready.getAsLong() != known.number())) {
            known.close("this manager does not lead any more");
            term = null;
            announceClosed(known);
            known = null;
        }
        if (ready.isPresent() && known == null) {
            LeaderTerm opened = terms.apply(ready.getAsLong());
            openedAt = Instant.now();
            term = opened;
            log.info("Term {} is open", opened.number());
            notifications.execute(() -> announceOpened(opened));
        } else if (known != null && !known.isOpen()) {
            announceClosed(known);
            if (!handingOver) {
                giveUp(known);
            }
        }
    }

    /**
     * Closes the open term and makes another voter the leader: the one that has most of the log among those that answer, and the
     * next if that one does not take over.
     *
     * @param answering a voter that was silent for longer is not asked
     * @return whether another one leads, or at least this member does not
     */
    boolean handOver(Duration answering, Duration timeout) throws InterruptedException {
        Optional<LeaderTerm> open = openTerm();
        if (open.isEmpty()) {
            return true;
        }
        long end = System.nanoTime() + timeout.toNanos();
        handingOver = true;
        try {
            open.get().close("leadership is handed over");
            List<String> successors =
                    Successors.inOrder(server.peerId(), server.voters(), server.silence(), server.committed(),
                            answering);
            for (String successor : successors) {
                // Half of what is left, so that there is time for the next one.
                Duration patience = Duration.ofNanos((end - System.nanoTime()) / 2);
                if (patience.isPositive() && transfer(successor, patience)) {
                    return true;
                }
            }
            return server.readyTerm().isEmpty();
        } finally {
            handingOver = false;
            lookAgain();
        }
    }

    private boolean transfer(String successor, Duration patience) throws InterruptedException {
        try {
            boolean done = server.transferTo(successor, patience)
                    .get(patience.toNanos(), TimeUnit.NANOSECONDS)
                    .isSuccess();
            log.info("Leadership {} handed over to {}", done ? "is" : "could not be", successor);
            return done;
        } catch (ExecutionException | TimeoutException e) {
            log.warn("Leadership could not be handed over to {}: {}", successor, e.toString());
            return false;
        }
    }

    /** The term is closed and Ratis still leads in it: without a new term nothing could be proposed. */
    private void giveUp(LeaderTerm closed) {
        Thread.ofVirtual().name("raft-step-down").start(() -> {
            CompletableFuture<?> _ = server.stepDown(tick).whenComplete((reply, failure) -> {
                log.debug("Gave up leadership in {}: {} {}", closed, reply, failure);
                lookAgain();
            });
        });
    }

    private void announceOpened(LeaderTerm opened) {
        toldOpen = opened;
        listeners.forEach(listener -> tell(listener, opened, true));
    }

    private void announceClosed(LeaderTerm closed) {
        notifications.execute(() -> {
            if (toldOpen == closed) {
                toldOpen = null;
                listeners.forEach(listener -> tell(listener, closed, false));
            }
        });
    }

    private static void tell(LeadershipListener listener, LeaderTerm about, boolean opened) {
        try {
            if (opened) {
                listener.termOpened(about);
            } else {
                listener.termClosed(about);
            }
        } catch (RuntimeException e) {
            // A leader that did not begin properly must not stay one.
            log.error("A listener failed at {}", about, e);
            about.close("a listener failed: " + e);
        }
    }

    /** Closes the open term, and waits a while until the listeners know. */
    @Override
    public void close() {
        closing = true;
        observer.interrupt();
        LeaderTerm last = term;
        if (last != null) {
            last.close("this manager stops");
            announceClosed(last);
        }
        notifications.shutdown();
        try {
            if (!notifications.awaitTermination(LISTENER_PATIENCE.toNanos(), TimeUnit.NANOSECONDS)) {
                log.warn("A listener does not come to an end");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
