package dev.mure.manager.raft;

import dev.mure.manager.store.TransactionResult;
import java.util.List;

/** What became of a proposed batch. */
public sealed interface CommitOutcome {

    /**
     * Committed and applied on this member.
     *
     * @param results one for each transaction, in order; a rejected transaction is a result too
     * @param stateIndex the state index after it
     */
    record Applied(List<TransactionResult> results, long stateIndex) implements CommitOutcome {
        public Applied {
            results = List.copyOf(results);
        }
    }

    /** Certainly not applied, now or later: it was never handed to the log. */
    record Refused(String reason) implements CommitOutcome {}

    /** It may have been committed, or may still be. The term is over. */
    record Unknown(Throwable cause) implements CommitOutcome {}
}
