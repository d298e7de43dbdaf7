package dev.mure.manager;

import dev.mure.manager.leader.Decided;
import dev.mure.manager.leader.Decision;
import dev.mure.v1.Cluster;
import dev.mure.v1.Mutation;
import dev.mure.v1.Node;
import dev.mure.v1.SetManagerRole;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What the state says of a cluster that was made anew out of one manager: history may have been cut, which agents learn by the epoch, and
 * the other managers are none any more. Services, tasks and sessions stay as they are, so no container stops.
 */
final class AfterRecovery {

    private AfterRecovery() {}

    /**
     * Notes it.
     *
     * @param self Raft id of the manager that was left
     */
    static Decision<Boolean> note(String self) {
        return (pending, now) -> {
            List<Mutation> mutations = new ArrayList<>();
            for (Node node : pending.nodes()) {
                if (node.hasManager() && !node.getManager().getRaftPeerId().equals(self)) {
                    mutations.add(node.hasSession()
                            ? Mutation.newBuilder()
                                    .setSetManagerRole(SetManagerRole.newBuilder().setNodeId(node.getId()))
                                    .build()
                            : Mutation.newBuilder().setForgetNode(node.getId()).build());
                }
            }
            pending.cluster().ifPresent(cluster -> mutations.add(
                    Mutation.newBuilder().setPutCluster(withNextEpoch(cluster)).build()));
            return new Decided<>(mutations, Optional.empty(), true);
        };
    }

    private static Cluster withNextEpoch(Cluster cluster) {
        return cluster.toBuilder().setEpoch(cluster.getEpoch() + 1).build();
    }
}
