package dev.mure.manager.store;

import java.util.List;

/**
 * The outcome of applying a batch.
 *
 * @param state the next state
 * @param delta what differs from the state before
 * @param results one for each transaction, in order
 */
public record Applied(ClusterState state, StateDelta delta, List<TransactionResult> results) {
    public Applied {
        results = List.copyOf(results);
    }
}
