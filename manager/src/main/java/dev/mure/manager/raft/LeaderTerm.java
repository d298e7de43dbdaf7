package dev.mure.manager.raft;

import dev.mure.v1.Batch;
import dev.mure.v1.Transaction;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.apache.ratis.protocol.RaftClientReply;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One term in which this member leads: the only door to the log. It is made when everything committed earlier is applied here, and
 * closed for ever when leadership is lost, in doubt, or given up. A batch that got into the log under another term is rejected when
 * it is applied, so what an old leader still had in mind does no harm.
 *
 * <p>The first proposal of which the log does not say that it was applied closes the term, since what was submitted after it relied
 * on it. A batch that is refused for its size or for want of room is refused before {@link #submit} returns and leaves the term open.
 */
public final class LeaderTerm {

    /** Batches on their way at a time. */
    public static final int MAX_IN_FLIGHT = 64;

    /** Bytes of batches on their way at a time. */
    public static final int MAX_IN_FLIGHT_BYTES = 16 << 20;

    /** Largest transaction. */
    public static final int MAX_TRANSACTION_BYTES = 1 << 20;

    /** Largest batch: Ratis' limit for an entry, less what is wrapped around it. */
    public static final int MAX_BATCH_BYTES = RatisProperties.MAX_ENTRY_BYTES - (64 << 10);

    private static final Logger log = LoggerFactory.getLogger(LeaderTerm.class);

    private final long number;
    private final Duration commitTimeout;
    private final Function<Proposal, CompletableFuture<RaftClientReply>> raftLog;
    private final Executor outcomes;
    private final ScheduledExecutorService deadlines;
    private final Runnable onClosed;
    private final AtomicBoolean open = new AtomicBoolean(true);
    private final Semaphore places = new Semaphore(MAX_IN_FLIGHT);
    private final Semaphore bytes = new Semaphore(MAX_IN_FLIGHT_BYTES);
    private final Set<Proposal> inFlight = ConcurrentHashMap.newKeySet();
    private final LinkedBlockingQueue<Optional<Proposal>> queue = new LinkedBlockingQueue<>();

    /**
     * Opens a term.
     *
     * @param raftLog hands a proposal to the log and returns once its place in the log is fixed
     * @param outcomes where outcomes are completed; in order if it runs one task at a time
     * @param onClosed called once, on any thread; must not block
     */
    LeaderTerm(long number, Duration commitTimeout, Function<Proposal, CompletableFuture<RaftClientReply>> raftLog,
            Executor outcomes, ScheduledExecutorService deadlines, Runnable onClosed) {
        this.number = number;
        this.commitTimeout = commitTimeout;
        this.raftLog = raftLog;
        this.outcomes = outcomes;
        this.deadlines = deadlines;
        this.onClosed = onClosed;
        // Ratis may block whoever appends, for as long as a disk stalls; the submitting thread must not wait for that.
        Thread.ofVirtual().name("raft-append-" + number).start(this::append);
    }

    /** Raft's number of the term; batches carry it. */
    public long number() {
        return number;
    }

    /** Whether the term still is open. Once it is not, it never is again. */
    public boolean isOpen() {
        return open.get();
    }

    /**
     * Proposes a batch. One thread submits; the order of submission is the order of the log. If {@link #MAX_IN_FLIGHT} are on
     * their way it waits for a place, at most the commit timeout.
     *
     * @param batch with this term's number
     * @return completed within the commit timeout after this call returned, on a thread of this package that continuations must not block
     */
    public CompletableFuture<CommitOutcome> submit(Batch batch) throws InterruptedException {
        if (batch.getTerm() != number) {
            throw new IllegalArgumentException(
                    "a batch of term " + batch.getTerm() + " was submitted in term " + number);
        }
        Optional<String> tooLarge = tooLarge(batch);
        if (tooLarge.isPresent()) {
            return refused(tooLarge.get());
        }
        Proposal proposal = new Proposal(batch, this::done);
        if (!isOpen()) {
            return refused(closedReason());
        }
        if (!enter(proposal)) {
            return refused("no place for another proposal within " + commitTimeout);
        }
        inFlight.add(proposal);
        setDeadline(proposal);
        queue.add(Optional.of(proposal));
        if (!isOpen()) {
            // Closed in between: whoever closed it may have missed this one.
            proposal.abandon(closedReason(), new NotLeaderException(closedReason()));
        }
        return proposal.outcome();
    }

    /** Closes the term; nothing is proposed in it any more, and this member gives up leadership. Any thread; never blocks. */
    public void close(String reason) {
        if (open.compareAndSet(true, false)) {
            settle(reason);
        }
    }

    private void settle(String reason) {
        log.info("Term {} is closed: {}", number, reason);
        NotLeaderException cause = new NotLeaderException("term " + number + " ended: " + reason);
        inFlight.forEach(proposal -> proposal.abandon(closedReason(), cause));
        queue.add(Optional.empty());
        onClosed.run();
    }

    /** Proposals without an outcome. */
    int inFlight() {
        return inFlight.size();
    }

    private void setDeadline(Proposal proposal) {
        try {
            proposal.setDeadline(
                    deadlines.schedule(() -> late(proposal), commitTimeout.toNanos(), TimeUnit.NANOSECONDS));
        } catch (RejectedExecutionException e) {
            close("the member was closed");
        }
    }

    private boolean enter(Proposal proposal) throws InterruptedException {
        long deadline = System.nanoTime() + commitTimeout.toNanos();
        if (!places.tryAcquire(commitTimeout.toNanos(), TimeUnit.NANOSECONDS)) {
            return false;
        }
        if (!bytes.tryAcquire(proposal.size(), deadline - System.nanoTime(), TimeUnit.NANOSECONDS)) {
            places.release();
            return false;
        }
        return true;
    }

    /** Hands over one after the other: each call returns only when its entry has its place in the log. */
    private void append() {
        try {
            for (Optional<Proposal> next = queue.take(); next.isPresent(); next = queue.take()) {
                if (isOpen() && next.get().handOver()) {
                    append(next.get());
                }
            }
        } catch (InterruptedException e) {
            close("interrupted");
            Thread.currentThread().interrupt();
        }
    }

    private void append(Proposal proposal) {
        try {
            // Success says nothing new: the applying thread has completed the proposal by then.
            CompletableFuture<?> _ = raftLog.apply(proposal).whenComplete((reply, failure) -> {
                if (failure != null) {
                    fail(proposal, failure);
                } else if (!reply.isSuccess()) {
                    fail(proposal, reply.getException());
                }
            });
        } catch (RuntimeException e) {
            fail(proposal, e);
        }
    }

    /**
     * Whatever the log answers but success, the entry may be in it and may be committed yet; and what was decided after it relied
     * on it. Who sees the outcome finds the term closed.
     */
    private void fail(Proposal proposal, Throwable cause) {
        boolean first = open.compareAndSet(true, false);
        proposal.abandon(closedReason(), cause);
        if (first) {
            settle("a proposal failed: " + cause);
        }
    }

    private void late(Proposal proposal) {
        if (inFlight.contains(proposal)) {
            fail(proposal, new TimeoutException("no answer within " + commitTimeout));
        }
    }

    private void done(Proposal proposal, CommitOutcome outcome) {
        inFlight.remove(proposal);
        proposal.cancelDeadline();
        places.release();
        bytes.release(proposal.size());
        try {
            outcomes.execute(() -> proposal.outcome().complete(outcome));
        } catch (RejectedExecutionException e) {
            // The member was closed: nobody should wait for ever all the same.
            proposal.outcome().complete(outcome);
        }
    }

    private static Optional<String> tooLarge(Batch batch) {
        for (Transaction transaction : batch.getTransactionsList()) {
            if (transaction.getSerializedSize() > MAX_TRANSACTION_BYTES) {
                return Optional.of("a transaction of " + transaction.getSerializedSize() + " bytes, at most "
                        + MAX_TRANSACTION_BYTES + " are allowed");
            }
        }
        return batch.getSerializedSize() > MAX_BATCH_BYTES
                ? Optional.of("a batch of " + batch.getSerializedSize() + " bytes, at most " + MAX_BATCH_BYTES
                        + " are allowed")
                : Optional.empty();
    }

    private String closedReason() {
        return "term " + number + " is over";
    }

    private static CompletableFuture<CommitOutcome> refused(String reason) {
        return CompletableFuture.completedFuture(new CommitOutcome.Refused(reason));
    }

    @Override
    public String toString() {
        return "LeaderTerm[" + number + (isOpen() ? ", open]" : ", closed]");
    }
}
