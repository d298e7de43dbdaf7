package dev.mure.manager.api;

import dev.mure.manager.planning.StateTime;
import dev.mure.manager.store.Applier;
import dev.mure.manager.store.ClusterState;
import dev.mure.v1.Mutation;
import dev.mure.v1.Transaction;
import java.util.List;

/** What the state will be after a decision's own mutations. */
final class Ahead {

    private Ahead() {}

    static ClusterState of(ClusterState pending, List<Mutation> mutations, long nowMillis) {
        return mutations.isEmpty()
                ? pending
                : Applier.applyAhead(pending, Transaction.newBuilder()
                        .setClockMillis(nowMillis)
                        .setWallTime(StateTime.wallTime(pending, nowMillis))
                        .addAllMutations(mutations)
                        .build()).state();
    }

    /** The state index that an answer names: that of the next transaction, or of what is there if nothing changes. */
    static long index(ClusterState pending, List<Mutation> mutations) {
        return pending.index() + (mutations.isEmpty() ? 0 : 1);
    }
}
