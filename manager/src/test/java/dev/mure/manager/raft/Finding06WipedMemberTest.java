package dev.mure.manager.raft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A member that lost its disk and comes back under its old id may never catch up, and may vote twice. */
@Timeout(120)
class Finding06WipedMemberTest {

    @TempDir
    Path dir;

    @Test
    void aMemberWithoutItsLogIsRefusedAndJoinsUnderANewId() throws Exception {
        try (TestCluster cluster = TestCluster.of(dir, 3)) {
            cluster.commit("a", "alpha");
            RaftMember lost = cluster.followers().getFirst();
            RaftSettings settings = cluster.settingsOf(lost);
            cluster.stop(lost);
            DurableFiles.deleteTree(settings.raftDir());

            assertThatThrownBy(() -> cluster.restart(lost)).isInstanceOf(RaftStartException.class)
                    .hasMessageContaining("raft-meta")
                    .hasMessageContaining("join as a new manager");
            assertThatThrownBy(() -> RaftMember.join(settings, TestCluster.CLUSTER_ID, lost.identity().groupId(), "n",
                    TestCluster.inClear()))
                    .isInstanceOf(RaftStartException.class);
            assertThatThrownBy(() -> RaftMember.initialise(settings, "another", "n", TestCluster.inClear()))
                    .isInstanceOf(RaftStartException.class);
            assertThat(settings.raftDir()).doesNotExist();

            cluster.forget(lost);
            DurableFiles.deleteTree(settings.dataDir());
            RaftMember again = cluster.joiner("n9");
            cluster.admit(again);
            assertThat(again.peerId()).isNotEqualTo(lost.peerId());
            assertThat(cluster.commitSurely("b", "beta").stateIndex()).isGreaterThanOrEqualTo(2);
            cluster.awaitEqual();
        }
    }

    @Test
    void aLogWithoutAnIdentityIsRefused() throws Exception {
        RaftSettings settings;
        try (TestCluster cluster = TestCluster.of(dir, 1)) {
            settings = cluster.settingsOf(cluster.leader());
        }
        Files.delete(settings.dataDir().resolve("raft-identity"));
        assertThatThrownBy(() -> RaftIdentity.load(settings)).isInstanceOf(RaftStartException.class)
                .hasMessageContaining("raft-identity is missing");
        assertThatThrownBy(() -> RaftMember.initialise(settings, "another", "n", TestCluster.inClear()))
                .isInstanceOf(RaftStartException.class);
        assertThat(settings.raftDir()).isNotEmptyDirectory();
    }

    @Test
    void aDamagedIdentityIsRefused() throws Exception {
        RaftSettings settings = TestCluster.settings(dir, TestCluster.freePort());
        Files.writeString(dir.resolve("raft-identity"), "cluster=c\ngroup=no uuid\npeer=p\n");
        assertThatThrownBy(() -> RaftIdentity.load(settings)).isInstanceOf(RaftStartException.class)
                .hasMessageContaining("damaged");
        Files.writeString(dir.resolve("raft-identity"), "cluster=c\n");
        assertThatThrownBy(() -> RaftIdentity.load(settings)).isInstanceOf(RaftStartException.class)
                .hasMessageContaining("group");
    }

    @Test
    void aMemberThatDiedWhileItWasMadeIsMadeAnew() throws Exception {
        RaftSettings settings = TestCluster.settings(dir, TestCluster.freePort());
        RaftIdentity.begin(settings);
        Files.createDirectories(settings.raftDir().resolve("half").resolve("current"));
        assertThat(RaftIdentity.load(settings)).isEmpty();
        try (RaftMember member = RaftMember.initialise(settings, "c", "n", TestCluster.inClear())) {
            assertThat(RaftIdentity.load(settings)).contains(member.identity());
        }
        assertThat(settings.raftDir().resolve("half")).doesNotExist();
        assertThat(dir.resolve("raft-identity.forming")).doesNotExist();
    }
}
