package dev.mure.manager.raft;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * By default Ratis notes which entries a follower is about to append, and keeps the note when a connection breaks in the middle. A
 * heartbeat then finds them there, the leader believes that it sent everything, and the follower stays behind until something else is
 * written. Each break has a small chance of that, so there are many.
 */
@Timeout(120)
class Finding13BrokenStreamTest {

    private static final int ROUNDS = 40;
    private static final int WRITES_PER_ROUND = 50;

    @TempDir
    Path dir;

    @Test
    void aFollowerCatchesUpHoweverOftenItsStreamOfEntriesBreaks() throws Exception {
        try (TestCluster cluster = TestCluster.of(dir, 3)) {
            RaftMember follower = cluster.followers().getFirst();
            for (int round = 0; round < ROUNDS; round++) {
                cluster.network().breakEvery(2 + round % 5, follower.peerId());
                writeMany(cluster.leader().openTerm().orElseThrow());
                cluster.network().breakNoMore();
                cluster.awaitEqual();
            }
        }
    }

    private static void writeMany(LeaderTerm term) throws Exception {
        List<CompletableFuture<CommitOutcome>> outcomes = new ArrayList<>();
        for (int write = 0; write < WRITES_PER_ROUND; write++) {
            outcomes.add(term.submit(TestCluster.put(term, "node" + write, "value")));
        }
        for (CompletableFuture<CommitOutcome> outcome : outcomes) {
            assertThat(TestCluster.outcome(outcome)).isInstanceOf(CommitOutcome.Applied.class);
        }
    }
}
