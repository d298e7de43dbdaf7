package dev.mure.manager.dispatcher;

import com.google.protobuf.Duration;
import com.google.protobuf.util.Durations;
import dev.mure.manager.store.ClusterState;
import dev.mure.v1.Cluster;

/** The times that the cluster sets, with the defaults for one that sets none. */
final class Timing {

    private static final Duration HEARTBEAT = Durations.fromSeconds(1);
    private static final Duration GRACE = Durations.fromSeconds(5);
    private static final int MISSED_HEARTBEATS = 3;
    private static final long OPENING_NANOS = java.time.Duration.ofSeconds(10).toNanos();

    Duration heartbeatPeriod(ClusterState state) {
        return state.cluster().map(Cluster::getHeartbeatPeriod).filter(Durations::isPositive).orElse(HEARTBEAT);
    }

    /** How long an agent may be silent. */
    long silenceNanos(ClusterState state, AgentSession.Phase phase) {
        return switch (phase) {
            case OPENING -> OPENING_NANOS;
            case SERVING -> MISSED_HEARTBEATS * Durations.toNanos(heartbeatPeriod(state));
        };
    }

    /** How long this manager may be without a leader before it sends its agents elsewhere. */
    long leaderlessNanos(ClusterState state) {
        Duration grace = state.cluster().map(Cluster::getNodeGrace).filter(Durations::isPositive).orElse(GRACE);
        return Durations.toNanos(grace) / 3;
    }
}
