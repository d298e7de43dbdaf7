package dev.mure.manager.raft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.ratis.server.RaftServerConfigKeys;
import org.apache.ratis.util.TimeDuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class MembershipTest {

    @TempDir
    Path dir;

    @Test
    void membersAreAdmittedOneAfterTheOtherAndKnowEachOther() throws Exception {
        try (TestCluster cluster = TestCluster.of(dir, 1)) {
            cluster.commit("a", "before they came");
            RaftMember leader = cluster.leader();
            RaftMember one = cluster.joiner("n1");
            RaftMember two = cluster.joiner("n2");
            assertThat(one.awaitAdmission(Duration.ofMillis(1))).isFalse();
            assertThat(leader.isVoter(one.peerId())).isFalse();
            try (ExecutorService both = Executors.newVirtualThreadPerTaskExecutor()) {
                for (Future<?> done : List.of(both.submit(() -> admit(cluster, one)),
                        both.submit(() -> admit(cluster, two)))) {
                    done.get(TestCluster.PATIENCE.toSeconds(), TimeUnit.SECONDS);
                }
            }
            admit(cluster, one);
            assertThat(leader.voters()).extracting(Voter::peerId)
                    .containsExactlyInAnyOrder(leader.peerId(), one.peerId(), two.peerId());
            assertThat(leader.voters()).extracting(Voter::address)
                    .contains(cluster.settingsOf(two).advertisedAddress());
            cluster.awaitEqual();

            assertThatThrownBy(() -> one.admit("x", "127.0.0.1:1", Duration.ofSeconds(1)))
                    .isInstanceOf(NotLeaderException.class);
            // Ratis takes it for no change at all and says that it is done.
            assertThatThrownBy(() -> leader.admit(one.peerId(), "127.0.0.1:1", Duration.ofSeconds(1)))
                    .isInstanceOf(MembershipException.class)
                    .hasMessageContaining("can't move");
        }
    }

    @Test
    void aMemberThatDoesNotAnswerIsNotAdmittedAndDoesNoHarm() throws Exception {
        try (TestCluster cluster = new TestCluster(dir, settings -> settings,
                properties -> RaftServerConfigKeys.setStagingTimeout(properties,
                        TimeDuration.valueOf(1, TimeUnit.SECONDS)))
                .grow(2)) {
            RaftMember leader = cluster.leader();
            String nobody = "127.0.0.1:" + TestCluster.freePort();
            assertThatThrownBy(() -> leader.admit("ghost-1", nobody, TestCluster.PATIENCE))
                    .isInstanceOf(MembershipException.class)
                    .hasMessageContaining("does not answer");
            assertThat(leader.voters()).hasSize(2);
            assertThat(cluster.commit("a", "alpha")).isInstanceOf(CommitOutcome.Applied.class);
        }
    }

    @Test
    void aLiveAndADeadMemberAreReleasedAndTheLastOnesAreNot() throws Exception {
        try (TestCluster cluster = TestCluster.of(dir, 3)) {
            RaftMember leader = cluster.leader();
            RaftMember dead = cluster.followers().getFirst();
            RaftMember alive = cluster.followers().getLast();
            cluster.stop(dead);
            TestCluster.awaitTrue("the dead one is missed", () -> leader.removalObstacle(alive.peerId()).isPresent());
            assertThatThrownBy(() -> leader.release(alive.peerId(), TestCluster.PATIENCE))
                    .isInstanceOf(MembershipException.class)
                    .hasMessage("can't remove member from the raft: this would result in a loss of quorum"
                            + " (1 of the 2 other managers answers)");
            assertThatThrownBy(() -> alive.release(dead.peerId(), TestCluster.PATIENCE))
                    .isInstanceOf(NotLeaderException.class);
            assertThat(leader.voters()).hasSize(3);

            leader.release(dead.peerId(), TestCluster.PATIENCE);
            leader.release(dead.peerId(), TestCluster.PATIENCE);
            cluster.forget(dead);
            assertThat(leader.voters()).extracting(Voter::peerId)
                    .containsExactlyInAnyOrder(leader.peerId(), alive.peerId());
            assertThat(cluster.commit("a", "alpha")).isInstanceOf(CommitOutcome.Applied.class);

            leader.release(alive.peerId(), TestCluster.PATIENCE);
            assertThat(alive.died().get(TestCluster.PATIENCE.toSeconds(), TimeUnit.SECONDS).kind())
                    .isEqualTo(DeathReason.Kind.REMOVED);
            RaftSettings settings = cluster.settingsOf(alive);
            cluster.stop(alive);
            cluster.forget(alive);
            assertThat(alive.identity().retire(settings)).isDirectoryContaining("glob:**raft-identity");
            assertThat(RaftIdentity.load(settings)).as("the folder belongs to no cluster").isEmpty();
            assertThat(cluster.commit("b", "beta")).isInstanceOf(CommitOutcome.Applied.class);
            assertThat(leader.removalObstacle(leader.peerId()))
                    .contains("attempting to demote the last manager of the swarm");
        }
    }

    private static boolean admit(TestCluster cluster, RaftMember member) throws Exception {
        cluster.admit(member);
        return true;
    }
}
