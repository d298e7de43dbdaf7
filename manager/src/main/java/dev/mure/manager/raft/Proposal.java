package dev.mure.manager.raft;

import dev.mure.manager.store.TransactionResult;
import dev.mure.v1.Batch;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiConsumer;
import org.apache.ratis.protocol.Message;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;
import org.jspecify.annotations.Nullable;

/**
 * A batch on its way into the log. It travels through Ratis as the request's message, so that the applying thread finds it again,
 * and so that nothing that came over the network can pass for one.
 */
final class Proposal implements Message {

    private enum Stage {
        QUEUED, HANDED_OVER, DONE
    }

    private final ByteString content;
    private final BiConsumer<Proposal, CommitOutcome> onDone;
    private final AtomicReference<Stage> stage = new AtomicReference<>(Stage.QUEUED);
    private final CompletableFuture<CommitOutcome> outcome = new CompletableFuture<>();
    private volatile @Nullable Future<?> deadline;

    /**
     * A queued proposal.
     *
     * @param onDone called once, on whatever thread ends it; it completes {@link #outcome()} on a thread of ours
     */
    Proposal(Batch batch, BiConsumer<Proposal, CommitOutcome> onDone) {
        this.content = EntryCodec.encode(batch);
        this.onDone = onDone;
    }

    CompletableFuture<CommitOutcome> outcome() {
        return outcome;
    }

    @Override
    public ByteString getContent() {
        return content;
    }

    void setDeadline(Future<?> timer) {
        deadline = timer;
    }

    void cancelDeadline() {
        Future<?> timer = deadline;
        if (timer != null) {
            timer.cancel(false);
        }
    }

    /** Whether it may be handed to the log: not if the term ended first. */
    boolean handOver() {
        return stage.compareAndSet(Stage.QUEUED, Stage.HANDED_OVER);
    }

    /** The applying thread has applied it. */
    void applied(List<TransactionResult> results, long stateIndex) {
        finish(Stage.HANDED_OVER, new CommitOutcome.Applied(results, stateIndex));
    }

    /** Gives it up: refused if it was never handed to the log, else unknown. */
    void abandon(String reason, Throwable cause) {
        if (!finish(Stage.QUEUED, new CommitOutcome.Refused(reason))) {
            finish(Stage.HANDED_OVER, new CommitOutcome.Unknown(cause));
        }
    }

    private boolean finish(Stage from, CommitOutcome result) {
        boolean first = stage.compareAndSet(from, Stage.DONE);
        if (first) {
            onDone.accept(this, result);
        }
        return first;
    }

    @Override
    public String toString() {
        return "Proposal[" + content.size() + " bytes, " + stage + "]";
    }
}
