package dev.mure.manager.raft;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A leader that is cut off and kept busy by its own writes leads for ever, as far as Ratis is concerned. */
class Finding01IsolatedLeaderClosesItsTermTest {

    @TempDir Path dir;

    @Test
    void itsTermClosesAlthoughWritesGoOn() throws Exception {
        try (TestCluster cluster = TestCluster.of(dir, 3)) {
            RaftMember leader = cluster.leader();
            LeaderTerm term = leader.openTerm().orElseThrow();
            List<CompletableFuture<CommitOutcome>> doomed = new CopyOnWriteArrayList<>();

            Thread writer = Thread.ofVirtual().start(() -> writeWhileOpen(term, doomed));
            TestCluster.awaitTrue("writes are on their way", () -> doomed.size() > 10);
            long cut = System.nanoTime();
            cluster.network().isolate(leader.peerId());
            TestCluster.awaitTrue("the term is closed", () -> !term.isOpen());
            Duration toNotice = Duration.ofNanos(System.nanoTime() - cut);
            writer.join();

            assertThat(toNotice).isLessThan(Duration.ofSeconds(5));
            assertThat(leader.openTerm()).isEmpty();
            RaftMember successor = cluster.leader();
            assertThat(successor).isNotSameAs(leader);
            assertThat(cluster.commit("after", "the cut")).isInstanceOf(CommitOutcome.Applied.class);

            assertThat(outcomes(doomed)).as("what was on its way at the end")
                    .anyMatch(CommitOutcome.Unknown.class::isInstance);
            cluster.network().heal();
            cluster.awaitEqual();
            assertThat(leader.feed().current().node("after")).isPresent();
        }
    }

    private static void writeWhileOpen(LeaderTerm term, List<CompletableFuture<CommitOutcome>> outcomes) {
        try {
            for (int i = 0; term.isOpen(); i++) {
                outcomes.add(term.submit(TestCluster.put(term, "doomed" + i % 10, "value " + i)));
                // The pace at which Ratis' own check never comes to run.
                Thread.sleep(2);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static List<CommitOutcome> outcomes(List<CompletableFuture<CommitOutcome>> futures) throws Exception {
        List<CommitOutcome> outcomes = new ArrayList<>();
        for (CompletableFuture<CommitOutcome> future : futures) {
            outcomes.add(TestCluster.outcome(future));
        }
        return outcomes;
    }
}
