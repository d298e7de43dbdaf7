package dev.mure.manager.raft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mure.v1.Batch;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.apache.ratis.protocol.RaftClientReply;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class LeaderTermTest {

    private static final Duration LONG = Duration.ofSeconds(20);
    private static final Duration SHORT = Duration.ofMillis(50);

    private final ExecutorService outcomes =
            Executors.newSingleThreadExecutor(Thread.ofPlatform().name("outcomes").factory());
    private final ScheduledExecutorService deadlines = Executors.newSingleThreadScheduledExecutor();
    private final List<Proposal> raftLog = new CopyOnWriteArrayList<>();
    private final AtomicInteger closed = new AtomicInteger();

    @AfterEach
    void stop() {
        outcomes.shutdownNow();
        deadlines.shutdownNow();
    }

    @Test
    void theOrderOfSubmissionIsTheOrderOfTheLog() throws Exception {
        LeaderTerm term = term(LONG, this::silent);
        List<CompletableFuture<CommitOutcome>> futures = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            futures.add(term.submit(batch(i)));
        }
        TestCluster.awaitTrue("all are in the log", () -> raftLog.size() == 50);
        for (int i = 0; i < 50; i++) {
            assertThat(EntryCodec.decode(raftLog.get(i).getContent())).isEqualTo(batch(i));
            raftLog.get(i).applied(List.of(), i);
            assertThat(TestCluster.outcome(futures.get(i))).isEqualTo(new CommitOutcome.Applied(List.of(), i));
        }
        assertThat(term.isOpen()).isTrue();
        term.close("end of test");
    }

    @Test
    void outcomesComeOnAThreadOfOurs() throws Exception {
        LeaderTerm term = term(LONG, this::silent);
        CompletableFuture<String> thread = term.submit(batch(0)).thenApply(outcome -> Thread.currentThread().getName());
        TestCluster.awaitTrue("it is in the log", () -> raftLog.size() == 1);
        raftLog.getFirst().applied(List.of(), 1);
        assertThat(thread.get()).isEqualTo("outcomes");
        term.close("end of test");
    }

    @Test
    void whoSubmitsWaitsForAPlace() throws Exception {
        LeaderTerm term = term(LONG, this::silent);
        for (int i = 0; i < LeaderTerm.MAX_IN_FLIGHT; i++) {
            assertThat(term.submit(batch(i))).isNotDone();
        }
        assertThat(term.inFlight()).isEqualTo(LeaderTerm.MAX_IN_FLIGHT);
        CompletableFuture<CommitOutcome> waiting = submitElsewhere(term, batch(64));
        TestCluster.awaitTrue("all are in the log", () -> raftLog.size() == LeaderTerm.MAX_IN_FLIGHT);
        assertThat(waiting).isNotDone();
        raftLog.getFirst().applied(List.of(), 1);
        TestCluster.awaitTrue("the place is taken", () -> raftLog.size() == LeaderTerm.MAX_IN_FLIGHT + 1);
        assertThat(term.isOpen()).isTrue();
        term.close("end of test");
        assertThat(TestCluster.outcome(waiting)).isInstanceOf(CommitOutcome.Unknown.class);
    }

    @Test
    void whoWaitsForAPlaceIsRefusedWhenTheTermEnds() throws Exception {
        LeaderTerm term = term(LONG, this::silent);
        for (int i = 0; i < LeaderTerm.MAX_IN_FLIGHT; i++) {
            assertThat(term.submit(batch(i))).isNotDone();
        }
        CompletableFuture<CommitOutcome> waiting = submitElsewhere(term, batch(64));
        term.close("the test says so");
        assertThat(TestCluster.outcome(waiting)).isInstanceOf(CommitOutcome.Refused.class);
        assertThat(term.inFlight()).isZero();
    }

    @Test
    void closingRefusesWhatWaitsAndLeavesTheRestUnknown() throws Exception {
        CountDownLatch stalled = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        LeaderTerm term = term(LONG, proposal -> {
            stalled.countDown();
            await(goOn);
            return silent(proposal);
        });
        CompletableFuture<CommitOutcome> handedOver = term.submit(batch(0));
        stalled.await();
        CompletableFuture<CommitOutcome> queued = term.submit(batch(1));
        term.close("the test says so");
        assertThat(TestCluster.outcome(handedOver)).isInstanceOf(CommitOutcome.Unknown.class);
        assertThat(TestCluster.outcome(queued)).isInstanceOf(CommitOutcome.Refused.class);
        goOn.countDown();
        assertThat(TestCluster.outcome(term.submit(batch(2)))).isInstanceOf(CommitOutcome.Refused.class);
        term.close("again");
        assertThat(closed).hasValue(1);
        assertThat(raftLog).as("nothing more reached the log").hasSizeLessThanOrEqualTo(1);
    }

    @Test
    void whatGetsNoAnswerInTimeEndsTheTerm() throws Exception {
        LeaderTerm term = term(SHORT, this::silent);
        CompletableFuture<CommitOutcome> first = term.submit(batch(0));
        assertThat(TestCluster.outcome(first)).isInstanceOf(CommitOutcome.Unknown.class);
        assertThat(term.isOpen()).isFalse();
        TestCluster.awaitTrue("the one who opened it knows", () -> closed.get() == 1);
    }

    @Test
    void aStalledDiskHoldsUpNobodyForEver() throws Exception {
        CountDownLatch goOn = new CountDownLatch(1);
        LeaderTerm term = term(SHORT, proposal -> {
            await(goOn);
            return silent(proposal);
        });
        CompletableFuture<CommitOutcome> stuck = term.submit(batch(0));
        CompletableFuture<CommitOutcome> behind = term.submit(batch(1));
        assertThat(TestCluster.outcome(stuck)).isInstanceOf(CommitOutcome.Unknown.class);
        assertThat(TestCluster.outcome(behind)).isInstanceOf(CommitOutcome.Refused.class);
        goOn.countDown();
    }

    @Test
    void whateverTheLogAnswersButSuccessEndsTheTerm() throws Exception {
        List<Function<Proposal, CompletableFuture<RaftClientReply>>> logs = List.of(
                proposal -> CompletableFuture.failedFuture(new IOException("on purpose")),
                proposal -> {
                    throw new IllegalStateException("on purpose");
                });
        for (Function<Proposal, CompletableFuture<RaftClientReply>> log : logs) {
            LeaderTerm term = term(LONG, log);
            CommitOutcome outcome = TestCluster.outcome(term.submit(batch(0)));
            assertThat(((CommitOutcome.Unknown) outcome).cause()).hasMessage("on purpose");
            assertThat(term.isOpen()).isFalse();
        }
    }

    @Test
    void aBatchOfAnotherTermIsAMistake() {
        LeaderTerm term = term(LONG, this::silent);
        assertThatThrownBy(() -> term.submit(TestCluster.put(8, "n", "x")))
                .isInstanceOf(IllegalArgumentException.class);
        term.close("end of test");
    }

    private LeaderTerm term(Duration commitTimeout, Function<Proposal, CompletableFuture<RaftClientReply>> log) {
        return new LeaderTerm(7, commitTimeout, log, outcomes, deadlines, closed::incrementAndGet);
    }

    private static Batch batch(int i) {
        return TestCluster.put(7, "n" + i, "name");
    }

    private CompletableFuture<RaftClientReply> silent(Proposal proposal) {
        raftLog.add(proposal);
        return new CompletableFuture<>();
    }

    private static CompletableFuture<CommitOutcome> submitElsewhere(LeaderTerm term, Batch batch) {
        CompletableFuture<CommitOutcome> outcome = new CompletableFuture<>();
        Thread.ofVirtual().start(() -> {
            try {
                CompletableFuture<Void> _ = term.submit(batch).thenAccept(outcome::complete);
            } catch (InterruptedException e) {
                outcome.completeExceptionally(e);
            }
        });
        return outcome;
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
