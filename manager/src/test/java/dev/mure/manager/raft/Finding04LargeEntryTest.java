package dev.mure.manager.raft;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mure.v1.Batch;
import dev.mure.v1.Transaction;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A leader that is given an entry above Ratis' limit steps down; who tries again drives the leadership round the cluster. */
@Timeout(120)
class Finding04LargeEntryTest {

    @TempDir
    Path dir;

    @Test
    void whatIsTooLargeIsRefusedAndTheTermGoesOn() throws Exception {
        try (TestCluster cluster = TestCluster.of(dir, 3)) {
            LeaderTerm term = cluster.leader().openTerm().orElseThrow();
            Transaction large = transaction(LeaderTerm.MAX_TRANSACTION_BYTES - 100);

            Batch tooLargeTransaction = batch(term, transaction(LeaderTerm.MAX_TRANSACTION_BYTES + 1), 1);
            assertThat(TestCluster.outcome(term.submit(tooLargeTransaction))).isInstanceOf(CommitOutcome.Refused.class);
            Batch tooLargeBatch = batch(term, large, 4);
            assertThat(TestCluster.outcome(term.submit(tooLargeBatch))).isInstanceOf(CommitOutcome.Refused.class);
            assertThat(term.isOpen()).isTrue();

            int rest = LeaderTerm.MAX_BATCH_BYTES - batch(term, large, 3).getSerializedSize() - 200;
            Batch justSmallEnough = batch(term, large, 3).toBuilder().addTransactions(transaction(rest)).build();
            assertThat(justSmallEnough.getSerializedSize()).isBetween(LeaderTerm.MAX_BATCH_BYTES - 300,
                    LeaderTerm.MAX_BATCH_BYTES);
            assertThat(TestCluster.outcome(term.submit(justSmallEnough))).isInstanceOf(CommitOutcome.Applied.class);
            assertThat(term.isOpen()).isTrue();
            cluster.awaitEqual();
        }
    }

    private static Batch batch(LeaderTerm term, Transaction transaction, int times) {
        Batch.Builder batch = TestCluster.put(term, "n", "small").toBuilder();
        for (int i = 0; i < times; i++) {
            batch.addTransactions(transaction);
        }
        return batch.build();
    }

    private static Transaction transaction(int size) {
        return TestCluster.put(1, "n", "x".repeat(size)).getTransactions(0);
    }
}
