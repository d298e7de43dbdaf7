package dev.mure.manager.orchestrator;

import dev.mure.manager.planning.Changes;
import dev.mure.manager.planning.Plan;
import dev.mure.manager.planning.Planner;
import dev.mure.manager.planning.StateTime;
import dev.mure.manager.planning.Subject;
import dev.mure.manager.store.ClusterState;
import dev.mure.v1.Cluster;
import dev.mure.v1.Node;
import dev.mure.v1.NodeState;
import dev.mure.v1.Session;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;

/**
 * Declares a node down when its agent's session has been lost for the cluster's grace time, and ready while a session is held. The
 * loss is a fact in the state with its state time: a new leader declares nothing lost just because it is new. It gives the whole grace
 * to those that were lost before it led, for an agent can't come back while nobody leads.
 */
final class LivenessPlanner implements Planner {

    private static final long DEFAULT_GRACE_MILLIS = 5_000;

    @Override
    public Plan plan(ClusterState state, Changes changed, long nowMillis) {
        Plan.Draft plan = new Plan.Draft();
        for (Node node : changed.nodesIn(state)) {
            if (node.hasSession()) {
                judge(state, node, nowMillis, plan);
            }
        }
        return plan.build();
    }

    private static void judge(ClusterState state, Node node, long nowMillis, Plan.Draft plan) {
        Session session = node.getSession();
        if (session.getLostClockMillis() == 0) {
            if (node.getState() != NodeState.NODE_STATE_READY) {
                plan.nodeState(node.getId(), NodeState.NODE_STATE_READY, "");
            }
            return;
        }
        long grace = graceMillis(state);
        long deadline = Math.max(session.getLostClockMillis(), leaderSinceMillis(state)) + grace;
        if (nowMillis < deadline) {
            plan.wake(Subject.node(node.getId()), deadline);
        } else if (node.getState() != NodeState.NODE_STATE_DOWN) {
            plan.nodeState(node.getId(), NodeState.NODE_STATE_DOWN, message(state, session, grace));
        }
    }

    private static String message(ClusterState state, Session session, long graceMillis) {
        Instant since = Instant.ofEpochSecond(StateTime.wallTime(state, session.getLostClockMillis()).getSeconds());
        return "agent not heard from since " + since + ", longer than the grace of "
                + Duration.ofMillis(graceMillis).toString().substring(2).toLowerCase(Locale.ROOT);
    }

    private static long leaderSinceMillis(ClusterState state) {
        return state.cluster().map(Cluster::getLeaderSinceClockMillis).orElse(0L);
    }

    private static long graceMillis(ClusterState state) {
        return state.cluster()
                .filter(Cluster::hasNodeGrace)
                .map(cluster -> StateTime.millis(cluster.getNodeGrace()))
                .orElse(DEFAULT_GRACE_MILLIS);
    }
}
