package dev.mure.manager.api;

import dev.mure.manager.store.ClusterState;
import dev.mure.v1.Consistency;
import dev.mure.v1.ControlGrpc;
import dev.mure.v1.ListNodesRequest;
import dev.mure.v1.ListNodesResponse;
import dev.mure.v1.Node;
import dev.mure.v1.NodeState;
import dev.mure.v1.NodeView;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * What a user is shown of nodes. Which managers can be reached only the leader knows, so the others ask it, unless a stale answer
 * will do: then, and when the leader does not answer soon, they vouch for themselves and the leader they know. The leader is asked for
 * a stale answer, so two managers that each take the other for the leader don't ask each other without end.
 */
public final class NodeViews {

    private static final Duration ASK = Duration.ofSeconds(1);

    private final String selfId;
    private final Leadership leadership;
    private final LeaderLink leader;
    private final Quorum quorum;

    public NodeViews(String selfId, Leadership leadership, LeaderLink leader, Quorum quorum) {
        this.selfId = selfId;
        this.leadership = leadership;
        this.leader = leader;
        this.quorum = quorum;
    }

    List<NodeView> list(ClusterState state, ListNodesRequest request) throws InterruptedException {
        List<Node> wanted = state.nodes().stream()
                .filter(node -> ServiceQuery.anyPrefix(request.getIdsList(), node.getId())
                        && ServiceQuery.anyPrefix(request.getNamesList(), node.getName()))
                .sorted(Comparator.comparing(Node::getName).thenComparing(Node::getId))
                .toList();
        String leaderId = leadership.leaderId().orElse("");
        Predicate<String> reachable = reachability(leaderId, request.getConsistency());
        return AnswerLimit.collect(wanted.stream().map(node -> view(node, leaderId, reachable)));
    }

    private NodeView view(Node node, String leaderId, Predicate<String> hears) {
        boolean reachable = node.hasManager() && (node.getId().equals(selfId) || hears.test(node.getId()));
        return NodeView.newBuilder()
                .setNode(shown(node, reachable))
                .setSelf(node.getId().equals(selfId))
                .setLeader(node.hasManager() && node.getId().equals(leaderId))
                .setReachable(reachable)
                .build();
    }

    /** Where there is no agent whose session could tell, a manager that can be reached is as ready as can be. */
    private static Node shown(Node node, boolean reachable) {
        return reachable && !node.hasDescription()
                ? node.toBuilder().setState(NodeState.NODE_STATE_READY).build()
                : node;
    }

    private Predicate<String> reachability(String leaderId, Consistency consistency) throws InterruptedException {
        if (leaderId.equals(selfId)) {
            return leadership::hears;
        }
        if (consistency == Consistency.CONSISTENCY_STALE) {
            return id -> quorum.silentSince(id).isEmpty();
        }
        var answer = leader.ask(ControlGrpc.getListNodesMethod(),
                ListNodesRequest.newBuilder().setConsistency(Consistency.CONSISTENCY_STALE).build(), ASK);
        if (answer instanceof LeaderLink.Outcome.Answered<ListNodesResponse>(ListNodesResponse seen)) {
            Map<String, Boolean> byId = seen.getNodesList()
                    .stream()
                    .collect(Collectors.toMap(view -> view.getNode().getId(), NodeView::getReachable, (a, b) -> a));
            return id -> byId.getOrDefault(id, false);
        }
        return leaderId::equals;
    }
}
