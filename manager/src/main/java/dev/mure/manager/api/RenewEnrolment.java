package dev.mure.manager.api;

import com.google.protobuf.ByteString;
import dev.mure.manager.leader.Decided;
import dev.mure.manager.leader.Decision;
import dev.mure.manager.leader.Refusal;
import dev.mure.manager.store.ClusterState;
import dev.mure.trust.CertificateRequest;
import dev.mure.trust.NodeIdentity;
import dev.mure.trust.NodeRole;
import dev.mure.v1.EnrolNode;
import dev.mure.v1.IssueCertificateResponse;
import dev.mure.v1.Mutation;
import dev.mure.v1.Node;
import dev.mure.v1.NodeEnrolment;
import java.util.List;
import java.util.Optional;

/**
 * Notes the next key of a node that has a certificate, unless it was removed. The role is what the state says by then; a node that it
 * does not know, because the end of its history is lost, keeps the one that its certificate says.
 */
record RenewEnrolment(CertificateRequest certificateRequest, Caller caller) implements Decision<Enrolled> {

    @Override
    public Decided<Enrolled> decide(ClusterState pending, long nowMillis) throws Refusal {
        ClusterAuthority authority = ClusterAuthority.of(pending);
        if (pending.nodeRemoved(caller.nodeId())) {
            throw new Refusal(Refusal.Kind.FAILED_PRECONDITION, Statuses.removedLine(caller.nodeId()));
        }
        Optional<Node> known = pending.node(caller.nodeId());
        NodeRole role = role(known);
        Mutation noted = Mutation.newBuilder()
                .setEnrolNode(EnrolNode.newBuilder()
                        .setNodeId(caller.nodeId())
                        .setName(known.map(Node::getName).orElse(caller.nodeId()))
                        .setEnrolment(NodeEnrolment.newBuilder()
                                .setRole(ClusterAuthority.role(role))
                                .setKeyDigest(ByteString.copyFrom(certificateRequest.keyDigest()))))
                .build();
        return new Decided<>(List.of(noted), Optional.empty(),
                new Enrolled(new NodeIdentity(caller.nodeId(), role, authority.clusterId()), authority,
                        IssueCertificateResponse.getDefaultInstance()));
    }

    private NodeRole role(Optional<Node> known) throws Refusal {
        Optional<Node> enrolled = known.filter(Node::hasEnrolment);
        return enrolled.isPresent()
                ? ClusterAuthority.role(enrolled.get().getEnrolment().getRole())
                : caller.role();
    }
}
