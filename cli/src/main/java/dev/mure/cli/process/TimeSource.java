package dev.mure.cli.process;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.locks.LockSupport;

/** Time as the command line sees it; a fake one makes tests quick and exact. */
public interface TimeSource {

    /** Wall time, only for display. */
    Instant now();

    /** Monotonic nanoseconds, for deadlines. */
    long nanoTime();

    /** Waits; returns early when the thread is interrupted. */
    void pause(Duration duration);

    /** The machine's own clocks. */
    TimeSource SYSTEM = new TimeSource() {
        @Override
        public Instant now() {
            return Instant.now();
        }

        @Override
        public long nanoTime() {
            return System.nanoTime();
        }

        @Override
        public void pause(Duration duration) {
            long end = System.nanoTime() + duration.toNanos();
            for (long left = duration.toNanos(); left > 0 && !Thread.currentThread().isInterrupted(); left =
                    end - System.nanoTime()) {
                LockSupport.parkNanos(left);
            }
        }
    };
}
