package dev.mure.manager.leader;

import dev.mure.manager.store.ClusterState;
import dev.mure.v1.LoseSession;
import dev.mure.v1.Mutation;
import dev.mure.v1.Node;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A manager that is gone can't say that it lost its agents, so the leader says it: sessions held by a manager that Raft has not heard
 * from are reported lost. Their nodes then have the usual grace to come back through another manager.
 *
 * <p>Runs on its own thread while a term is open.
 */
public final class SilentManagerWatch implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(SilentManagerWatch.class);

    private final Decisions decisions;
    private final Supplier<? extends Collection<String>> reachablePeers;
    private final Duration period;
    private final Thread thread;

    /**
     * A watch; {@link #start} sets it going.
     *
     * @param reachablePeers Raft ids of the managers heard from lately, this one included
     * @param period how often it looks
     */
    public SilentManagerWatch(long term, Decisions decisions, Supplier<? extends Collection<String>> reachablePeers,
            Duration period) {
        this.decisions = decisions;
        this.reachablePeers = reachablePeers;
        this.period = period;
        this.thread = Thread.ofVirtual().name("silent-managers-" + term).unstarted(this::run);
    }

    public void start() {
        thread.start();
    }

    @Override
    public void close() {
        thread.interrupt();
    }

    private void run() {
        try {
            while (!Thread.currentThread().isInterrupted()) {
                Thread.sleep(period);
                look();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void look() throws InterruptedException {
        try {
            int lost = decisions.commit(loseSessionsOfAllBut(Set.copyOf(reachablePeers.get())), period);
            if (lost > 0) {
                log.info("Reported {} sessions of silent managers lost", lost);
            }
        } catch (Refusal | NotLeadingException | OutcomeUnknownException e) {
            log.debug("Could not look for silent managers, trying again: {}", e.getMessage());
        }
    }

    /** Decides that the held sessions of all other managers are lost; answers how many. */
    static Decision<Integer> loseSessionsOfAllBut(Set<String> reachablePeers) {
        return (pending, now) -> {
            List<Mutation> lost = pending.nodes().stream()
                    .filter(SilentManagerWatch::hasHeldSession)
                    .filter(node -> silent(pending, node.getSession().getManagerId(), reachablePeers))
                    .map(node -> Mutation.newBuilder()
                            .setLoseSession(LoseSession.newBuilder()
                                    .setNodeId(node.getId())
                                    .setSessionId(node.getSession().getId()))
                            .build())
                    .toList();
            return new Decided<>(lost, Optional.empty(), lost.size());
        };
    }

    private static boolean hasHeldSession(Node node) {
        return node.hasSession() && node.getSession().getLostClockMillis() == 0;
    }

    private static boolean silent(ClusterState state, String managerId, Set<String> reachablePeers) {
        return state.node(managerId)
                .filter(Node::hasManager)
                .filter(manager -> reachablePeers.contains(manager.getManager().getRaftPeerId()))
                .isEmpty();
    }
}
