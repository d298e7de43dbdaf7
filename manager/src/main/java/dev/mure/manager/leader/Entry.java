package dev.mure.manager.leader;

import dev.mure.manager.raft.CommitOutcome;
import dev.mure.manager.store.Applier;
import dev.mure.manager.store.TransactionResult;
import dev.mure.v1.Batch;
import dev.mure.v1.Transaction;
import java.util.ArrayList;
import java.util.List;

/** The next log entry while it fills: transactions, and who is to be answered once they are committed. */
final class Entry {

    private final Batch.Builder batch;
    private final List<Runnable> answers = new ArrayList<>();
    private int bytes;

    Entry(long term) {
        batch = Batch.newBuilder().setTerm(term).setFeatureLevel(Applier.FEATURE_LEVEL);
    }

    void add(Transaction transaction) {
        batch.addTransactions(transaction);
        bytes += transaction.getSerializedSize();
    }

    /** Runs it after the commit. */
    void afterCommit(Runnable answer) {
        answers.add(answer);
    }

    boolean isEmpty() {
        return batch.getTransactionsCount() == 0;
    }

    boolean hasRoomFor(Transaction transaction, int mostTransactions, int mostBytes) {
        return batch.getTransactionsCount() < mostTransactions && bytes + transaction.getSerializedSize() <= mostBytes;
    }

    Batch batch() {
        return batch.build();
    }

    /**
     * Answers everybody.
     *
     * @throws IllegalStateException if the log did something else than was foreseen: a transaction that was decided on the pending
     *         state was rejected, so the pending state is wrong
     */
    void committed(CommitOutcome.Applied outcome) {
        for (TransactionResult result : outcome.results()) {
            if (result instanceof TransactionResult.Rejected rejected) {
                throw new IllegalStateException("a decided transaction was rejected: " + rejected.reason());
            }
        }
        answers.forEach(Runnable::run);
    }
}
