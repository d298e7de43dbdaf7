package dev.mure.manager;

import dev.mure.manager.raft.StateFeed;
import dev.mure.trust.NodeIdentity;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The nodes that were removed, by their certificates, as the state says once there is one. */
final class RemovedNodes implements Predicate<X509Certificate> {

    private final AtomicReference<@Nullable StateFeed> feed = new AtomicReference<>();

    /** Goes by that state from now on. */
    void follow(StateFeed state) {
        feed.set(state);
    }

    @Override
    public boolean test(X509Certificate certificate) {
        StateFeed followed = feed.get();
        try {
            return followed != null && followed.current().nodeRemoved(NodeIdentity.of(certificate).nodeId());
        } catch (CertificateException e) {
            throw new IllegalStateException("the handshake accepts certificates of nodes only", e);
        }
    }
}
