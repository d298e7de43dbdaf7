package dev.mure.manager.api;

import com.google.protobuf.ByteString;
import dev.mure.manager.leader.Decided;
import dev.mure.manager.leader.Decision;
import dev.mure.manager.leader.Refusal;
import dev.mure.manager.store.ClusterState;
import dev.mure.node.RandomId;
import dev.mure.trust.CertificateRequest;
import dev.mure.trust.JoinToken;
import dev.mure.trust.NodeIdentity;
import dev.mure.trust.NodeRole;
import dev.mure.v1.CertificateRole;
import dev.mure.v1.EnrolNode;
import dev.mure.v1.IssueCertificateRequest;
import dev.mure.v1.IssueCertificateResponse;
import dev.mure.v1.Mutation;
import dev.mure.v1.Node;
import dev.mure.v1.NodeEnrolment;
import java.util.List;
import java.util.Optional;

/**
 * Lets a node in that has a token. A node id belongs to whoever came with it first: it is given again only to the same key (the answer
 * got lost) or to a caller that has the node's certificate (an agent's node becomes a manager too).
 *
 * @param certificateRequest that of the request
 */
record EnrolWithToken(IssueCertificateRequest request, CertificateRequest certificateRequest, Caller caller)
        implements
            Decision<Enrolled> {

    private static final int MAX_NAME = 255;

    @Override
    public Decided<Enrolled> decide(ClusterState pending, long nowMillis) throws Refusal {
        ClusterAuthority authority = ClusterAuthority.of(pending);
        NodeRole allowed = allowedRole(authority);
        SpecValidation.require(RandomId.isId(request.getNodeId()),
                "node id " + SpecValidation.quoted(request.getNodeId()) + ": must have " + RandomId.LENGTH
                        + " characters, 0-9 and a-z");
        SpecValidation.require(!request.getNodeName().isBlank() && request.getNodeName().length() <= MAX_NAME,
                "the node's name must have 1 to " + MAX_NAME + " characters");
        SpecValidation.require(!pending.nodeRemoved(request.getNodeId()),
                Statuses.removedLine(request.getNodeId()));
        Optional<Node> known = pending.node(request.getNodeId());
        ByteString digest = ByteString.copyFrom(certificateRequest.keyDigest());
        if (known.isPresent() && !mayComeBack(known.get(), digest)) {
            throw new Refusal(Refusal.Kind.ALREADY_EXISTS, "node " + request.getNodeId()
                    + " is in the cluster already, with another key: bring its certificates back, or join with an"
                    + " empty data folder");
        }
        NodeRole role = known.filter(EnrolWithToken::isManager).isPresent() ? NodeRole.MANAGER : wantedRole(allowed);
        SpecValidation.require(role == NodeRole.WORKER || allowed == NodeRole.MANAGER || !wantsToManage(),
                "the join token is one for workers: get another with 'mure swarm join-token manager'");
        NodeEnrolment enrolment = NodeEnrolment.newBuilder()
                .setRole(ClusterAuthority.role(role))
                .setKeyDigest(digest)
                .build();
        List<Mutation> mutations = known.filter(node -> node.getEnrolment().equals(enrolment)).isPresent()
                ? List.of()
                : List.of(Mutation.newBuilder()
                        .setEnrolNode(EnrolNode.newBuilder()
                                .setNodeId(request.getNodeId())
                                .setName(request.getNodeName())
                                .setEnrolment(enrolment))
                        .build());
        return new Decided<>(mutations, Optional.empty(),
                new Enrolled(new NodeIdentity(request.getNodeId(), role, authority.clusterId()), authority,
                        IssueCertificateResponse.newBuilder()
                                .setClusterId(authority.clusterId())
                                .setClusterEpoch(authority.cluster().getEpoch())
                                .setIndex(Ahead.index(pending, mutations))
                                .build()));
    }

    private boolean wantsToManage() {
        return request.getRole() == CertificateRole.CERTIFICATE_ROLE_MANAGER;
    }

    /** No more than it asks for: an agent with a manager's token is a worker all the same. */
    private NodeRole wantedRole(NodeRole allowed) throws Refusal {
        return request.getRole() == CertificateRole.CERTIFICATE_ROLE_UNSPECIFIED
                ? allowed
                : ClusterAuthority.role(request.getRole());
    }

    private NodeRole allowedRole(ClusterAuthority authority) throws Refusal {
        try {
            Optional<NodeRole> role = authority.roleOf(JoinToken.parse(request.getToken()));
            if (role.isPresent()) {
                return role.get();
            }
        } catch (IllegalArgumentException e) {
            // The same answer: whoever has no token need not know why.
        }
        throw new Refusal(Refusal.Kind.INVALID, "a valid join token is necessary to join this cluster: get one with"
                + " 'mure swarm join-token worker|manager' on a manager");
    }

    private boolean mayComeBack(Node known, ByteString digest) {
        return caller.isNode(known.getId()) || known.getEnrolment().getKeyDigest().equals(digest);
    }

    private static boolean isManager(Node node) {
        return node.getEnrolment().getRole() == ClusterAuthority.role(NodeRole.MANAGER);
    }
}
