package dev.mure.manager.api;

import com.google.protobuf.ByteString;
import dev.mure.trust.CertificateAuthority;
import dev.mure.trust.Credentials;
import dev.mure.trust.JoinToken;
import dev.mure.trust.NodeIdentity;
import dev.mure.trust.NodeRole;
import dev.mure.v1.ClusterTrust;
import java.security.SecureRandom;
import java.time.Instant;

/** The authority of a test's cluster, and certificates of it. */
public final class TestTrust {

    public final SecureRandom random = new SecureRandom();
    public final CertificateAuthority authority;
    private final String clusterId;
    private final String workerSecret = JoinToken.newSecret(random);
    private final String managerSecret = JoinToken.newSecret(random);

    public TestTrust(String clusterId) {
        this.clusterId = clusterId;
        authority = CertificateAuthority.create(clusterId, random, Instant.now());
    }

    /** As the cluster's object holds it. */
    public ClusterTrust inState() {
        return ClusterTrust.newBuilder()
                .setRootCertificate(ByteString.copyFrom(authority.root().encoded()))
                .setRootKey(ByteString.copyFrom(authority.encodedKey()))
                .setWorkerSecret(workerSecret)
                .setManagerSecret(managerSecret)
                .build();
    }

    public JoinToken token(NodeRole role) {
        return JoinToken.of(authority.root(), role == NodeRole.WORKER ? workerSecret : managerSecret);
    }

    public Credentials credentials(String nodeId, NodeRole role) {
        return credentials(nodeId, role, Instant.now());
    }

    public Credentials credentials(String nodeId, NodeRole role, Instant issued) {
        return Credentials.ofFirst(authority, new NodeIdentity(nodeId, role, clusterId), random, issued);
    }
}
