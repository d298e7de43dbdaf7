package dev.mure.manager.api;

import dev.mure.manager.leader.Decided;
import dev.mure.manager.leader.Decision;
import dev.mure.manager.leader.Decisions;
import dev.mure.manager.leader.NotLeadingException;
import dev.mure.manager.leader.OutcomeUnknownException;
import dev.mure.manager.leader.Refusal;
import dev.mure.manager.store.ClusterState;
import dev.mure.manager.store.TaskStates;
import dev.mure.v1.Mutation;
import dev.mure.v1.Node;
import dev.mure.v1.NodeState;
import dev.mure.v1.OrphanTask;
import dev.mure.v1.RemoveNodeRequest;
import dev.mure.v1.RemoveNodeResponse;
import dev.mure.v1.Task;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Forgets a node for good. A manager loses its vote first, so that nobody counts on it whatever happens in between; then one
 * transaction takes the node off the list, notes its id as removed, and ends its tasks, which nobody can observe any more. Asking
 * again after a half-way failure goes on where it ended. The words are Docker's.
 */
final class RemoveNode {

    private final Decisions decisions;
    private final Membership membership;
    private final Leadership leadership;

    RemoveNode(Decisions decisions, Membership membership, Leadership leadership) {
        this.decisions = decisions;
        this.membership = membership;
        this.leadership = leadership;
    }

    RemoveNodeResponse remove(RemoveNodeRequest request, Duration timeout)
            throws Refusal, NotLeadingException, OutcomeUnknownException, InterruptedException {
        long end = System.nanoTime() + timeout.toNanos();
        Optional<Node> dead = decisions.commit(deadManager(request), timeout);
        if (dead.isPresent()) {
            membership.release(dead.get().getManager().getRaftPeerId(), Duration.ofNanos(end - System.nanoTime()));
        }
        return decisions.commit(
                new AnsweredOnce<>("RemoveNode", request.getRequest(), RemoveNodeResponse.getDefaultInstance(),
                        (pending, now) -> remove(pending, request)),
                Duration.ofNanos(Math.max(1, end - System.nanoTime())));
    }

    /** The node, if it is a manager's that has a vote to lose. One that is not there is left to the second step. */
    private Decision<Optional<Node>> deadManager(RemoveNodeRequest request) {
        return (pending, now) -> {
            if (removedBefore(pending, request)) {
                return Decided.unchanged(Optional.empty());
            }
            Node node = NodeLookup.find(pending, request.getNode());
            if (votes(node) && leadership.hears(node.getId())) {
                throw mustBeDemoted(node);
            }
            requireDown(node, request.getForce());
            return Decided.unchanged(Optional.of(node).filter(this::votes));
        };
    }

    private static boolean removedBefore(ClusterState pending, RemoveNodeRequest request) {
        return !request.getRequest().getId().isEmpty()
                && pending.request("RemoveNode:" + request.getRequest().getId()).isPresent();
    }

    private Decided<RemoveNodeResponse> remove(ClusterState pending, RemoveNodeRequest request) throws Refusal {
        Node node = NodeLookup.find(pending, request.getNode());
        if (votes(node)) {
            throw mustBeDemoted(node);
        }
        requireDown(node, request.getForce());
        List<Mutation> mutations = new ArrayList<>();
        mutations.add(Mutation.newBuilder().setRemoveNode(node.getId()).build());
        for (Task task : pending.tasksOnNode(node.getId())) {
            if (!TaskStates.ended(task)) {
                mutations.add(Mutation.newBuilder()
                        .setOrphanTask(OrphanTask.newBuilder()
                                .setTaskId(task.getId())
                                .setError("node " + node.getName() + " was removed"))
                        .build());
            }
        }
        return new Decided<>(mutations, Optional.empty(), RemoveNodeResponse.newBuilder()
                .setId(node.getId())
                .setIndex(Ahead.index(pending, mutations))
                .build());
    }

    private boolean votes(Node node) {
        return node.hasManager() && membership.votes(node.getManager().getRaftPeerId());
    }

    private static Refusal mustBeDemoted(Node node) {
        return new Refusal(Refusal.Kind.FAILED_PRECONDITION, "node " + node.getId()
                + " is a cluster manager and is a member of the raft cluster. It must be demoted to worker before removal:"
                + " run 'mure swarm leave' there, or stop it");
    }

    private static void requireDown(Node node, boolean force) throws Refusal {
        boolean down = !node.hasSession() || node.getState() == NodeState.NODE_STATE_DOWN;
        if (!down && !force) {
            throw new Refusal(Refusal.Kind.FAILED_PRECONDITION, "node " + node.getId()
                    + " is not down and can't be removed: stop its agent first, or use --force");
        }
    }
}
