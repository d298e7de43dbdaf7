package dev.mure.manager.raft;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A leader that is cut off and kept busy by its own writes leads for ever, as far as Ratis is concerned. */
@Timeout(120)
class Finding01IsolatedLeaderClosesItsTermTest {

    @TempDir
    Path dir;

    @Test
    void itsTermClosesAlthoughWritesGoOn() throws Exception {
        try (TestCluster cluster = new TestCluster(dir, settings -> settings.withCommitTimeout(TestCluster.PATIENCE),
                properties -> {}).grow(3)) {
            RaftMember leader = cluster.leader();
            LeaderTerm term = leader.openTerm().orElseThrow();
            assertThat(cluster.commit("before", "the cut")).isInstanceOf(CommitOutcome.Applied.class);
            cluster.network().isolate(leader.peerId());
            List<CompletableFuture<CommitOutcome>> doomed = writeWhileOpen(term);

            assertThat(doomed)
                    .as("it was closed while there was room for more writes, so not for want of something to do")
                    .hasSizeLessThan(LeaderTerm.MAX_IN_FLIGHT);
            assertThat(leader.openTerm()).isEmpty();
            assertThat(cluster.leader()).isNotSameAs(leader);
            assertThat(cluster.commitSurely("after", "the cut").results()).hasSize(1);
            assertThat(outcomes(doomed)).noneMatch(CommitOutcome.Applied.class::isInstance);

            cluster.network().heal();
            cluster.awaitEqual();
            assertThat(leader.feed().current().node("after")).isPresent();
        }
    }

    /** Often enough that Ratis' own check, which comes when nothing happened for an election timeout, never runs. */
    private static List<CompletableFuture<CommitOutcome>> writeWhileOpen(LeaderTerm term) throws InterruptedException {
        List<CompletableFuture<CommitOutcome>> outcomes = new ArrayList<>();
        while (term.isOpen() && outcomes.size() < LeaderTerm.MAX_IN_FLIGHT) {
            outcomes.add(term.submit(TestCluster.put(term, "doomed", "value " + outcomes.size())));
            Thread.sleep(100);
        }
        return outcomes;
    }

    private static List<CommitOutcome> outcomes(List<CompletableFuture<CommitOutcome>> futures) throws Exception {
        List<CommitOutcome> outcomes = new ArrayList<>();
        for (CompletableFuture<CommitOutcome> future : futures) {
            outcomes.add(TestCluster.outcome(future));
        }
        return outcomes;
    }
}
