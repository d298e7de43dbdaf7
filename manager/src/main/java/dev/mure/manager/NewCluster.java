package dev.mure.manager;

import com.google.protobuf.Duration;
import dev.mure.manager.leader.Decided;
import dev.mure.manager.leader.Decision;
import dev.mure.manager.store.Applier;
import dev.mure.v1.Cluster;
import dev.mure.v1.Mutation;
import java.util.List;
import java.util.Optional;

/** The first object of a cluster's state. */
final class NewCluster {

    /** As Docker keeps them (update-semantics §14). */
    private static final int TASK_HISTORY_LIMIT = 5;

    private static final int HEARTBEAT_SECONDS = 1;
    private static final int NODE_GRACE_SECONDS = 5;

    private NewCluster() {}

    /** Makes the cluster unless it is there. */
    static Decision<Boolean> unlessThere(String clusterId) {
        return (pending, now) -> pending.cluster().isPresent()
                ? Decided.unchanged(false)
                : new Decided<>(List.of(Mutation.newBuilder().setPutCluster(settings(clusterId)).build()),
                        Optional.empty(), true);
    }

    private static Cluster settings(String clusterId) {
        return Cluster.newBuilder()
                .setId(clusterId)
                .setEpoch(1)
                .setFeatureLevel(Applier.FEATURE_LEVEL)
                .setTaskHistoryLimit(TASK_HISTORY_LIMIT)
                .setHeartbeatPeriod(Duration.newBuilder().setSeconds(HEARTBEAT_SECONDS))
                .setNodeGrace(Duration.newBuilder().setSeconds(NODE_GRACE_SECONDS))
                .build();
    }
}
