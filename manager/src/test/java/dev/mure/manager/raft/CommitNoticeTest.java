package dev.mure.manager.raft;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.ratis.server.RaftServerConfigKeys;
import org.apache.ratis.util.TimeDuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Followers hear of a commit when it happens. */
@Timeout(120)
class CommitNoticeTest {

    private static final Duration FAR_LESS_THAN_A_HEARTBEAT = Duration.ofSeconds(8);

    @TempDir
    Path dir;

    @Test
    void followersApplyACommitLongBeforeTheNextHeartbeat() throws Exception {
        try (TestCluster cluster = new TestCluster(dir,
                settings -> settings.withCommitTimeout(Duration.ofSeconds(60))
                        .withElectionTimeout(Duration.ofSeconds(40), Duration.ofSeconds(60)),
                properties -> {
                    RaftServerConfigKeys.Rpc.setFirstElectionTimeoutMin(properties,
                            TimeDuration.valueOf(150, TimeUnit.MILLISECONDS));
                    RaftServerConfigKeys.Rpc.setFirstElectionTimeoutMax(properties,
                            TimeDuration.valueOf(300, TimeUnit.MILLISECONDS));
                }).grow(3)) {
            CommitOutcome.Applied applied = cluster.commitSurely("node", "told at once");
            for (RaftMember follower : cluster.followers()) {
                assertThat(follower.feed().awaitIndex(applied.stateIndex(), FAR_LESS_THAN_A_HEARTBEAT).index())
                        .isGreaterThanOrEqualTo(applied.stateIndex());
            }
        }
    }

    @Test
    void whatIsCommittedWhileARoundIsOnItsWayIsToldWithTheNextOne() {
        List<CompletableFuture<Void>> rounds = new ArrayList<>();
        CommitNotice notice = new CommitNotice(() -> {
            rounds.add(new CompletableFuture<>());
            return rounds.getLast();
        }, Runnable::run);
        notice.committed();
        notice.committed();
        notice.committed();
        assertThat(rounds).hasSize(1);
        rounds.getFirst().complete(null);
        assertThat(rounds).hasSize(2);
        rounds.getLast().complete(null);
        assertThat(rounds).hasSize(2);
        notice.committed();
        assertThat(rounds).hasSize(3);
    }

    @Test
    void afterARoundThatFailsTheNextCommitIsToldAgain() {
        List<CompletableFuture<Void>> rounds = new ArrayList<>();
        CommitNotice notice = new CommitNotice(() -> {
            rounds.add(new CompletableFuture<>());
            return rounds.getLast();
        }, Runnable::run);
        notice.committed();
        rounds.getFirst().completeExceptionally(new IllegalStateException("no leader"));
        notice.committed();
        assertThat(rounds).hasSize(2);
    }
}
