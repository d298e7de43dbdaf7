package dev.mure.manager.api;

import dev.mure.manager.leader.Decisions;
import dev.mure.manager.leader.NotLeadingException;
import dev.mure.manager.store.ClusterState;
import dev.mure.v1.GetReadIndexRequest;
import dev.mure.v1.GetReadIndexResponse;
import dev.mure.v1.PeerGrpc;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.TimeoutException;

/**
 * Reads from this manager's own state, after the leader confirmed how far it must be applied. Nothing is harmed by asking twice, so
 * whatever fails is tried again while the patience lasts.
 */
public final class LeaderReads implements ClusterReads {

    private static final Duration PAUSE = Duration.ofMillis(25);
    /** One try: confirming takes a round trip, and a leader that went silent must not eat up the whole patience. */
    private static final Duration ONE_TRY = Duration.ofMillis(1_500);

    private final Decisions decisions;
    private final ReadIndex readIndex;
    private final LeaderLink leader;
    private final AppliedState state;
    private final Quorum quorum;
    private final Duration patience;

    /**
     * Reads at this manager.
     *
     * @param readIndex this manager's own barrier, asked while it leads
     * @param quorum while it is lost no read waits for a leader
     * @param patience how long a read may wait for a leader
     */
    public LeaderReads(Decisions decisions, ReadIndex readIndex, LeaderLink leader, AppliedState state,
            Quorum quorum, Duration patience) {
        this.decisions = decisions;
        this.readIndex = readIndex;
        this.leader = leader;
        this.state = state;
        this.quorum = quorum;
        this.patience = patience;
    }

    @Override
    public ClusterState linearizable(Duration timeout) throws StatusException, InterruptedException {
        long end = System.nanoTime() + timeout.toNanos();
        long patienceEnd = System.nanoTime() + LeaderForwarding.waiting(patience, timeout).toNanos();
        while (true) {
            String why;
            try {
                long index = confirmed(least(ONE_TRY, end));
                return state.awaitLog(index, least(timeout, end));
            } catch (NotLeadingException | TimeoutException e) {
                why = e.getMessage();
            }
            Optional<String> lost = quorum.lost();
            if (lost.isPresent()) {
                throw Statuses.quorumLost(lost.get());
            }
            if (System.nanoTime() - patienceEnd >= 0) {
                throw Status.UNAVAILABLE.withDescription("no leader: " + why + "; try again, or ask for a stale answer")
                        .asException(new Metadata());
            }
            Thread.sleep(PAUSE);
        }
    }

    @Override
    public ClusterState stale() {
        return state.current();
    }

    @Override
    public Optional<Instant> leaderlessSince() {
        return quorum.leaderlessSince();
    }

    private long confirmed(Duration timeout) throws NotLeadingException, TimeoutException, InterruptedException {
        if (decisions.leading()) {
            return readIndex.confirm(timeout);
        }
        return switch (leader.ask(PeerGrpc.getGetReadIndexMethod(), GetReadIndexRequest.getDefaultInstance(),
                timeout)) {
            case LeaderLink.Outcome.Answered<GetReadIndexResponse>(GetReadIndexResponse answer) -> answer.getIndex();
            case LeaderLink.Outcome.Failed<GetReadIndexResponse>(Status status, Metadata trailers) ->
                    throw new NotLeadingException("the leader did not confirm the read: " + status.getCode());
            case LeaderLink.Outcome.NotTaken<GetReadIndexResponse>(String why) -> throw new NotLeadingException(why);
        };
    }

    private static Duration least(Duration wanted, long endNanos) {
        long left = Math.max(0, endNanos - System.nanoTime());
        return left < wanted.toNanos() ? Duration.ofNanos(left) : wanted;
    }
}
