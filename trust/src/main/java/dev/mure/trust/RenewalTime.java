package dev.mure.trust;

import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;

/** When a certificate is renewed: at a random point of its life, so that a cluster's nodes don't come all at once. */
final class RenewalTime {

    /** SwarmKit's: from half of the life on there is time for retries until the end. */
    private static final double EARLIEST = 0.5;
    private static final double LATEST = 0.8;
    private static final Duration FIRST_RETRY = Duration.ofSeconds(5);
    private static final Duration LONGEST_RETRY = Duration.ofHours(1);

    private RenewalTime() {}

    /**
     * The time of the renewal.
     *
     * @param chance from 0 to 1
     */
    static Instant of(X509Certificate certificate, double chance) {
        Instant begin = certificate.getNotBefore().toInstant();
        Duration life = Duration.between(begin, certificate.getNotAfter().toInstant());
        double part = EARLIEST + chance * (LATEST - EARLIEST);
        return begin.plusMillis(Math.round(life.toMillis() * part));
    }

    /** The pause after so many tries that failed, at least one: doubles from 5 s to 1 h. */
    static Duration retry(int failures) {
        Duration pause = FIRST_RETRY.multipliedBy(1L << Math.min(failures - 1, 20));
        return pause.compareTo(LONGEST_RETRY) < 0 ? pause : LONGEST_RETRY;
    }
}
