package dev.mure.manager.dispatcher;

import dev.mure.manager.api.Caller;
import dev.mure.manager.api.Leadership;
import dev.mure.manager.api.Statuses;
import dev.mure.manager.store.ClusterState;
import dev.mure.v1.Cluster;
import dev.mure.v1.Hello;
import io.grpc.Status;
import java.util.List;
import java.util.Optional;

/** Whether this manager can serve an agent now. */
final class Admission {

    private static final int MAX_ID = 64;
    private static final int MAX_NAME = 255;
    /** So many ids still fit into one report. */
    private static final int MAX_HELD = 10_000;

    private Admission() {}

    /** Why not; empty if it can. */
    static Optional<Status> obstacle(Hello hello, Caller caller, ClusterState state, Leadership leadership) {
        return malformed(hello)
                .or(() -> notItself(hello, caller))
                .or(() -> foreign(hello, state))
                .or(() -> removed(hello, state))
                .or(() -> notNow(hello, state, leadership));
    }

    /** The tasks of the agent that this manager does not know. */
    static List<String> unknownTasks(Hello hello, ClusterState state) {
        return hello.getHeldTaskIdsList().stream().filter(id -> state.task(id).isEmpty()).distinct().toList();
    }

    private static Optional<Status> malformed(Hello hello) {
        if (hello.getNodeId().isEmpty() || hello.getNodeId().length() > MAX_ID
                || hello.getNodeName().length() > MAX_NAME) {
            return Optional
                    .of(Status.INVALID_ARGUMENT.withDescription("the agent's Hello has no valid node id and name"));
        }
        if (hello.getHeldTaskIdsCount() > MAX_HELD
                || hello.getHeldTaskIdsList().stream().anyMatch(id -> id.isEmpty() || id.length() > MAX_ID)) {
            return Optional.of(Status.INVALID_ARGUMENT
                    .withDescription("the agent's Hello names too many tasks, or one without a valid id"));
        }
        return Optional.empty();
    }

    private static Optional<Status> notItself(Hello hello, Caller caller) {
        return caller.isNode(hello.getNodeId())
                ? Optional.empty()
                : Optional.of(Status.PERMISSION_DENIED.withDescription("the agent says that it is node "
                        + hello.getNodeId() + ", its certificate does not"));
    }

    /** The door looks when the stream begins; the node may have been removed since. */
    private static Optional<Status> removed(Hello hello, ClusterState state) {
        return state.nodeRemoved(hello.getNodeId())
                ? Optional.of(Statuses.removed(hello.getNodeId()))
                : Optional.empty();
    }

    private static Optional<Status> foreign(Hello hello, ClusterState state) {
        String clusterId = state.cluster().map(Cluster::getId).orElse("");
        boolean foreign =
                !clusterId.isEmpty() && !hello.getClusterId().isEmpty() && !hello.getClusterId().equals(clusterId);
        return foreign
                ? Optional.of(Status.FAILED_PRECONDITION.withDescription("this agent belongs to cluster "
                        + hello.getClusterId()
                        + ", this manager to cluster " + clusterId
                        + ": start the agent with the address of its own cluster, or with an empty data folder"))
                : Optional.empty();
    }

    private static Optional<Status> notNow(Hello hello, ClusterState state, Leadership leadership) {
        long epoch = state.cluster().map(Cluster::getEpoch).orElse(0L);
        boolean behind = hello.getClusterEpoch() > epoch
                || (hello.getClusterEpoch() == epoch && hello.getAppliedIndex() > state.index());
        if (state.cluster().isEmpty() || behind) {
            return Optional.of(Sessions.tryAnother("this manager has applied less than the agent was told before"));
        }
        return leadership.leaderId().isEmpty()
                ? Optional.of(Sessions.tryAnother("this manager knows no leader"))
                : Optional.empty();
    }
}
