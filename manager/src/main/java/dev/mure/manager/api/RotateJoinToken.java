package dev.mure.manager.api;

import dev.mure.manager.leader.Decided;
import dev.mure.manager.leader.Decision;
import dev.mure.manager.leader.Refusal;
import dev.mure.manager.store.ClusterState;
import dev.mure.trust.NodeRole;
import dev.mure.v1.CertificateRole;
import dev.mure.v1.Cluster;
import dev.mure.v1.Mutation;
import dev.mure.v1.RotateJoinTokenResponse;
import java.util.List;
import java.util.Optional;

/** Exchanges the secret of a role's join token. */
record RotateJoinToken(CertificateRole wanted, String newSecret) implements Decision<RotateJoinTokenResponse> {

    @Override
    public Decided<RotateJoinTokenResponse> decide(ClusterState pending, long nowMillis) throws Refusal {
        NodeRole role = ClusterAuthority.role(wanted);
        Cluster.Builder cluster = ClusterAuthority.of(pending).cluster().toBuilder();
        switch (role) {
            case WORKER -> cluster.getTrustBuilder().setWorkerSecret(newSecret);
            case MANAGER -> cluster.getTrustBuilder().setManagerSecret(newSecret);
        }
        List<Mutation> mutations = List.of(Mutation.newBuilder().setPutCluster(cluster).build());
        return new Decided<>(mutations, Optional.empty(),
                RotateJoinTokenResponse.newBuilder().setIndex(Ahead.index(pending, mutations)).build());
    }
}
