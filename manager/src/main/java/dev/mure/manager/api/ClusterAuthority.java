package dev.mure.manager.api;

import dev.mure.manager.leader.Refusal;
import dev.mure.manager.store.ClusterState;
import dev.mure.trust.CertificateAuthority;
import dev.mure.trust.JoinToken;
import dev.mure.trust.NodeRole;
import dev.mure.trust.RootCertificate;
import dev.mure.v1.CertificateRole;
import dev.mure.v1.Cluster;
import dev.mure.v1.ClusterTrust;
import java.security.GeneralSecurityException;
import java.util.Optional;

/** The authority and the join tokens of the cluster, as its state holds them. */
record ClusterAuthority(Cluster cluster) {

    /** That of a state. */
    static ClusterAuthority of(ClusterState state) throws Refusal {
        return new ClusterAuthority(state.cluster()
                .filter(Cluster::hasTrust)
                .orElseThrow(() -> new Refusal(Refusal.Kind.FAILED_PRECONDITION,
                        "this cluster is not initialised yet")));
    }

    String clusterId() {
        return cluster.getId();
    }

    JoinToken token(NodeRole role) throws Refusal {
        return JoinToken.of(root(), switch (role) {
            case WORKER -> trust().getWorkerSecret();
            case MANAGER -> trust().getManagerSecret();
        });
    }

    /** What a token lets a node be; empty if it is not one of this cluster's present tokens. */
    Optional<NodeRole> roleOf(JoinToken token) throws Refusal {
        boolean pins = token.pins(root());
        boolean worker = token.hasSecret(trust().getWorkerSecret());
        boolean manager = token.hasSecret(trust().getManagerSecret());
        return !pins || !(worker || manager)
                ? Optional.empty()
                : Optional.of(manager ? NodeRole.MANAGER : NodeRole.WORKER);
    }

    CertificateAuthority authority() throws Refusal {
        try {
            return CertificateAuthority.parse(trust().getRootCertificate().toByteArray(),
                    trust().getRootKey().toByteArray());
        } catch (GeneralSecurityException e) {
            throw unreadable(e);
        }
    }

    private RootCertificate root() throws Refusal {
        try {
            return RootCertificate.parse(trust().getRootCertificate().toByteArray());
        } catch (GeneralSecurityException e) {
            throw unreadable(e);
        }
    }

    private ClusterTrust trust() {
        return cluster.getTrust();
    }

    private static Refusal unreadable(GeneralSecurityException e) {
        return new Refusal(Refusal.Kind.FAILED_PRECONDITION,
                "the cluster's certificate authority can't be read: " + e.getMessage());
    }

    /** The role in the schema's words. */
    static CertificateRole role(NodeRole role) {
        return switch (role) {
            case WORKER -> CertificateRole.CERTIFICATE_ROLE_WORKER;
            case MANAGER -> CertificateRole.CERTIFICATE_ROLE_MANAGER;
        };
    }

    /** The role that a client or a stored object names. */
    static NodeRole role(CertificateRole role) throws Refusal {
        return switch (role) {
            case CERTIFICATE_ROLE_WORKER -> NodeRole.WORKER;
            case CERTIFICATE_ROLE_MANAGER -> NodeRole.MANAGER;
            case CERTIFICATE_ROLE_UNSPECIFIED, UNRECOGNIZED ->
                    throw new Refusal(Refusal.Kind.INVALID, "role: must be WORKER or MANAGER");
        };
    }
}
