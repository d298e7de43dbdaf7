package dev.mure.manager.raft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class ReadBarrierTest {

    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final Duration ROUND = Duration.ofMillis(200);

    private final ScheduledExecutorService deadlines = Executors.newSingleThreadScheduledExecutor();
    private final LeaderTerm term =
            new LeaderTerm(5, PATIENCE, proposal -> new CompletableFuture<>(), Runnable::run, deadlines, () -> {});
    private final Map<String, Long> terms = new ConcurrentHashMap<>();
    private final AtomicInteger probes = new AtomicInteger();
    private final AtomicLong commitIndex = new AtomicLong(42);
    private volatile Voters voters = new Voters(voters("a", "b", "c"), Set.of(), 1);

    @AfterEach
    void stop() {
        term.close("end of test");
        deadlines.shutdownNow();
    }

    @Test
    void aMajorityThatIsNotAboveConfirms() throws Exception {
        terms.put("b", 5L);
        assertThat(barrier().readIndex(PATIENCE)).isEqualTo(42);
        terms.put("b", 3L);
        assertThat(barrier().readIndex(PATIENCE)).as("one that lags behind has not voted for another").isEqualTo(42);
    }

    @Test
    void oneAboveEndsTheTerm() {
        terms.put("b", 6L);
        assertThatThrownBy(() -> barrier().readIndex(PATIENCE)).isInstanceOf(NotLeaderException.class);
        assertThat(term.isOpen()).isFalse();
        terms.put("b", 5L);
        assertThatThrownBy(() -> barrier().readIndex(PATIENCE)).isInstanceOf(NotLeaderException.class);
    }

    @Test
    void withoutAMajorityThereIsNoAnswer() {
        assertThatThrownBy(() -> barrier().readIndex(PATIENCE)).isInstanceOf(NotLeaderException.class);
        assertThat(term.isOpen()).as("silence alone proves nothing").isTrue();
    }

    @Test
    void duringAChangeBothSetsCount() throws Exception {
        voters = new Voters(voters("a", "b", "c", "d", "e"), voters("a", "b", "c"), 2);
        terms.put("d", 5L);
        terms.put("e", 5L);
        assertThatThrownBy(() -> barrier().readIndex(PATIENCE)).as("no majority of the old")
                .isInstanceOf(NotLeaderException.class);
        terms.remove("e");
        terms.put("b", 5L);
        assertThat(barrier().readIndex(PATIENCE)).isEqualTo(42);
    }

    @Test
    void aLeaderThatIsAloneAsksNobody() throws Exception {
        voters = new Voters(voters("a"), Set.of(), 1);
        assertThat(barrier().readIndex(PATIENCE)).isEqualTo(42);
        assertThat(probes).hasValue(0);
    }

    @Test
    void aChangeOfTheVotersMeanwhileIsAskedAgain() throws Exception {
        terms.put("b", 5L);
        ReadBarrier barrier =
                new ReadBarrier("a", () -> Optional.of(term), () -> voters, commitIndex::get, (peer, timeout) -> {
                    if (probes.incrementAndGet() <= 2) {
                        voters = new Voters(voters("a", "b"), Set.of(), 3);
                        commitIndex.set(43);
                    }
                    return 5;
                }, ROUND);
        assertThat(barrier.readIndex(PATIENCE)).isEqualTo(43);
    }

    @Test
    void waitingReadsShareARound() throws Exception {
        CountDownLatch goOn = new CountDownLatch(1);
        CountDownLatch asked = new CountDownLatch(1);
        ReadBarrier barrier =
                new ReadBarrier("a", () -> Optional.of(term), () -> voters, commitIndex::get, (peer, timeout) -> {
                    probes.incrementAndGet();
                    asked.countDown();
                    await(goOn);
                    return 5;
                }, PATIENCE);
        try (ExecutorService readers = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<Long> first = readers.submit(() -> barrier.readIndex(PATIENCE));
            asked.await();
            commitIndex.set(50);
            CountDownLatch started = new CountDownLatch(100);
            List<Thread> threads = new ArrayList<>();
            List<CompletableFuture<Long>> later = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                CompletableFuture<Long> index = new CompletableFuture<>();
                later.add(index);
                threads.add(Thread.ofVirtual().start(() -> {
                    started.countDown();
                    read(barrier, index);
                }));
            }
            started.await();
            TestCluster.awaitTrue("all wait",
                    () -> threads.stream().allMatch(t -> t.getState() == Thread.State.TIMED_WAITING));
            goOn.countDown();
            assertThat(first.get(20, TimeUnit.SECONDS)).isEqualTo(42);
            for (CompletableFuture<Long> index : later) {
                assertThat(index.get(20, TimeUnit.SECONDS)).as("began after the index moved").isEqualTo(50);
            }
        }
        // The second voter of a round may be asked after the first one has decided it.
        TestCluster.awaitTrue("two rounds of two voters", () -> probes.get() == 4);
    }

    @Test
    void aReaderDoesNotWaitLongerThanItWants() {
        ReadBarrier barrier =
                new ReadBarrier("a", () -> Optional.of(term), () -> voters, commitIndex::get, (peer, timeout) -> {
                    await(new CountDownLatch(1));
                    return 5;
                }, PATIENCE);
        assertThatThrownBy(() -> barrier.readIndex(Duration.ofMillis(10))).isInstanceOf(TimeoutException.class);
    }

    private ReadBarrier barrier() {
        return new ReadBarrier("a", () -> Optional.of(term).filter(LeaderTerm::isOpen), () -> voters, commitIndex::get,
                (peer, timeout) -> {
                    probes.incrementAndGet();
                    Long answer = terms.get(peer);
                    if (answer == null) {
                        throw new IOException("no answer");
                    }
                    return answer;
                }, ROUND);
    }

    private static void read(ReadBarrier barrier, CompletableFuture<Long> index) {
        try {
            index.complete(barrier.readIndex(PATIENCE));
        } catch (NotLeaderException | TimeoutException | InterruptedException e) {
            index.completeExceptionally(e);
        }
    }

    private static void await(CountDownLatch latch) throws IOException {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }

    private static Set<Voter> voters(String... ids) {
        return Set.of(ids).stream().map(id -> new Voter(id, id + ":1")).collect(Collectors.toSet());
    }
}
