package dev.mure.manager.raft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class RaftStartTest {

    @TempDir
    Path dir;

    @Test
    void aPortThatIsTakenIsSaidInOneLineAndCanBeMended() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            RaftSettings settings = TestCluster.settings(dir, taken.getLocalPort());
            assertThatThrownBy(() -> RaftMember.initialise(settings, "c", "n", TestCluster.inClear()))
                    .isInstanceOf(RaftStartException.class)
                    .hasMessageStartingWith("can't listen on port " + taken.getLocalPort())
                    .hasMessageNotContaining("\n");
        }
        try (RaftMember member = RaftMember.initialise(TestCluster.settings(dir, TestCluster.freePort()), "c", "n",
                TestCluster.inClear())) {
            assertThat(member.openTerm().isPresent() || member.leaderPeerId().isPresent()).isTrue();
        }
    }

    @Test
    void aFolderInUseIsRefused() throws Exception {
        try (RaftMember member = RaftMember.initialise(TestCluster.settings(dir, TestCluster.freePort()), "c", "n",
                TestCluster.inClear())) {
            RaftSettings again = TestCluster.settings(dir, TestCluster.freePort());
            assertThatThrownBy(() -> RaftMember.restart(again, TestCluster.inClear()))
                    .isInstanceOf(RaftStartException.class)
                    .hasMessageContaining("in use by another process");
            assertThat(member.died()).isNotDone();
        }
    }

    @Test
    void anEmptyFolderHasNothingToRestart() {
        assertThatThrownBy(() -> RaftMember.restart(TestCluster.settings(dir, 1), TestCluster.inClear()))
                .isInstanceOf(RaftStartException.class)
                .hasMessageContaining("no cluster");
    }

    @Test
    void settingsThatCanNotWorkAreRefused() {
        RaftSettings settings = TestCluster.settings(dir, 1);
        assertThatThrownBy(() -> settings.withElectionTimeout(Duration.ofMillis(300), Duration.ofMillis(300)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> settings.withCommitTimeout(Duration.ofMillis(1)))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
