package dev.mure.agent.session;

import java.time.Duration;

/**
 * Times of the session.
 *
 * @param retryMin
 *            pause after the first round of managers none of which served us; doubles with every round up to
 *            {@code retryMax}, and each is a random one between its half and its whole
 * @param welcomeLimit
 *            from the attempt to connect to the welcome
 * @param probePeriod
 *            between two questions whether the manager still answers, each of which has {@code probeLimit}
 * @param ackLimit
 *            for the acknowledgement of a report; then another manager is tried
 * @param linger
 *            how long a status waits that nobody waits for, see {@link StatusOutbox}; longer than a container takes to
 *            start, or the report of STARTING would be on its way when RUNNING comes up, which then had to wait for it
 */
public record SessionSettings(Duration retryMin, Duration retryMax, Duration welcomeLimit, Duration probePeriod,
        Duration probeLimit, Duration ackLimit, Duration linger) {

    public static SessionSettings defaults() {
        return new SessionSettings(Duration.ofMillis(50), Duration.ofSeconds(2), Duration.ofSeconds(5),
                Duration.ofSeconds(1), Duration.ofSeconds(3), Duration.ofSeconds(10), Duration.ofSeconds(1));
    }
}
