package dev.mure.manager;

import dev.mure.manager.api.Membership;
import dev.mure.manager.api.Statuses;
import dev.mure.manager.leader.Decided;
import dev.mure.manager.leader.Decision;
import dev.mure.manager.leader.Decisions;
import dev.mure.manager.leader.NotLeadingException;
import dev.mure.manager.leader.OutcomeUnknownException;
import dev.mure.manager.leader.Refusal;
import dev.mure.manager.raft.MembershipException;
import dev.mure.manager.raft.NotLeaderException;
import dev.mure.manager.raft.RaftMember;
import dev.mure.manager.store.ClusterState;
import dev.mure.v1.AdmitManagerRequest;
import dev.mure.v1.Mutation;
import dev.mure.v1.Node;
import dev.mure.v1.PutNode;
import dev.mure.v1.SetManagerRole;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeoutException;

/** Admits managers: first to Raft's voters, then to the list of nodes. Doing it again changes nothing. */
final class RaftMembership implements Membership {

    private final RaftMember member;
    private final Decisions decisions;

    RaftMembership(RaftMember member, Decisions decisions) {
        this.member = member;
        this.decisions = decisions;
    }

    @Override
    public String groupId() {
        return member.identity().groupId().toString();
    }

    @Override
    public long term() {
        return member.currentTerm();
    }

    @Override
    public void admit(AdmitManagerRequest request, Duration timeout)
            throws Refusal, NotLeadingException, OutcomeUnknownException, InterruptedException {
        long deadline = System.nanoTime() + timeout.toNanos();
        try {
            member.admit(request.getRole().getRaftPeerId(), request.getRole().getRaftAddress(), timeout);
        } catch (NotLeaderException e) {
            throw new NotLeadingException(Statuses.line(e));
        } catch (MembershipException e) {
            throw new Refusal(Refusal.Kind.FAILED_PRECONDITION, Statuses.line(e));
        } catch (TimeoutException e) {
            throw new OutcomeUnknownException(Statuses.line(e));
        }
        decisions.commit(list(request), Duration.ofNanos(Math.max(1, deadline - System.nanoTime())));
    }

    @Override
    public boolean votes(String raftPeerId) {
        return member.isVoter(raftPeerId);
    }

    @Override
    public void release(String raftPeerId, Duration timeout)
            throws Refusal, NotLeadingException, OutcomeUnknownException, InterruptedException {
        try {
            member.release(raftPeerId, timeout);
        } catch (NotLeaderException e) {
            throw new NotLeadingException(Statuses.line(e));
        } catch (MembershipException e) {
            throw new Refusal(Refusal.Kind.FAILED_PRECONDITION, Statuses.line(e));
        } catch (TimeoutException e) {
            throw new OutcomeUnknownException(Statuses.line(e));
        }
    }

    /** Lists the node with its role as a manager, as far as it is not listed so already. */
    static Decision<Boolean> list(AdmitManagerRequest request) {
        return (pending, now) -> {
            List<Mutation> mutations = new ArrayList<>();
            Optional<Node> known = pending.node(request.getNodeId());
            if (known.filter(node -> node.getName().equals(request.getNodeName())).isEmpty()) {
                mutations.add(Mutation.newBuilder()
                        .setPutNode(PutNode.newBuilder()
                                .setId(request.getNodeId())
                                .setName(request.getNodeName())
                                .setAvailability(known.map(Node::getAvailability).orElse(Node.Availability.ACTIVE))
                                .addAllLabels(known.map(Node::getLabelsList).orElse(List.of())))
                        .build());
            }
            if (!listed(pending, request)) {
                mutations.add(Mutation.newBuilder()
                        .setSetManagerRole(SetManagerRole.newBuilder()
                                .setNodeId(request.getNodeId())
                                .setRole(request.getRole()))
                        .build());
            }
            return new Decided<>(mutations, Optional.empty(), !mutations.isEmpty());
        };
    }

    /** Whether the state names the manager as the request does. */
    static boolean listed(ClusterState state, AdmitManagerRequest request) {
        return state.node(request.getNodeId())
                .filter(node -> node.getName().equals(request.getNodeName())
                        && node.getManager().equals(request.getRole()))
                .isPresent();
    }
}
