package dev.mure.manager.raft;

import java.io.IOException;
import java.time.Duration;
import java.util.HashSet;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Linearizable reads. The leader notes how far the log is committed, then asks the voters for their terms: if a majority is not
 * above its own, nobody led a later term when the index was noted, so nothing newer was committed. Needs no clock and no lease.
 * Reads that come while a round is under way share the next one. Thread-safe.
 */
public final class ReadBarrier {

    private static final Duration LOOK = Duration.ofMillis(50);

    private final String self;
    private final Supplier<Optional<LeaderTerm>> openTerm;
    private final Supplier<Voters> voters;
    private final LongSupplier commitIndex;
    private final TermProbe probe;
    private final Duration roundTimeout;
    private final ReentrantLock lock = new ReentrantLock();
    private @Nullable CompletableFuture<Long> next;
    private boolean running;

    /**
     * A barrier.
     *
     * @param roundTimeout how long a round waits for a majority
     */
    ReadBarrier(String self, Supplier<Optional<LeaderTerm>> openTerm, Supplier<Voters> voters, LongSupplier commitIndex,
            TermProbe probe, Duration roundTimeout) {
        this.self = self;
        this.openTerm = openTerm;
        this.voters = voters;
        this.commitIndex = commitIndex;
        this.probe = probe;
        this.roundTimeout = roundTimeout;
    }

    /**
     * The log index that a read must have applied to see everything that was committed before this call.
     *
     * @return for {@link StateFeed#awaitLog} of any member
     * @throws NotLeaderException if this member does not lead, or no majority confirmed it
     */
    public long readIndex(Duration timeout) throws NotLeaderException, TimeoutException, InterruptedException {
        if (openTerm.get().isEmpty()) {
            throw new NotLeaderException("this manager does not lead");
        }
        try {
            return joinRound().get(timeout.toNanos(), TimeUnit.NANOSECONDS);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof NotLeaderException lost
                    ? lost
                    : new NotLeaderException("leadership is in doubt: " + e);
        } catch (TimeoutException e) {
            throw new TimeoutException("no majority of the managers confirmed the leader within " + timeout);
        }
    }

    private CompletableFuture<Long> joinRound() {
        lock.lock();
        try {
            CompletableFuture<Long> round = next;
            if (round == null) {
                round = new CompletableFuture<>();
                next = round;
            }
            if (!running) {
                running = true;
                Thread.ofVirtual().name("raft-read-barrier").start(this::runRounds);
            }
            return round;
        } finally {
            lock.unlock();
        }
    }

    private void runRounds() {
        for (Optional<CompletableFuture<Long>> round = takeRound(); round.isPresent(); round = takeRound()) {
            try {
                round.get().complete(confirm());
            } catch (NotLeaderException | InterruptedException | RuntimeException e) {
                round.get().completeExceptionally(e);
            }
        }
    }

    private Optional<CompletableFuture<Long>> takeRound() {
        lock.lock();
        try {
            Optional<CompletableFuture<Long>> taken = Optional.ofNullable(next);
            next = null;
            running = taken.isPresent();
            return taken;
        } finally {
            lock.unlock();
        }
    }

    private long confirm() throws NotLeaderException, InterruptedException {
        LeaderTerm term = openTerm.get().orElseThrow(() -> new NotLeaderException("this manager does not lead"));
        long deadline = System.nanoTime() + roundTimeout.toNanos();
        while (true) {
            Voters asked = voters.get();
            long index = commitIndex.getAsLong();
            confirm(term, asked, deadline);
            if (!term.isOpen()) {
                throw new NotLeaderException("term " + term.number() + " is over");
            }
            // A change of the voters meanwhile: rare, and simply done again.
            if (voters.get().equals(asked)) {
                return index;
            }
        }
    }

    private record Answer(String peerId, OptionalLong term) {}

    private void confirm(LeaderTerm term, Voters asked, long deadline) throws NotLeaderException, InterruptedException {
        Set<String> confirmed = new HashSet<>(Set.of(self));
        if (asked.majority(confirmed::contains)) {
            return;
        }
        LinkedBlockingQueue<Answer> answers = new LinkedBlockingQueue<>();
        Set<Voter> all = asked.all();
        all.stream().filter(voter -> !voter.peerId().equals(self)).forEach(voter -> ask(voter.peerId(), answers));
        int due = (int) all.stream().filter(voter -> !voter.peerId().equals(self)).count();
        while (!asked.majority(confirmed::contains)) {
            Answer answer = due == 0 ? null : next(answers, term, deadline);
            if (answer == null) {
                throw new NotLeaderException("no majority of the managers answered within " + roundTimeout);
            }
            due--;
            if (answer.term().isPresent()) {
                if (answer.term().getAsLong() > term.number()) {
                    String reason = answer.peerId() + " is at term " + answer.term().getAsLong();
                    term.close(reason);
                    throw new NotLeaderException(reason);
                }
                confirmed.add(answer.peerId());
            }
        }
    }

    /** The next answer; null when it is too late, or the term ended meanwhile so that no answer helps. */
    private static @Nullable Answer next(LinkedBlockingQueue<Answer> answers, LeaderTerm term, long deadline)
            throws InterruptedException {
        Answer answer = null;
        for (long left = deadline - System.nanoTime(); answer == null && left > 0 && term.isOpen(); left =
                deadline - System.nanoTime()) {
            answer = answers.poll(Math.min(left, LOOK.toNanos()), TimeUnit.NANOSECONDS);
        }
        return answer;
    }

    private void ask(String peerId, LinkedBlockingQueue<Answer> answers) {
        Thread.ofVirtual().name("raft-term-probe").start(() -> {
            try {
                answers.add(new Answer(peerId, OptionalLong.of(probe.termOf(peerId, roundTimeout))));
            } catch (IOException | RuntimeException e) {
                answers.add(new Answer(peerId, OptionalLong.empty()));
            }
        });
    }
}
