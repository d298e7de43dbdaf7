package dev.mure.manager.raft;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class LogOrderTest {

    @TempDir
    Path dir;

    @Test
    void underLoadTheOrderOfSubmissionIsTheOrderOfTheLogOnEveryMember() throws Exception {
        int count = 2_000;
        try (TestCluster cluster = TestCluster.of(dir, 3)) {
            LeaderTerm term = cluster.leader().openTerm().orElseThrow();
            List<CompletableFuture<CommitOutcome>> outcomes = new ArrayList<>();
            for (int i = 1; i <= count; i++) {
                outcomes.add(term.submit(TestCluster.put(term, "node", "value " + i)));
            }
            for (int i = 1; i <= count; i++) {
                CommitOutcome outcome = TestCluster.outcome(outcomes.get(i - 1));
                assertThat(outcome).isInstanceOf(CommitOutcome.Applied.class);
                assertThat(((CommitOutcome.Applied) outcome).stateIndex()).isEqualTo(i);
            }
            cluster.awaitEqual();
            assertThat(cluster.leader().feed().current().node("node").orElseThrow().getName())
                    .isEqualTo("value " + count);
        }
    }
}
