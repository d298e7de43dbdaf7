package dev.mure.manager.raft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mure.manager.store.Applied;
import dev.mure.manager.store.Applier;
import dev.mure.manager.store.ClusterState;
import dev.mure.manager.store.StateDelta;
import dev.mure.v1.Batch;
import dev.mure.v1.Node;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class StateFeedTest {

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final AtomicLong nanos = new AtomicLong(5_000_000_000L);
    private final StateFeed feed = new StateFeed(nanos::get);
    private long logIndex;

    @Test
    void timePassesWhileNothingIsApplied() {
        pass(Duration.ofSeconds(3));
        assertThat(feed.now()).isEqualTo(3_000);
        feed.passed(1);
        pass(Duration.ofSeconds(2));
        assertThat(feed.now()).as("an entry without a clock does not set it back").isEqualTo(5_000);
    }

    @Test
    void aFollowerTakesTheClockFromWhatIsApplied() {
        pass(Duration.ofSeconds(3));
        apply("a", 10_000, false);
        assertThat(feed.now()).isEqualTo(10_000);
        pass(Duration.ofMillis(1_500));
        assertThat(feed.now()).isEqualTo(11_500);
        apply("b", 11_400, false);
        assertThat(feed.now()).as("the leader's count holds").isEqualTo(11_400);
    }

    @Test
    void anEntryThatDoesNotMoveTheClockDoesNotSetItBack() {
        apply("a", 10_000, false);
        pass(Duration.ofSeconds(2));
        apply("b", 9_000, false);
        assertThat(feed.current().clockMillis()).isEqualTo(10_000);
        assertThat(feed.now()).isEqualTo(12_000);
    }

    @Test
    void theLeadersClockLosesNothingToTheDelayOfCommits() {
        for (int i = 0; i < 100; i++) {
            long decided = feed.now();
            pass(Duration.ofMillis(7));
            apply("a", decided, true);
        }
        assertThat(feed.now()).isEqualTo(700);
    }

    @Test
    void aRestoredStateSetsTheClock() {
        apply("a", 10_000, true);
        ClusterState other = Applier.apply(ClusterState.empty(), batch("b", 4_000), 1).state();
        feed.restored(other, 17);
        assertThat(feed.now()).isEqualTo(4_000);
        assertThat(feed.logIndex()).isEqualTo(17);
        assertThat(feed.current()).isSameAs(other);
    }

    @Test
    void waitingEndsWhenTheIndexIsReachedAndNotBefore() throws Exception {
        apply("a", 1, false);
        assertThat(feed.awaitIndex(1, Duration.ZERO).index()).isEqualTo(1);
        assertThatThrownBy(() -> feed.awaitIndex(2, Duration.ofMillis(1))).isInstanceOf(TimeoutException.class)
                .hasMessageContaining("state index 1, waited for 2");
        try (ExecutorService waiters = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<ClusterState>> waiting = new ArrayList<>();
            for (int i = 2; i <= 50; i++) {
                int index = i;
                waiting.add(waiters.submit(() -> feed.awaitIndex(index, PATIENCE)));
            }
            Future<ClusterState> log = waiters.submit(() -> feed.awaitLog(60, PATIENCE));
            for (int i = 2; i <= 50; i++) {
                apply("n" + i, i, false);
            }
            for (int i = 0; i < waiting.size(); i++) {
                assertThat(waiting.get(i).get(20, TimeUnit.SECONDS).index()).isGreaterThanOrEqualTo(i + 2);
            }
            feed.passed(60);
            assertThat(log.get(20, TimeUnit.SECONDS).index()).isEqualTo(50);
        }
    }

    @Test
    void whatASubscriberDidNotTakeIsMerged() throws Exception {
        try (Subscription subscription = feed.subscribe("test")) {
            assertThat(subscription.take(Duration.ZERO)).isEmpty();
            apply("a", 1, false);
            apply("b", 2, false);
            apply("a", 3, false);
            Change change = subscription.take(Duration.ZERO).orElseThrow();
            assertThat(change.delta().nodes()).containsExactly("a", "b");
            assertThat(change.state()).isSameAs(feed.current());
            assertThat(subscription.take(Duration.ofMillis(1))).isEmpty();
        }
    }

    @Test
    void aRestoreCoversEverything() throws Exception {
        try (Subscription subscription = feed.subscribe("test")) {
            apply("a", 1, false);
            feed.restored(ClusterState.empty(), 5);
            apply("b", 1, false);
            assertThat(subscription.take(Duration.ZERO).orElseThrow().delta().restored()).isTrue();
        }
    }

    @Test
    void tooMuchForASlowSubscriberBecomesEverything() throws Exception {
        try (Subscription subscription = feed.subscribe("test")) {
            ClusterState state = ClusterState.empty();
            for (int i = 0; i <= Subscription.MAX_IDS + 1; i += 500) {
                Batch.Builder batch = Batch.newBuilder();
                for (int j = i; j < i + 500; j++) {
                    batch.addTransactions(TestCluster.put(0, "n" + j, "x").getTransactions(0));
                }
                Applied applied = Applier.apply(state, batch.build(), 0);
                state = applied.state();
                feed.applied(state, applied.delta(), i, false);
            }
            feed.applied(state, StateDelta.NONE, 0, false);
            Applied more = Applier.apply(state, TestCluster.put(0, "n", "x"), 0);
            feed.applied(more.state(), more.delta(), 0, false);
            assertThat(subscription.take(Duration.ZERO).orElseThrow().delta().restored()).isTrue();
        }
    }

    @Test
    void closingWakesTheTakerAndEndsTheSubscription() throws Exception {
        Subscription subscription = feed.subscribe("test");
        CompletableFuture<Optional<Change>> taken = new CompletableFuture<>();
        Thread taker = Thread.ofVirtual().start(() -> take(subscription, taken));
        TestCluster.awaitTrue("it waits", () -> taker.getState() == Thread.State.TIMED_WAITING);
        subscription.close();
        assertThat(taken.get(20, TimeUnit.SECONDS)).isEmpty();
        apply("a", 1, false);
        assertThat(subscription.take(Duration.ZERO)).isEmpty();
    }

    /** Each subscriber builds its own picture from nothing but the changes; all pictures end as the state. */
    @RepeatedTest(20)
    void subscribersMissNothing() throws Exception {
        long seed = Optional.ofNullable(System.getProperty("test.seed")).filter(given -> !given.isEmpty())
                .map(Long::parseLong)
                .orElseGet(System::nanoTime);
        Random random = new Random(seed);
        int entries = 400;
        try (ExecutorService takers = Executors.newThreadPerTaskExecutor(Thread.ofPlatform().factory())) {
            List<Future<Map<String, String>>> pictures = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                Subscription subscription = feed.subscribe("taker " + i);
                long own = random.nextLong();
                pictures.add(takers.submit(() -> picture(subscription, entries, new Random(own))));
            }
            for (int i = 1; i <= entries; i++) {
                if (random.nextInt(100) == 0) {
                    feed.restored(Applier.apply(feed.current(), batch("n" + random.nextInt(20), i), 1).state(),
                            ++logIndex);
                } else {
                    apply("n" + random.nextInt(20), i, false);
                }
                if (random.nextInt(4) == 0) {
                    Thread.onSpinWait();
                }
            }
            for (Future<Map<String, String>> picture : pictures) {
                assertThat(picture.get(20, TimeUnit.SECONDS)).as("seed %d", seed).isEqualTo(names(feed.current()));
            }
        }
    }

    private static Map<String, String> picture(Subscription subscription, long lastIndex, Random random)
            throws InterruptedException {
        Map<String, String> picture = new HashMap<>();
        long index = 0;
        while (index < lastIndex) {
            Change change = subscription.take(PATIENCE).orElseThrow();
            assertThat(change.state().index()).isGreaterThanOrEqualTo(index);
            index = change.state().index();
            if (change.delta().restored()) {
                picture = names(change.state());
            }
            for (String id : change.delta().nodes()) {
                picture.put(id, change.state().node(id).orElseThrow().getName());
            }
            for (int i = random.nextInt(5); i > 0; i--) {
                Thread.onSpinWait();
            }
        }
        return picture;
    }

    private static Map<String, String> names(ClusterState state) {
        Map<String, String> names = new HashMap<>();
        for (Node node : state.nodes()) {
            names.put(node.getId(), node.getName());
        }
        return names;
    }

    private static void take(Subscription subscription, CompletableFuture<Optional<Change>> taken) {
        try {
            taken.complete(subscription.take(PATIENCE));
        } catch (InterruptedException e) {
            taken.completeExceptionally(e);
        }
    }

    private void pass(Duration time) {
        nanos.addAndGet(time.toNanos());
    }

    private void apply(String nodeId, long clockMillis, boolean own) {
        Applied applied = Applier.apply(feed.current(), batch(nodeId, clockMillis), 1);
        feed.applied(applied.state(), applied.delta(), ++logIndex, own);
    }

    private static Batch batch(String nodeId, long clockMillis) {
        Batch put = TestCluster.put(1, nodeId, "at " + clockMillis);
        return put.toBuilder().setTransactions(0, put.getTransactions(0).toBuilder().setClockMillis(clockMillis))
                .build();
    }
}
