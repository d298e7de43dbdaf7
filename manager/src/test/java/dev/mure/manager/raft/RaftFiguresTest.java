package dev.mure.manager.raft;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Prints figures of three members in one process with the default timeouts. For comparison, not for a verdict. */
@Timeout(120)
@Tag("on-request")
class RaftFiguresTest {

    @TempDir
    Path dir;

    @Test
    void commitsAndFailovers() throws Exception {
        try (TestCluster cluster = new TestCluster(dir,
                settings -> settings.withElectionTimeout(Duration.ofMillis(150), Duration.ofMillis(300)),
                properties -> {}).grow(3)) {
            commits(cluster, 2_000);
            print("commit", commits(cluster, 2_000));
            long[] failovers = new long[20];
            for (int i = 0; i < failovers.length; i++) {
                RaftMember leader = cluster.leader();
                cluster.awaitEqual();
                long begun = System.nanoTime();
                cluster.network().isolate(leader.peerId());
                TestCluster.awaitTrue("another leader", () -> cluster.followersOf(leader).stream()
                        .anyMatch(member -> member.openTerm().isPresent()));
                RaftMember successor = cluster.followersOf(leader).stream()
                        .filter(member -> member.openTerm().isPresent())
                        .findFirst()
                        .orElseThrow();
                LeaderTerm term = successor.openTerm().orElseThrow();
                assertThat(TestCluster.outcome(term.submit(TestCluster.put(term, "n", "failover " + i))))
                        .isInstanceOf(CommitOutcome.Applied.class);
                failovers[i] = System.nanoTime() - begun;
                cluster.network().heal();
                TestCluster.awaitTrue("the old leader follows",
                        () -> leader.leaderPeerId().filter(successor.peerId()::equals).isPresent());
            }
            print("leader cut off -> next commit elsewhere", failovers);
        }
    }

    private static long[] commits(TestCluster cluster, int count) throws Exception {
        LeaderTerm term = cluster.leader().openTerm().orElseThrow();
        long[] nanos = new long[count];
        for (int i = 0; i < count; i++) {
            long begun = System.nanoTime();
            assertThat(TestCluster.outcome(term.submit(TestCluster.put(term, "n" + i % 10, "value " + i))))
                    .isInstanceOf(CommitOutcome.Applied.class);
            nanos[i] = System.nanoTime() - begun;
        }
        return nanos;
    }

    private static void print(String what, long[] nanos) {
        Arrays.sort(nanos);
        System.out.printf("%s: %d samples, p50 %.1f ms, p99 %.1f ms, max %.1f ms%n", what, nanos.length,
                nanos[nanos.length / 2] / 1e6, nanos[(int) (nanos.length * 0.99)] / 1e6, nanos[nanos.length - 1] / 1e6);
    }
}
