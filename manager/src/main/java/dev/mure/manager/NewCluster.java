package dev.mure.manager;

import com.google.protobuf.ByteString;
import dev.mure.manager.leader.Decided;
import dev.mure.manager.leader.Decision;
import dev.mure.manager.leader.Decisions;
import dev.mure.manager.leader.NotLeadingException;
import dev.mure.manager.leader.OutcomeUnknownException;
import dev.mure.manager.leader.Refusal;
import dev.mure.manager.store.Applier;
import dev.mure.node.DataFolder;
import dev.mure.trust.AuthorityFile;
import dev.mure.trust.CertificateAuthority;
import dev.mure.trust.CredentialFile;
import dev.mure.trust.Credentials;
import dev.mure.trust.JoinToken;
import dev.mure.trust.NodeIdentity;
import dev.mure.trust.NodeRole;
import dev.mure.v1.CertificateRole;
import dev.mure.v1.Cluster;
import dev.mure.v1.ClusterTrust;
import dev.mure.v1.EnrolNode;
import dev.mure.v1.Mutation;
import dev.mure.v1.NodeEnrolment;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * A cluster that is being made: its authority and the certificate of its first manager lie in that manager's folder before anything
 * else does; the first objects of the state follow as soon as it leads, and then the authority's file goes.
 */
final class NewCluster {

    /** As Docker keeps them (update-semantics §14). */
    private static final int TASK_HISTORY_LIMIT = 5;

    private static final int HEARTBEAT_SECONDS = 1;
    private static final int NODE_GRACE_SECONDS = 5;

    private final AuthorityFile authorityFile;
    private final CredentialFile credentialFile;
    private final String nodeName;
    private final RandomGenerator random;

    NewCluster(DataFolder folder, String nodeName, RandomGenerator random) {
        authorityFile = new AuthorityFile(folder);
        credentialFile = new CredentialFile(folder);
        this.nodeName = nodeName;
        this.random = random;
    }

    /**
     * Makes the authority, and the first manager's certificate. What an earlier attempt left is replaced: nobody was promised
     * anything.
     *
     * @throws CannotStartException if the node belongs to a cluster already
     */
    Credentials found(String clusterId, String nodeId, Instant now) throws IOException, CannotStartException {
        Optional<Credentials> present = credentialFile.read();
        if (present.isPresent() && authorityFile.read().isEmpty()) {
            throw new CannotStartException("this node belongs to cluster " + present.get().identity().clusterId()
                    + " already (" + credentialFile.path() + "): use another --data-dir for a new cluster");
        }
        CertificateAuthority authority = CertificateAuthority.create(clusterId, random, now);
        authorityFile.write(authority);
        Credentials credentials = Credentials.ofFirst(authority,
                new NodeIdentity(nodeId, NodeRole.MANAGER, clusterId), random, now);
        credentialFile.write(credentials);
        return credentials;
    }

    /** Writes the state's first objects unless they are there, on a manager that leads. */
    void complete(Decisions decisions, Duration timeout)
            throws IOException, Refusal, NotLeadingException, OutcomeUnknownException, InterruptedException {
        Optional<CertificateAuthority> authority = authorityFile.read();
        if (authority.isEmpty()) {
            return;
        }
        Credentials founder = credentialFile.read()
                .orElseThrow(() -> new IOException(credentialFile.path() + " is missing: bring it back"));
        decisions.commit(unlessThere(authority.get(), founder), timeout);
        authorityFile.delete();
    }

    private Decision<Boolean> unlessThere(CertificateAuthority authority, Credentials founder) {
        List<Mutation> first = List.of(
                Mutation.newBuilder().setPutCluster(settings(authority, founder.identity().clusterId())).build(),
                Mutation.newBuilder()
                        .setEnrolNode(EnrolNode.newBuilder()
                                .setNodeId(founder.identity().nodeId())
                                .setName(nodeName)
                                .setEnrolment(NodeEnrolment.newBuilder()
                                        .setRole(CertificateRole.CERTIFICATE_ROLE_MANAGER)
                                        .setKeyDigest(ByteString.copyFrom(founder.keyDigest()))))
                        .build());
        return (pending, now) -> pending.cluster().isPresent()
                ? Decided.unchanged(false)
                : new Decided<>(first, Optional.empty(), true);
    }

    private Cluster settings(CertificateAuthority authority, String clusterId) {
        return Cluster.newBuilder()
                .setId(clusterId)
                .setEpoch(1)
                .setFeatureLevel(Applier.FEATURE_LEVEL)
                .setTaskHistoryLimit(TASK_HISTORY_LIMIT)
                .setHeartbeatPeriod(com.google.protobuf.Duration.newBuilder().setSeconds(HEARTBEAT_SECONDS))
                .setNodeGrace(com.google.protobuf.Duration.newBuilder().setSeconds(NODE_GRACE_SECONDS))
                .setTrust(ClusterTrust.newBuilder()
                        .setRootCertificate(ByteString.copyFrom(authority.root().encoded()))
                        .setRootKey(ByteString.copyFrom(authority.encodedKey()))
                        .setWorkerSecret(JoinToken.newSecret(random))
                        .setManagerSecret(JoinToken.newSecret(random)))
                .build();
    }
}
