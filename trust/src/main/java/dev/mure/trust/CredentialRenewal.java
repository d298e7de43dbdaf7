package dev.mure.trust;

import dev.mure.node.DataFolder;
import java.io.IOException;
import java.nio.channels.Channel;
import java.nio.channels.FileLock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Renews a node's certificate in time. Manager and agent of one node share it: who comes first renews, the other finds the new one in
 * the data folder. Used by one thread.
 */
public final class CredentialRenewal {

    private static final Logger log = LoggerFactory.getLogger(CredentialRenewal.class);

    /** How often the data folder is looked at; bounds what a stepped clock or a long sleep can do. */
    private static final Duration LOOK = Duration.ofMinutes(1);

    private final DataFolder folder;
    private final CredentialFile file;
    private final NodeTls tls;
    private final Enrolment.Signer signer;
    private final RandomGenerator random;
    private double chance;
    private int failures;
    private Instant notBefore = Instant.MIN;

    /**
     * Renews what the connections of {@code tls} use.
     *
     * @param signer a manager of the cluster that knows the node by its present certificate
     */
    public CredentialRenewal(DataFolder folder, NodeTls tls, Enrolment.Signer signer, RandomGenerator random) {
        this.folder = folder;
        this.file = new CredentialFile(folder);
        this.tls = tls;
        this.signer = signer;
        this.random = random;
        chance = random.nextDouble();
    }

    /** Goes on until the thread is interrupted. */
    public void run() throws InterruptedException {
        while (true) {
            Thread.sleep(step(Instant.now()));
        }
    }

    /** Does what is due; returns when to look again. */
    Duration step(Instant now) throws InterruptedException {
        try {
            adoptWhatIsThere();
            Instant due = RenewalTime.of(tls.credentials().certificate(), chance);
            if (!now.isBefore(due) && !now.isBefore(notBefore)) {
                renew();
            }
        } catch (IOException e) {
            failures++;
            notBefore = now.plus(RenewalTime.retry(failures));
            log.warn("The certificate, good until {}, is not renewed yet: {}",
                    tls.credentials().end(), e.getMessage());
        }
        return pause(now);
    }

    private Duration pause(Instant now) {
        Instant next = RenewalTime.of(tls.credentials().certificate(), chance);
        Duration until = Duration.between(now, next.isBefore(notBefore) ? notBefore : next);
        return until.compareTo(LOOK) > 0 || until.isNegative() || until.isZero() ? LOOK : until;
    }

    private void adoptWhatIsThere() throws IOException {
        Optional<Credentials> onDisk = file.read();
        if (onDisk.isPresent()
                && !onDisk.get().certificate().equals(tls.credentials().certificate())) {
            adopt(onDisk.get());
        }
    }

    private void renew() throws IOException, InterruptedException {
        Optional<FileLock> lock = folder.lock("certificates");
        if (lock.isEmpty()) {
            return;
        }
        try (Channel _ = lock.get().acquiredBy()) {
            Credentials before = tls.credentials();
            adoptWhatIsThere();
            if (tls.credentials().equals(before)) {
                adopt(new Enrolment(file).next(before, signer));
            }
        }
    }

    private void adopt(Credentials credentials) {
        tls.adopt(credentials);
        chance = random.nextDouble();
        failures = 0;
        notBefore = Instant.MIN;
        log.info("A new certificate is in use, good until {}", credentials.end());
    }
}
