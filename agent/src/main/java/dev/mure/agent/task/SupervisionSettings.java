package dev.mure.agent.task;

import java.time.Duration;

/**
 * Times of the supervision.
 *
 * @param retryMin
 *            first pause after a call that the runtime could not do; doubles up to {@code retryMax}
 * @param engineLimit
 *            how long a task that is to run waits for an engine that does not answer before it is given up, so that the
 *            cluster can try another node
 * @param defaultGrace
 *            between stop signal and kill where the spec says nothing
 */
public record SupervisionSettings(Duration retryMin, Duration retryMax, Duration engineLimit, Duration defaultGrace) {

    public static SupervisionSettings defaults() {
        return new SupervisionSettings(Duration.ofMillis(100), Duration.ofSeconds(5), Duration.ofSeconds(30),
                Duration.ofSeconds(10));
    }
}
