package dev.mure.trust;

import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import javax.net.ssl.X509ExtendedKeyManager;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * A node's credentials as TLS takes them. They can be exchanged at any time: connections that are made from then on use the new ones,
 * those that are open live on. Thread-safe.
 */
public final class NodeTls {

    /** The only version that is spoken. */
    public static final String PROTOCOL = "TLSv1.3";

    private final NodeKeyManager keys;

    /** Begins with these credentials. */
    public NodeTls(Credentials credentials) {
        keys = new NodeKeyManager(credentials);
    }

    public Credentials credentials() {
        return keys.current();
    }

    /** Goes on with these. */
    public void adopt(Credentials credentials) {
        keys.adopt(credentials);
    }

    /** Shows this node's certificate. */
    public X509ExtendedKeyManager keyManager() {
        return keys;
    }

    /** Accepts nodes of this cluster with one of these roles. */
    public X509ExtendedTrustManager accepting(Set<NodeRole> roles) {
        return new ClusterTrust(roles);
    }

    /** Accepts managers of the cluster that a token was made for, before anything else is known of it. */
    public static X509ExtendedTrustManager pinnedBy(JoinToken token) {
        return new TokenTrust(token);
    }

    private final class ClusterTrust extends PeerTrust {

        private final Set<NodeRole> roles;

        ClusterTrust(Set<NodeRole> roles) {
            this.roles = Set.copyOf(roles);
        }

        @Override
        RootCertificate rootFor(X509Certificate[] chain) {
            return credentials().root();
        }

        @Override
        Rule rule() {
            return peer -> {
                if (!peer.clusterId().equals(credentials().identity().clusterId())) {
                    return Optional.of("node " + peer.nodeId() + " belongs to another cluster");
                }
                if (!roles.contains(peer.role())) {
                    return Optional.of("node " + peer.nodeId() + " is a " + peer.role().unit()
                            + ", which has no business here");
                }
                return Optional.empty();
            };
        }
    }

    private static final class TokenTrust extends PeerTrust {

        private final JoinToken token;

        TokenTrust(JoinToken token) {
            this.token = token;
        }

        /** The peer sends its root along, which is as good as the token's digest says. */
        @Override
        RootCertificate rootFor(X509Certificate[] chain) throws CertificateException {
            return Arrays.stream(chain)
                    .map(RootCertificate::new)
                    .filter(token::pins)
                    .findFirst()
                    .orElseThrow(WrongAuthorityException::new);
        }

        @Override
        Rule rule() {
            return peer -> peer.role() == NodeRole.MANAGER
                    ? Optional.empty()
                    : Optional.of("node " + peer.nodeId() + " is no manager");
        }
    }
}
