package dev.mure.manager.raft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class ForcedRecoveryTest {

    @TempDir
    Path dir;

    @Test
    void aClusterOfOneGoesOnWithTheWholeState() throws Exception {
        try (TestCluster cluster = TestCluster.of(dir, 3)) {
            cluster.commit("a", "alpha");
            cluster.commit("b", "beta");
            cluster.awaitEqual();
            RaftMember survivor = cluster.followers().getFirst();
            RaftSettings settings = cluster.settingsOf(survivor);
            List.copyOf(cluster.members()).forEach(cluster::stop);
            cluster.network().heal();

            ForcedRecovery.Survivor seen = ForcedRecovery.look(settings, cluster.environment());
            assertThat(seen.voters()).hasSize(3);
            assertThat(seen.lastIndex()).isPositive();
            assertThat(seen.lastTerm()).isPositive();
            assertThat(ForcedRecovery.isMarked(settings)).isFalse();
            assertThat(ForcedRecovery.forceNewCluster(settings, cluster.environment())).isEqualTo(seen);

            RaftMember alone = cluster.restart(survivor);
            TestCluster.awaitTrue("it leads", () -> alone.openTerm().isPresent());
            assertThat(alone.peerId()).isEqualTo(survivor.peerId());
            assertThat(alone.voters()).extracting(Voter::peerId).containsExactly(alone.peerId());
            assertThat(alone.feed().current().node("a")).isPresent();
            assertThat(alone.feed().current().node("b")).isPresent();
            assertThat(alone.recovered()).isTrue();
            alone.recoveryNoted();
            assertThat(alone.recovered()).isFalse();

            assertThat(cluster.commitSurely("c", "gamma").stateIndex()).isEqualTo(3);
            List.copyOf(cluster.members()).stream().filter(member -> member != alone).forEach(cluster::forget);
            RaftMember joined = cluster.joiner("n9");
            cluster.admit(joined);
            cluster.awaitEqual();
        }
    }

    @Test
    void aClusterWithALeaderIsLeftAlone() throws Exception {
        try (TestCluster cluster = TestCluster.of(dir, 3)) {
            RaftMember stopped = cluster.followers().getFirst();
            RaftSettings settings = cluster.settingsOf(stopped);
            cluster.stop(stopped);
            cluster.network().heal();

            assertThatThrownBy(() -> ForcedRecovery.forceNewCluster(settings, cluster.environment()))
                    .isInstanceOf(RaftStartException.class)
                    .hasMessageContaining("leads the cluster: there is nothing to recover");
            assertThat(cluster.restart(stopped).voters()).hasSize(3);
        }
    }
}
