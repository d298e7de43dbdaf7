package dev.mure.manager.leader;

import dev.mure.manager.raft.CommitOutcome;
import dev.mure.v1.Batch;
import java.util.concurrent.CompletableFuture;

/** The replicated log as one leader sees it: {@code LeaderTerm.submit}. Order of submission is the order of the log. */
@FunctionalInterface
public interface BatchLog {

    /** Proposes a batch; waits while too many are on their way. Called by the leader's thread only. */
    CompletableFuture<CommitOutcome> submit(Batch batch) throws InterruptedException;
}
