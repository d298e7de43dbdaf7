package dev.mure.manager.api;

import com.google.protobuf.ByteString;
import dev.mure.manager.leader.Decided;
import dev.mure.manager.leader.Decision;
import dev.mure.manager.leader.Refusal;
import dev.mure.manager.store.ClusterState;
import dev.mure.trust.CertificateRequest;
import dev.mure.trust.NodeIdentity;
import dev.mure.v1.EnrolNode;
import dev.mure.v1.IssueCertificateResponse;
import dev.mure.v1.Mutation;
import dev.mure.v1.Node;
import java.util.List;
import java.util.Optional;

/** Notes the next key of a node that has a certificate, unless it was removed. The role is what the state says by then. */
record RenewEnrolment(CertificateRequest certificateRequest, Caller caller) implements Decision<Enrolled> {

    @Override
    public Decided<Enrolled> decide(ClusterState pending, long nowMillis) throws Refusal {
        ClusterAuthority authority = ClusterAuthority.of(pending);
        Node node = pending.node(caller.nodeId())
                .filter(Node::hasEnrolment)
                .orElseThrow(() -> new Refusal(Refusal.Kind.FAILED_PRECONDITION,
                        "node " + caller.nodeId() + " was removed from the cluster"));
        Mutation noted = Mutation.newBuilder()
                .setEnrolNode(EnrolNode.newBuilder()
                        .setNodeId(node.getId())
                        .setName(node.getName())
                        .setEnrolment(node.getEnrolment()
                                .toBuilder()
                                .setKeyDigest(ByteString.copyFrom(certificateRequest.keyDigest()))))
                .build();
        return new Decided<>(List.of(noted), Optional.empty(),
                new Enrolled(new NodeIdentity(node.getId(), ClusterAuthority.role(node.getEnrolment().getRole()),
                        authority.clusterId()), authority, IssueCertificateResponse.getDefaultInstance()));
    }
}
