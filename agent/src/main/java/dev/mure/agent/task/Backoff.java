package dev.mure.agent.task;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** How long one kind of trouble has lasted, and when to try again. Immutable. */
record Backoff(SupervisionSettings settings, int failures, long sinceNanos, long untilNanos) {

    /** No trouble: nothing to wait for. */
    static Backoff none(SupervisionSettings settings) {
        return new Backoff(settings, 0, 0, 0);
    }

    /** Whether nothing has failed so far. */
    boolean isFirst() {
        return failures == 0;
    }

    /** After one more failure: twice the pause, up to the maximum. */
    Backoff next() {
        long now = System.nanoTime();
        long pause = Math.min(settings.retryMin().toNanos() << Math.min(failures, 20), settings.retryMax().toNanos());
        return new Backoff(settings, failures + 1, failures == 0 ? now : sinceNanos, now + pause);
    }

    /** Whether it is time for the next try. */
    boolean isOver() {
        return failures == 0 || untilNanos - System.nanoTime() <= 0;
    }

    /** Whether to stop hoping that the engine comes back. */
    boolean lastsTooLong() {
        return failures > 0 && System.nanoTime() - sinceNanos > settings.engineLimit().toNanos();
    }

    /** Waits until the next try is due, or until woken. */
    void await(Semaphore wakeUps) throws InterruptedException {
        boolean _ = wakeUps.tryAcquire(untilNanos - System.nanoTime(), TimeUnit.NANOSECONDS);
    }

    /** Waits until the next try is due. */
    void sleep() throws InterruptedException {
        Thread.sleep(Duration.ofNanos(Math.max(0, untilNanos - System.nanoTime())));
    }
}
