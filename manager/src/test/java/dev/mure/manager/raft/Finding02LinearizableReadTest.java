package dev.mure.manager.raft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Ratis' own linearizable read is answered by a leader that was cut off, with what it knew then. Ours must not be. */
@Timeout(120)
class Finding02LinearizableReadTest {

    @TempDir
    Path dir;

    @Test
    void aReadSeesWhatWasCommittedBefore() throws Exception {
        try (TestCluster cluster = TestCluster.of(dir, 3)) {
            ReadBarrier barrier = cluster.leader().readBarrier(probe(cluster, cluster.leader()));
            for (int i = 0; i < 20; i++) {
                cluster.commit("node", "value " + i);
                long index = barrier.readIndex(TestCluster.PATIENCE);
                for (RaftMember follower : cluster.followers()) {
                    assertThat(
                            follower.feed().awaitLog(index, TestCluster.PATIENCE).node("node").orElseThrow().getName())
                            .isEqualTo("value " + i);
                }
            }
        }
    }

    @Test
    void aLeaderThatWasCutOffAnswersNoRead() throws Exception {
        try (TestCluster cluster = TestCluster.of(dir, 3)) {
            RaftMember old = cluster.leader();
            ReadBarrier barrier = old.readBarrier(probe(cluster, old));
            cluster.commit("node", "old");
            barrier.readIndex(TestCluster.PATIENCE);

            cluster.network().isolate(old.peerId());
            // Its term may still be open now.
            assertThatThrownBy(() -> barrier.readIndex(TestCluster.PATIENCE)).isInstanceOf(NotLeaderException.class);
            TestCluster.awaitTrue("the others have a leader",
                    () -> cluster.followersOf(old).stream().anyMatch(member -> member.openTerm().isPresent()));
            cluster.commitSurely("node", "new");
            assertThatThrownBy(() -> barrier.readIndex(TestCluster.PATIENCE)).isInstanceOf(NotLeaderException.class);
        }
    }

    @Test
    void aFollowerAnswersNoRead() throws Exception {
        try (TestCluster cluster = TestCluster.of(dir, 2)) {
            RaftMember follower = cluster.followers().getFirst();
            ReadBarrier barrier = follower.readBarrier(probe(cluster, follower));
            assertThatThrownBy(() -> barrier.readIndex(Duration.ofSeconds(1))).isInstanceOf(NotLeaderException.class);
        }
    }

    /** As over gRPC: what is cut off does not answer. */
    private static TermProbe probe(TestCluster cluster, RaftMember from) {
        return (peerId, timeout) -> {
            if (!cluster.network().connected(from.peerId(), peerId)) {
                throw new IOException("cut by the test");
            }
            return cluster.members().stream()
                    .filter(member -> member.peerId().equals(peerId))
                    .findFirst()
                    .orElseThrow()
                    .currentTerm();
        };
    }
}
