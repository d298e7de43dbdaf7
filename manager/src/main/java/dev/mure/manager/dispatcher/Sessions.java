package dev.mure.manager.dispatcher;

import dev.mure.manager.api.AppliedState;
import dev.mure.manager.api.Leadership;
import dev.mure.manager.store.ClusterState;
import dev.mure.manager.store.StateDelta;
import dev.mure.v1.Node;
import dev.mure.v1.Session;
import dev.mure.v1.SessionLost;
import io.grpc.Status;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/**
 * The sessions that this manager holds, one per node, and the losses of those that the state says it holds and it does not: after a
 * restart, after a stream's end, after an opening that was committed when nobody expected it any more.
 */
final class Sessions {

    private static final int MAX_SESSIONS = 10_000;

    private final String managerId;
    private final AppliedState applied;
    private final Leadership leadership;
    private final ReportQueue reports;
    private final LongSupplier nanoTime;
    private final Timing timing = new Timing();
    /** All, from their first moment; by node only those that said who they are. */
    private final Set<AgentSession> all = ConcurrentHashMap.newKeySet();
    private final Map<String, AgentSession> byNode = new ConcurrentHashMap<>();
    private volatile boolean closed;
    private Optional<String> leader = Optional.empty();
    private long leaderSeenNanos;

    Sessions(String managerId, AppliedState applied, Leadership leadership, ReportQueue reports,
            LongSupplier nanoTime) {
        this.managerId = managerId;
        this.applied = applied;
        this.leadership = leadership;
        this.reports = reports;
        this.nanoTime = nanoTime;
        leaderSeenNanos = nanoTime.getAsLong();
    }

    static Status tryAnother(String why) {
        return Status.UNAVAILABLE.withDescription(why + ": try another manager");
    }

    /** The gRPC addresses of all managers, in an order that does not change by itself. */
    static List<String> managers(ClusterState state) {
        return state.nodes()
                .stream()
                .filter(Node::hasManager)
                .map(node -> node.getManager().getGrpcAddress())
                .filter(address -> !address.isEmpty())
                .sorted()
                .toList();
    }

    Leadership leadership() {
        return leadership;
    }

    Timing timing() {
        return timing;
    }

    long nanoTime() {
        return nanoTime.getAsLong();
    }

    int size() {
        return byNode.size();
    }

    int streamCount() {
        return all.size();
    }

    long lastHeardNanos() {
        return all.stream().mapToLong(AgentSession::heardNanos).max().orElse(0);
    }

    /** A stream was opened. */
    void add(AgentSession session) {
        all.add(session);
        if (closed || all.size() > MAX_SESSIONS) {
            session.end(
                    tryAnother(closed ? "this manager is stopping" : "this manager has " + MAX_SESSIONS + " agents"));
        }
    }

    /** The session knows its node: an older one of that node ends. */
    boolean admit(AgentSession session) {
        AgentSession older = byNode.put(session.nodeId(), session);
        if (older != null) {
            older.end(tryAnother("the node opened a newer session"));
        }
        return !session.over();
    }

    /** The session has ended; if the state says that it is held, that is a loss. */
    void gone(AgentSession session) {
        all.remove(session);
        if (byNode.remove(session.nodeId(), session)) {
            applied.current().node(session.nodeId()).ifPresent(this::reportLoss);
        }
    }

    /** Wakes the sessions that a change concerns, and reports what is lost. */
    void changed(ClusterState state, StateDelta delta) {
        if (delta.restored()) {
            all.forEach(AgentSession::wake);
            reportLosses(state);
            return;
        }
        Set<String> nodes = new HashSet<>(delta.nodes());
        nodes.addAll(delta.forgotten().values());
        for (String id : delta.tasks()) {
            state.task(id).ifPresent(task -> nodes.add(task.getNodeId()));
        }
        boolean managersMayDiffer =
                delta.nodes().stream().anyMatch(id -> state.node(id).map(Node::hasManager).orElse(true));
        if (managersMayDiffer) {
            all.forEach(AgentSession::wake);
        } else {
            nodes.stream().map(byNode::get).filter(Objects::nonNull).forEach(AgentSession::wake);
        }
        delta.nodes().stream().map(state::node).flatMap(Optional::stream).forEach(this::reportLoss);
    }

    private void reportLosses(ClusterState state) {
        state.nodes().forEach(this::reportLoss);
    }

    private void reportLoss(Node node) {
        Session session = node.getSession();
        boolean lost = session.getManagerId().equals(managerId) && session.getLostClockMillis() == 0
                && Optional.ofNullable(byNode.get(node.getId())).filter(held -> held.id().equals(session.getId()))
                        .isEmpty();
        if (lost) {
            reports.lose(SessionLost.newBuilder().setNodeId(node.getId()).setSessionId(session.getId()).build());
        }
    }

    /** Looks at the time: agents that fell silent, a leader that is gone or new. For one thread. */
    void tick() {
        long now = nanoTime.getAsLong();
        ClusterState state = applied.current();
        for (AgentSession session : all) {
            if (now - session.heardNanos() > timing.silenceNanos(state, session.phase())) {
                session.end(Status.UNAVAILABLE.withDescription(session.phase() == AgentSession.Phase.SERVING
                        ? "no heartbeat for three periods"
                        : "the session could not be opened in time: try another manager"));
            }
        }
        Optional<String> before = leader;
        leader = leadership.leaderId();
        if (leader.isPresent()) {
            leaderSeenNanos = now;
        } else if (now - leaderSeenNanos > timing.leaderlessNanos(state)) {
            all.forEach(session -> session.end(tryAnother("this manager has lost the leader")));
        }
        boolean newLeader = leader.isPresent() && !leader.equals(before);
        if (newLeader) {
            reportLosses(state);
        }
        reports.tick(newLeader);
    }

    void close() {
        closed = true;
        all.forEach(session -> session.end(tryAnother("this manager is stopping")));
    }
}
