package dev.mure.manager.raft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Ratis compares members by id and takes a new address under an old id for no change, while it says that all is done. */
@Timeout(120)
class Finding10AddressChangeTest {

    @TempDir
    Path dir;

    @Test
    void aMemberThatComesBackWithAnotherAddressDoesNotStart() throws Exception {
        try (TestCluster cluster = TestCluster.of(dir, 3)) {
            RaftMember moved = cluster.followers().getFirst();
            RaftSettings before = cluster.settingsOf(moved);
            cluster.stop(moved);
            RaftSettings after = TestCluster.settings(before.dataDir(), TestCluster.freePort());

            assertThatThrownBy(() -> RaftMember.restart(after, TestCluster.inClear()))
                    .isInstanceOf(RaftStartException.class)
                    .hasMessageContaining(moved.peerId() + ", is a member at " + before.advertisedAddress()
                            + " and can't move to " + after.advertisedAddress())
                    .hasMessageContaining("swarm leave");

            RaftMember back = cluster.restart(moved);
            TestCluster.awaitTrue("it is back under its address", () -> back.leaderPeerId().isPresent());
            cluster.awaitEqual();
        }
    }

    @Test
    void anAddressIsNotChangedByJoiningAgain() throws Exception {
        try (TestCluster cluster = TestCluster.of(dir, 2)) {
            RaftMember leader = cluster.leader();
            RaftMember other = cluster.followers().getFirst();
            assertThatThrownBy(() -> leader.admit(other.peerId(), "127.0.0.1:1", TestCluster.PATIENCE))
                    .isInstanceOf(MembershipException.class)
                    .hasMessageContaining("can't move to 127.0.0.1:1");
            assertThat(leader.voters()).extracting(Voter::address)
                    .contains(cluster.settingsOf(other).advertisedAddress());
        }
    }
}
