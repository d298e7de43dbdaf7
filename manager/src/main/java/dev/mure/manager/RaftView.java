package dev.mure.manager;

import dev.mure.manager.api.Leadership;
import dev.mure.manager.api.ReadIndex;
import dev.mure.manager.api.Statuses;
import dev.mure.manager.leader.NotLeadingException;
import dev.mure.manager.raft.NotLeaderException;
import dev.mure.manager.raft.RaftMember;
import dev.mure.manager.raft.ReadBarrier;
import dev.mure.node.RandomId;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeoutException;

/** What the doors want to know of Raft: who leads, and how far a read must be applied. */
final class RaftView implements Leadership, ReadIndex {

    /** A follower answers several times in this time while it is alive. */
    private static final Duration HEARD_LATELY = Duration.ofSeconds(1);

    private final RaftMember member;
    private final ReadBarrier barrier;

    RaftView(RaftMember member, ReadBarrier barrier) {
        this.member = member;
        this.barrier = barrier;
    }

    @Override
    public Optional<String> leaderId() {
        return member.leaderPeerId().map(RaftView::nodeOf);
    }

    @Override
    public long term() {
        return member.currentTerm();
    }

    @Override
    public boolean hears(String nodeId) {
        return member.reachableVoters(HEARD_LATELY).stream().map(RaftView::nodeOf).anyMatch(nodeId::equals);
    }

    @Override
    public long confirm(Duration timeout) throws NotLeadingException, TimeoutException, InterruptedException {
        try {
            return barrier.readIndex(timeout);
        } catch (NotLeaderException e) {
            throw new NotLeadingException(Statuses.line(e));
        }
    }

    /** A peer id begins with its node's id. */
    private static String nodeOf(String peerId) {
        return peerId.length() > RandomId.LENGTH ? peerId.substring(0, RandomId.LENGTH) : peerId;
    }
}
