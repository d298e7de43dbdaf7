package dev.mure.manager;

import com.google.protobuf.Timestamp;
import dev.mure.manager.api.Leadership;
import dev.mure.manager.api.Quorum;
import dev.mure.manager.api.SwarmStatus;
import dev.mure.manager.raft.RaftMember;
import dev.mure.manager.raft.Voter;
import dev.mure.manager.store.ClusterState;
import dev.mure.v1.GetSwarmStatusResponse;
import dev.mure.v1.ManagerStatus;
import dev.mure.v1.Node;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** The managers as this one sees them: who is listed, who votes, who answers, and, while it leads, who lags behind. */
final class SwarmView implements SwarmStatus.View {

    private final String selfId;
    private final RaftMember member;
    private final Leadership leadership;
    private final Quorum quorum;

    SwarmView(String selfId, RaftMember member, Leadership leadership, Quorum quorum) {
        this.selfId = selfId;
        this.member = member;
        this.leadership = leadership;
        this.quorum = quorum;
    }

    @Override
    public GetSwarmStatusResponse look() {
        ClusterState state = member.feed().current();
        String leaderId = leadership.leaderId().orElse("");
        Map<String, Long> lag = member.lag();
        List<ManagerStatus> managers = managers(state, leaderId, lag);
        GetSwarmStatusResponse.Builder answer = GetSwarmStatusResponse.newBuilder()
                .setClusterId(member.identity().clusterId())
                .setLeaderId(leaderId)
                .setTerm(leadership.term())
                .addAllManagers(managers)
                .setNeeded(QuorumLoss.needed((int) managers.stream().filter(ManagerStatus::getVoter).count()))
                .setOnline((int) managers.stream().filter(one -> one.getVoter() && one.getReachable()).count())
                .setIndex(state.index());
        member.leadingSince().ifPresent(since -> answer.setLeaderSince(timestamp(since)));
        quorum.leaderlessSince().ifPresent(since -> answer.setNoLeaderSince(timestamp(since)));
        return answer.build();
    }

    private List<ManagerStatus> managers(ClusterState state, String leaderId, Map<String, Long> lag) {
        Set<Voter> voters = member.voters();
        List<ManagerStatus> managers = new ArrayList<>();
        for (Node node : state.nodes()) {
            if (node.hasManager()) {
                managers.add(listed(node, voters, leaderId, lag));
            }
        }
        Set<String> known = managers.stream().map(ManagerStatus::getRaftPeerId).collect(Collectors.toSet());
        for (Voter voter : voters) {
            if (!known.contains(voter.peerId())) {
                managers.add(ManagerStatus.newBuilder()
                        .setRaftPeerId(voter.peerId())
                        .setRaftAddress(voter.address())
                        .setVoter(true)
                        .build());
            }
        }
        managers.sort(Comparator.comparing(ManagerStatus::getNodeName).thenComparing(ManagerStatus::getRaftPeerId));
        return managers;
    }

    private ManagerStatus listed(Node node, Set<Voter> voters, String leaderId, Map<String, Long> lag) {
        String peerId = node.getManager().getRaftPeerId();
        boolean self = node.getId().equals(selfId);
        Optional<Instant> silent = self ? Optional.empty() : quorum.silentSince(node.getId());
        ManagerStatus.Builder status = ManagerStatus.newBuilder()
                .setNodeId(node.getId())
                .setNodeName(node.getName())
                .setRaftPeerId(peerId)
                .setGrpcAddress(node.getManager().getGrpcAddress())
                .setRaftAddress(node.getManager().getRaftAddress())
                .setVoter(voters.stream().anyMatch(voter -> voter.peerId().equals(peerId)))
                .setLeader(node.getId().equals(leaderId))
                .setSelf(self)
                .setReachable(silent.isEmpty());
        silent.ifPresent(since -> status.setSilentSince(timestamp(since)));
        Optional.ofNullable(lag.get(peerId)).ifPresent(status::setLag);
        return status.build();
    }

    private static Timestamp timestamp(Instant time) {
        return Timestamp.newBuilder().setSeconds(time.getEpochSecond()).setNanos(time.getNano()).build();
    }
}
