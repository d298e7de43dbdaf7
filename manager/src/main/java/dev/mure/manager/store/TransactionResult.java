package dev.mure.manager.store;

import java.util.List;

/** What became of one transaction of a batch. */
public sealed interface TransactionResult {

    /**
     * All mutations took place, except those that a guard skipped.
     *
     * @param index the state index after it
     * @param skipped positions of the mutations that a guard skipped, ascending
     */
    record Applied(long index, List<Integer> skipped) implements TransactionResult {
        public Applied {
            skipped = List.copyOf(skipped);
        }
    }

    /**
     * Nothing took place.
     *
     * @param reason which precondition did not hold, for a person
     */
    record Rejected(String reason) implements TransactionResult {}
}
