package dev.mure.manager.raft;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class RaftMemberTest {

    @TempDir
    Path dir;

    @Test
    void oneMemberMakesAClusterAndCommits() throws Exception {
        try (TestCluster cluster = TestCluster.of(dir, 1)) {
            CommitOutcome outcome = cluster.commit("a", "alpha");
            assertThat(outcome).isInstanceOf(CommitOutcome.Applied.class);
            assertThat(((CommitOutcome.Applied) outcome).stateIndex()).isEqualTo(1);
            assertThat(cluster.leader().feed().current().node("a")).isPresent();
        }
    }

    @Test
    void threeMembersFormAndHoldTheSameState() throws Exception {
        try (TestCluster cluster = TestCluster.of(dir, 3)) {
            for (int i = 0; i < 20; i++) {
                assertThat(cluster.commit("n" + i, "name")).isInstanceOf(CommitOutcome.Applied.class);
            }
            cluster.awaitEqual();
            assertThat(cluster.leader().voters()).hasSize(3);
            assertThat(cluster.leader().reachableVoters(Duration.ofSeconds(1))).hasSize(3);
            for (RaftMember follower : cluster.followers()) {
                assertThat(follower.voters()).isEqualTo(cluster.leader().voters());
                assertThat(follower.leaderPeerId()).contains(cluster.leader().peerId());
            }
        }
    }

    @Test
    void restartKeepsTheState() throws Exception {
        try (TestCluster cluster = TestCluster.of(dir, 3)) {
            for (int i = 0; i < 10; i++) {
                cluster.commit("n" + i, "name");
            }
            cluster.awaitEqual();
            var before = TestCluster.contents(cluster.leader().feed().current());
            cluster.members().forEach(cluster::stop);
            for (RaftMember member : java.util.List.copyOf(cluster.members())) {
                cluster.restart(member);
            }
            assertThat(TestCluster.contents(cluster.leader().feed().current())).isEqualTo(before);
            cluster.awaitEqual();
        }
    }
}
