package dev.mure.manager.raft;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The end of a member: told once, by whoever sees it first. Thread-safe; never blocks. */
final class Fate {

    private static final Logger log = LoggerFactory.getLogger(Fate.class);

    private final CompletableFuture<DeathReason> died = new CompletableFuture<>();
    private final AtomicBoolean sealed = new AtomicBoolean();
    private volatile @Nullable DeathReason reason;

    /** Says that the member is dead, unless it was told before or the member is being closed. */
    void die(DeathReason.Kind kind, String message) {
        if (sealed.compareAndSet(false, true)) {
            log.error("This manager can't go on: {}", message);
            DeathReason told = new DeathReason(kind, message);
            reason = told;
            // Whoever sees it may hold Ratis' locks; what depends on it must not run there.
            Thread.ofVirtual().name("raft-died").start(() -> died.complete(told));
        }
    }

    /** The member is closed on purpose: whatever is seen from now on is no death. */
    void retire() {
        sealed.set(true);
    }

    Optional<DeathReason> reason() {
        return Optional.ofNullable(reason);
    }

    CompletableFuture<DeathReason> died() {
        return died;
    }
}
