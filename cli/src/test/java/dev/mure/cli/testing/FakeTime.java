package dev.mure.cli.testing;

import dev.mure.cli.process.TimeSource;
import java.time.Duration;
import java.time.Instant;

/** Time that goes on only when somebody waits for it. */
public final class FakeTime implements TimeSource {
    private long nanos;

    @Override
    public synchronized Instant now() {
        return Samples.NOW.plusNanos(nanos);
    }

    @Override
    public synchronized long nanoTime() {
        return nanos;
    }

    @Override
    public synchronized void pause(Duration duration) {
        nanos += duration.toNanos();
    }

    public synchronized Duration elapsed() {
        return Duration.ofNanos(nanos);
    }
}
