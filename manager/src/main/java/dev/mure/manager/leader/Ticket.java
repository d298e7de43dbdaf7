package dev.mure.manager.leader;

import dev.mure.manager.store.ClusterState;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;

/**
 * A decision on its way: waiting, taken up, answered. The caller waits on it; the leader's thread takes it up and the commit answers
 * it.
 *
 * @param <R> the answer's type
 */
final class Ticket<R> {

    private enum Stage {
        WAITING,
        TAKEN_UP,
        WITHDRAWN
    }

    private final Decision<R> decision;
    private final AtomicReference<Stage> stage = new AtomicReference<>(Stage.WAITING);
    private final CompletableFuture<R> answer = new CompletableFuture<>();

    Ticket(Decision<R> decision) {
        this.decision = decision;
    }

    /** Whether the caller still waits; from then on the outcome is unknown until it is answered. */
    boolean takeUp() {
        return stage.compareAndSet(Stage.WAITING, Stage.TAKEN_UP);
    }

    Decided<R> decide(ClusterState pending, long nowMillis) throws Refusal {
        return decision.decide(pending, nowMillis);
    }

    void answer(R value) {
        answer.complete(value);
    }

    void refuse(Refusal refusal) {
        answer.completeExceptionally(refusal);
    }

    /** The term ended before the ticket was answered. */
    void abandon(String reason) {
        answer.completeExceptionally(stage.get() == Stage.TAKEN_UP
                ? new OutcomeUnknownException(reason)
                : new NotLeadingException(reason));
    }

    R await(Duration timeout) throws Refusal, NotLeadingException, OutcomeUnknownException, InterruptedException {
        try {
            return answer.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            if (stage.compareAndSet(Stage.WAITING, Stage.WITHDRAWN)) {
                throw new NotLeadingException("the leader is too busy: not begun within " + timeout.toMillis() + " ms");
            }
            throw new OutcomeUnknownException("not known to be committed after " + timeout.toMillis() + " ms");
        } catch (ExecutionException e) {
            switch (e.getCause()) {
                case Refusal refusal -> throw refusal;
                case NotLeadingException notLeading -> throw notLeading;
                case OutcomeUnknownException unknown -> throw unknown;
                case null, default -> throw new IllegalStateException("a decision failed", e);
            }
        }
    }
}
