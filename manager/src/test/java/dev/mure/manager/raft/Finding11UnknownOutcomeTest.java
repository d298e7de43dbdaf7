package dev.mure.manager.raft;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mure.manager.store.TransactionResult;
import dev.mure.v1.Batch;
import dev.mure.v1.ObjectVersion;
import dev.mure.v1.Precondition;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A proposal that got no answer may be committed later. One that was rejected must not hang when it is tried again. */
@Timeout(120)
class Finding11UnknownOutcomeTest {

    @TempDir
    Path dir;

    @Test
    void whatGotNoAnswerIsUnknownAndEndsTheTerm() throws Exception {
        try (TestCluster cluster = TestCluster.of(dir, 3)) {
            cluster.commit("a", "first");
            RaftMember leader = cluster.leader();
            LeaderTerm term = leader.openTerm().orElseThrow();
            cluster.network().isolate(leader.peerId());
            CompletableFuture<CommitOutcome> outcome = term.submit(TestCluster.put(term, "b", "perhaps"));

            assertThat(TestCluster.outcome(outcome)).isInstanceOf(CommitOutcome.Unknown.class);
            assertThat(term.isOpen()).isFalse();
            assertThat(TestCluster.outcome(term.submit(TestCluster.put(term, "c", "never"))))
                    .isInstanceOf(CommitOutcome.Refused.class);

            cluster.network().heal();
            cluster.commitSurely("d", "later");
            cluster.awaitEqual();
            assertThat(cluster.leader().feed().current().node("c")).isEmpty();
        }
    }

    @Test
    void aRejectionIsAnAnswerAndCanBeTriedAgain() throws Exception {
        try (TestCluster cluster = TestCluster.of(dir, 1)) {
            LeaderTerm term = cluster.leader().openTerm().orElseThrow();
            Batch relying = TestCluster.put(term, "a", "alpha");
            Batch rejected = relying.toBuilder()
                    .setTransactions(0, relying.getTransactions(0).toBuilder()
                            .addPreconditions(Precondition.newBuilder()
                                    .setVersion(ObjectVersion.newBuilder().setNodeId("a").setVersion(77))))
                    .build();
            for (int i = 0; i < 3; i++) {
                CommitOutcome outcome = TestCluster.outcome(term.submit(rejected));
                assertThat(((CommitOutcome.Applied) outcome).results()).singleElement()
                        .isInstanceOf(TransactionResult.Rejected.class);
            }
            assertThat(term.isOpen()).isTrue();
            assertThat(TestCluster.outcome(term.submit(relying))).isInstanceOf(CommitOutcome.Applied.class);
        }
    }
}
