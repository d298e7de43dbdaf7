package dev.mure.manager.leader;

import com.google.protobuf.Timestamp;
import dev.mure.manager.planning.Changes;
import dev.mure.manager.planning.Plan;
import dev.mure.manager.planning.PlanningRound;
import dev.mure.manager.raft.CommitOutcome;
import dev.mure.manager.store.Applied;
import dev.mure.manager.store.Applier;
import dev.mure.manager.store.ClusterState;
import dev.mure.manager.store.TransactionResult;
import dev.mure.v1.LeaderBegan;
import dev.mure.v1.Mutation;
import dev.mure.v1.Precondition;
import dev.mure.v1.RequestRecord;
import dev.mure.v1.Transaction;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The leader's one thread in one term. It takes up waiting decisions, decides them one after the other on the pending state, lets
 * the planners draw the consequences of what changed, and submits both as one log entry. It does not wait for commits: pending is
 * the applied state plus everything in flight.
 *
 * <p>When anything goes otherwise than pending foresees (an outcome is unknown, a transaction is rejected, a planner fails) pending
 * can't be trusted any more: the loop ends, gives up the term, and whoever leads next looks at everything again.
 */
public final class LeaderLoop implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(LeaderLoop.class);

    private static final int MAX_WAITING = 1_024;
    private static final int MAX_DECISIONS_PER_ENTRY = 256;
    private static final int MAX_ENTRY_BYTES = 1 << 20;
    private static final int MAX_REQUEST_BYTES = (1 << 20) - (16 << 10);
    private static final int MAX_OBJECTS_PER_ROUND = 500;
    private static final int MAX_MUTATIONS_PER_TRANSACTION = 1_000;
    private static final long LONGEST_WAIT_MILLIS = 1_000;

    private final long term;
    private final BatchLog batchLog;
    private final LongSupplier stateClock;
    private final Supplier<Timestamp> wallClock;
    private final PlanningRound planning;
    private final Runnable giveUpTerm;
    private final BlockingQueue<Ticket<?>> waiting = new ArrayBlockingQueue<>(MAX_WAITING);
    private final Set<Ticket<?>> takenUp = ConcurrentHashMap.newKeySet();
    private final Agenda agenda = new Agenda();
    private final Thread thread;
    private volatile boolean closed;

    private ClusterState pending;
    private CompletableFuture<?> lastCommit = CompletableFuture.completedFuture(null);

    /**
     * A loop for a term that was just opened; {@link #start} sets it going.
     *
     * @param start the state with everything applied that was committed before the term
     * @param stateClock the state clock in milliseconds
     * @param wallClock wall time, for display only
     * @param giveUpTerm asks Raft for another leader; called at most once, must not block
     */
    public LeaderLoop(long term, BatchLog batchLog, ClusterState start, LongSupplier stateClock,
            Supplier<Timestamp> wallClock, PlanningRound planning, Runnable giveUpTerm) {
        this.term = term;
        this.batchLog = batchLog;
        this.pending = start;
        this.stateClock = stateClock;
        this.wallClock = wallClock;
        this.planning = planning;
        this.giveUpTerm = giveUpTerm;
        this.thread = Thread.ofVirtual().name("leader-" + term).unstarted(this::run);
    }

    public void start() {
        thread.start();
    }

    /** Ends the loop; decisions that wait are refused, those on their way get an unknown outcome. Any thread; does not block. */
    @Override
    public void close() {
        closed = true;
        thread.interrupt();
    }

    /** See {@link Decisions#commit}. */
    <R> R commit(Decision<R> decision, Duration timeout)
            throws Refusal, NotLeadingException, OutcomeUnknownException, InterruptedException {
        Ticket<R> ticket = new Ticket<>(decision);
        if (!waiting.offer(ticket, timeout.toMillis(), TimeUnit.MILLISECONDS)) {
            throw new NotLeadingException("the leader has " + MAX_WAITING + " requests waiting: try again");
        }
        if (closed) {
            abandonAll();
        }
        return ticket.await(timeout);
    }

    private void run() {
        try {
            agenda.add(Changes.everything(pending));
            submit(plan(begin()));
            while (!closed) {
                List<Ticket<?>> tickets = awaitWork();
                Entry entry = new Entry(term);
                for (Ticket<?> ticket : tickets) {
                    entry = decide(ticket, entry);
                }
                submit(plan(entry));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            log.error("Term {} is given up: the leader's loop failed", term, e);
            giveUpTerm.run();
        } finally {
            closed = true;
            abandonAll();
        }
    }

    /** Says that there is a leader again, before it judges anything by the time that has passed. */
    private Entry begin() {
        Entry first = new Entry(term);
        if (pending.cluster().isPresent()) {
            append(stamped(now()).addMutations(
                    Mutation.newBuilder().setLeaderBegan(LeaderBegan.getDefaultInstance())).build(), first);
        }
        return first;
    }

    /** Returns when there is something to decide or to plan, with what there is to decide. */
    private List<Ticket<?>> awaitWork() throws InterruptedException {
        List<Ticket<?>> tickets = new ArrayList<>();
        if (!agenda.hasUnseen()) {
            Ticket<?> first = waiting.poll(millisToNextAppointment(), TimeUnit.MILLISECONDS);
            if (first != null) {
                tickets.add(first);
            }
        }
        waiting.drainTo(tickets, MAX_DECISIONS_PER_ENTRY - tickets.size());
        return tickets;
    }

    private long millisToNextAppointment() {
        OptionalLong next = agenda.nextAppointmentMillis();
        return next.isEmpty() ? LONGEST_WAIT_MILLIS : Math.clamp(next.getAsLong() - now(), 0, LONGEST_WAIT_MILLIS);
    }

    private <R> Entry decide(Ticket<R> ticket, Entry entry) throws InterruptedException {
        takenUp.add(ticket);
        if (!ticket.takeUp()) {
            takenUp.remove(ticket);
            return entry;
        }
        long now = now();
        try {
            Decided<R> decided = ticket.decide(pending, now);
            if (decided.mutations().isEmpty()) {
                afterEverythingBefore(entry, () -> done(ticket, () -> ticket.answer(decided.answer())));
                return entry;
            }
            Transaction transaction = transaction(decided, now);
            if (transaction.getSerializedSize() > MAX_REQUEST_BYTES) {
                throw new Refusal(Refusal.Kind.INVALID,
                        "the request makes a change of " + transaction.getSerializedSize()
                                + " bytes, at most " + MAX_REQUEST_BYTES + " are possible: make it smaller");
            }
            Entry roomy = withRoomFor(transaction, entry);
            append(transaction, roomy);
            roomy.afterCommit(() -> done(ticket, () -> ticket.answer(decided.answer())));
            return roomy;
        } catch (Refusal refusal) {
            afterEverythingBefore(entry, () -> done(ticket, () -> ticket.refuse(refusal)));
            return entry;
        }
    }

    private void done(Ticket<?> ticket, Runnable answer) {
        takenUp.remove(ticket);
        answer.run();
    }

    /** An answer that changes nothing relied on what was decided before it, so it waits for those commits. */
    private void afterEverythingBefore(Entry entry, Runnable answer) {
        if (entry.isEmpty()) {
            var _ = lastCommit.thenRun(answer);
        } else {
            entry.afterCommit(answer);
        }
    }

    /** Adds the consequences of what changed; they are committed together with it. */
    private Entry plan(Entry entry) throws InterruptedException {
        long now = now();
        Changes changes = agenda.take(now, MAX_OBJECTS_PER_ROUND);
        if (changes.isEmpty()) {
            return entry;
        }
        Plan plan = planning.run(pending, changes, now);
        agenda.add(plan.wakeups());
        Entry current = entry;
        List<Mutation> mutations = plan.mutations();
        for (int from = 0; from < mutations.size(); from += MAX_MUTATIONS_PER_TRANSACTION) {
            int to = Math.min(mutations.size(), from + MAX_MUTATIONS_PER_TRANSACTION);
            Transaction transaction = stamped(now).addAllMutations(mutations.subList(from, to)).build();
            current = withRoomFor(transaction, current);
            appendPlanned(transaction, current);
        }
        return current;
    }

    private Entry withRoomFor(Transaction transaction, Entry entry) throws InterruptedException {
        if (entry.isEmpty() || entry.hasRoomFor(transaction, MAX_DECISIONS_PER_ENTRY, MAX_ENTRY_BYTES)) {
            return entry;
        }
        submit(entry);
        return new Entry(term);
    }

    private void append(Transaction transaction, Entry entry) {
        ClusterState before = pending;
        Applied applied = apply(transaction);
        agenda.add(Changes.between(before, applied.delta(), applied.state()));
        entry.add(transaction);
    }

    /** The planners have seen what their own plan changes. */
    private void appendPlanned(Transaction transaction, Entry entry) {
        var _ = apply(transaction);
        entry.add(transaction);
    }

    private Applied apply(Transaction transaction) {
        Applied applied = Applier.applyAhead(pending, transaction);
        if (applied.results().getFirst() instanceof TransactionResult.Rejected rejected) {
            throw new IllegalStateException("a decision does not fit the state it was made on: " + rejected.reason());
        }
        pending = applied.state();
        return applied;
    }

    private void submit(Entry entry) throws InterruptedException {
        if (entry.isEmpty()) {
            return;
        }
        lastCommit = batchLog.submit(entry.batch()).thenAccept(outcome -> settle(entry, outcome));
    }

    private void settle(Entry entry, CommitOutcome outcome) {
        switch (outcome) {
            case CommitOutcome.Applied applied -> {
                try {
                    entry.committed(applied);
                } catch (RuntimeException e) {
                    fail("the log disagrees with the pending state", e);
                }
            }
            case CommitOutcome.Refused refused -> fail(refused.reason(), null);
            case CommitOutcome.Unknown unknown -> fail("an outcome is unknown", unknown.cause());
        }
    }

    private void fail(String reason, @Nullable Throwable cause) {
        if (!closed) {
            log.warn("Term {} is given up: {}", term, reason, cause);
            giveUpTerm.run();
        }
        close();
        throw new CompletionException("term " + term + " is over", cause);
    }

    private Transaction transaction(Decided<?> decided, long now) {
        Transaction.Builder transaction = stamped(now).addAllMutations(decided.mutations());
        decided.request().ifPresent(request -> {
            transaction.setRequest(request);
            transaction.addPreconditions(unknownBefore(request));
        });
        return transaction.build();
    }

    private static Precondition unknownBefore(RequestRecord request) {
        return Precondition.newBuilder().setRequestUnknown(request.getId()).build();
    }

    private Transaction.Builder stamped(long now) {
        return Transaction.newBuilder().setClockMillis(now).setWallTime(wallClock.get());
    }

    private long now() {
        return Math.max(stateClock.getAsLong(), pending.clockMillis());
    }

    private void abandonAll() {
        String reason = "this manager stopped leading";
        List<Ticket<?>> refused = new ArrayList<>();
        waiting.drainTo(refused);
        abandon(refused, reason);
        abandon(List.copyOf(takenUp), reason);
        takenUp.clear();
    }

    private static void abandon(Collection<Ticket<?>> tickets, String reason) {
        tickets.forEach(ticket -> ticket.abandon(reason));
    }
}
