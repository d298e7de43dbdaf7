package dev.mure.manager;

import com.google.protobuf.Timestamp;
import dev.mure.manager.leader.LeaderLoop;
import dev.mure.manager.leader.Leadership;
import dev.mure.manager.leader.NotLeadingException;
import dev.mure.manager.leader.OutcomeUnknownException;
import dev.mure.manager.leader.Refusal;
import dev.mure.manager.leader.SilentManagerWatch;
import dev.mure.manager.orchestrator.Planners;
import dev.mure.manager.planning.IdSource;
import dev.mure.manager.planning.PlanningRound;
import dev.mure.manager.raft.LeaderTerm;
import dev.mure.manager.raft.LeadershipListener;
import dev.mure.manager.raft.RaftMember;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sets going what runs while this manager leads, and ends it with the term. Called on the listener's one thread. */
final class LeaderDuties implements LeadershipListener {

    private static final Logger log = LoggerFactory.getLogger(LeaderDuties.class);

    private static final Duration FIRST_DECISION = Duration.ofSeconds(10);
    private static final Duration WATCH_PERIOD = Duration.ofMillis(500);
    /** A manager this long silent does not serve its agents either. */
    private static final Duration SILENCE = Duration.ofSeconds(2);

    private final RaftMember member;
    private final Leadership leadership;
    private final PlanningRound planning;
    private final NewCluster newCluster;
    private @Nullable SilentManagerWatch watch;

    LeaderDuties(RaftMember member, Leadership leadership, IdSource ids, NewCluster newCluster) {
        this.member = member;
        this.leadership = leadership;
        this.newCluster = newCluster;
        this.planning = new PlanningRound(Planners.inOrder(ids));
    }

    @Override
    public void termOpened(LeaderTerm term) {
        log.info("This manager leads, term {}", term.number());
        leadership.begin(() -> new LeaderLoop(term.number(), term::submit, member.feed().current(), member.feed()::now,
                LeaderDuties::wallTime, planning, () -> term.close("the leader's loop ended")));
        Thread.ofVirtual().name("first-decision-" + term.number()).start(this::makeCluster);
        watch = new SilentManagerWatch(term.number(), leadership, () -> member.reachableVoters(SILENCE), WATCH_PERIOD);
        watch.start();
    }

    @Override
    public void termClosed(LeaderTerm term) {
        log.info("This manager no longer leads, term {} is over", term.number());
        leadership.end();
        if (watch != null) {
            watch.close();
        }
    }

    /** The leader of a fresh cluster writes its first objects; every later one has nothing to write. */
    private void makeCluster() {
        try {
            newCluster.complete(leadership, FIRST_DECISION);
            if (member.recovered()) {
                leadership.commit(AfterRecovery.note(member.peerId()), FIRST_DECISION);
                member.recoveryNoted();
                log.warn("The cluster was made anew out of this manager");
            }
        } catch (Refusal | NotLeadingException | OutcomeUnknownException e) {
            log.debug("The cluster object is left to the next leader: {}", e.getMessage());
        } catch (IOException e) {
            log.error("What begins the cluster is not complete, which the next start mends: {}", e.toString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static Timestamp wallTime() {
        Instant now = Instant.now();
        return Timestamp.newBuilder().setSeconds(now.getEpochSecond()).setNanos(now.getNano()).build();
    }
}
