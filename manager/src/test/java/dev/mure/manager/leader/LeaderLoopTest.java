package dev.mure.manager.leader;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.Timestamp;
import dev.mure.manager.planning.Changes;
import dev.mure.manager.planning.Plan;
import dev.mure.manager.planning.Planner;
import dev.mure.manager.planning.PlanningRound;
import dev.mure.manager.planning.Subject;
import dev.mure.manager.raft.CommitOutcome;
import dev.mure.manager.store.Applied;
import dev.mure.manager.store.Applier;
import dev.mure.manager.store.ClusterState;
import dev.mure.v1.Batch;
import dev.mure.v1.Cluster;
import dev.mure.v1.Mutation;
import dev.mure.v1.Node;
import dev.mure.v1.NodeState;
import dev.mure.v1.PutNode;
import dev.mure.v1.RequestRecord;
import dev.mure.v1.Transaction;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class LeaderLoopTest {

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    /** A proposed batch and the outcome that a test gives it. */
    private record Proposed(Batch batch, CompletableFuture<CommitOutcome> outcome) {}

    private final BlockingQueue<Proposed> proposed = new LinkedBlockingQueue<>();
    private final AtomicLong clock = new AtomicLong(1_000);
    private final CountDownLatch givenUp = new CountDownLatch(1);
    private final ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor();
    private final Leadership leadership = new Leadership();
    private ClusterState applied = ClusterState.empty();

    @AfterEach
    void stop() {
        leadership.end();
        clients.shutdownNow();
    }

    @Test
    void aClientIsAnsweredAfterTheCommitAndNotBefore() throws Exception {
        lead();
        Future<String> answer = client(put("n1"));
        Proposed entry = proposed.take();
        assertThat(answer.isDone()).isFalse();

        commit(entry);

        assertThat(answer.get()).isEqualTo("n1 at 1");
    }

    @Test
    void aNewLeaderSaysSinceWhenItLeadsBeforeItJudgesAnything() throws Exception {
        applied = Applier.apply(applied, Batch.newBuilder()
                .addTransactions(Transaction.newBuilder()
                        .addMutations(Mutation.newBuilder().setPutCluster(Cluster.newBuilder().setId("c"))))
                .build(), 0).state();
        lead((state, changed, now) -> {
            assertThat(state.cluster().orElseThrow().getLeaderSinceClockMillis()).isEqualTo(1_000);
            return new Plan.Draft().build();
        });
        assertThat(proposed.take().batch().getTransactions(0).getMutations(0).hasLeaderBegan()).isTrue();
        assertThat(givenUp.getCount()).isEqualTo(1);
    }

    @Test
    void decisionsAreMadeAheadOfTheLog() throws Exception {
        lead();
        Future<String> first = client(put("n1"));
        Proposed one = proposed.take();
        Future<String> second = client(put("n2"));
        Proposed two = proposed.take();

        assertThat(first.isDone()).isFalse();
        commit(one);
        commit(two);

        assertThat(first.get()).isEqualTo("n1 at 1");
        assertThat(second.get()).isEqualTo("n2 at 2");
    }

    @Test
    void anAnswerWithoutAChangeWaitsForWhatItRelied() throws Exception {
        lead();
        Future<String> _ = client(put("n1"));
        Proposed entry = proposed.take();
        Future<Boolean> seen = client((pending, now) -> Decided.unchanged(pending.node("n1").isPresent()));
        Future<Boolean> refused = client((pending, now) -> {
            throw new Refusal(Refusal.Kind.ALREADY_EXISTS, "there is n1 already");
        });
        Future<String> later = client(put("n2"));
        Proposed next = proposed.take();
        assertThat(seen.isDone()).isFalse();
        assertThat(refused.isDone()).isFalse();

        commit(entry);
        commit(next);

        assertThat(later.get()).isEqualTo("n2 at 2");
        assertThat(seen.get()).isTrue();
        assertThatThrownBy(refused::get).cause().isInstanceOf(Refusal.class).hasMessage("there is n1 already");
    }

    @Test
    void whatThePlannersAddIsCommittedTogetherWithItsCause() throws Exception {
        lead(markNewNodesDown());
        Future<String> answer = client(put("n1"));
        Proposed entry = proposed.take();
        commit(entry);

        assertThat(answer.get()).isEqualTo("n1 at 1");
        assertThat(entry.batch().getTransactionsCount()).isEqualTo(2);
        assertThat(applied.node("n1").orElseThrow().getState()).isEqualTo(NodeState.NODE_STATE_DOWN);
    }

    @Test
    void aPlannerIsAskedAgainWhenItsTimeHasCome() throws Exception {
        List<Long> asked = new ArrayList<>();
        CountDownLatch twice = new CountDownLatch(2);
        lead((state, changed, now) -> {
            if (!changed.nodes().isEmpty()) {
                asked.add(now);
                twice.countDown();
                clock.set(5_000);
            }
            Plan.Draft plan = new Plan.Draft();
            if (now < 5_000 && !changed.nodes().isEmpty()) {
                plan.wake(Subject.node("n1"), 5_000);
            }
            return plan.build();
        });
        Future<String> _ = client(put("n1"));

        assertThat(twice.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(asked).containsExactly(1_000L, 5_000L);
    }

    @Test
    void anUnknownOutcomeEndsTheTermAndIsSaidToBeUnknown() throws Exception {
        lead();
        Future<String> first = client(put("n1"));
        Proposed entry = proposed.take();
        Future<String> second = client(put("n2"));
        Proposed _ = proposed.take();

        entry.outcome().complete(new CommitOutcome.Unknown(new IllegalStateException("connection lost")));

        assertThatThrownBy(first::get).cause().isInstanceOf(OutcomeUnknownException.class);
        assertThatThrownBy(second::get).cause().isInstanceOf(OutcomeUnknownException.class);
        assertThat(givenUp.await(10, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void aLogThatDisagreesWithThePendingStateEndsTheTerm() throws Exception {
        lead();
        Future<String> answer = client(put("n1"));
        Proposed entry = proposed.take();

        Applied otherTerm = Applier.apply(applied, entry.batch(), entry.batch().getTerm() + 1);
        entry.outcome().complete(new CommitOutcome.Applied(otherTerm.results(), 0));

        assertThatThrownBy(answer::get).cause().isInstanceOf(OutcomeUnknownException.class);
        assertThat(givenUp.await(10, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void aFailingPlannerEndsTheTerm() throws Exception {
        lead((state, changed, now) -> {
            if (changed.nodes().isEmpty()) {
                return Plan.NOTHING;
            }
            throw new IllegalStateException("a bug");
        });
        Future<String> answer = client(put("n1"));

        assertThatThrownBy(answer::get).cause().isInstanceOf(OutcomeUnknownException.class);
        assertThat(givenUp.await(10, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void whoeverHandsOverWaitsForWhatWasDecidedAndTakesNothingMore() throws Exception {
        lead();
        Future<String> first = client(put("n1"));
        Proposed entry = proposed.take();
        Future<?> drained = clients.submit(() -> {
            leadership.drain(PATIENCE);
            return true;
        });
        await("it takes nothing more").atMost(PATIENCE).until(() -> !leadership.leading());
        assertThatThrownBy(() -> leadership.commit(put("n2"), PATIENCE)).isInstanceOf(NotLeadingException.class);
        assertThat(drained.isDone()).isFalse();

        commit(entry);

        assertThat(first.get()).isEqualTo("n1 at 1");
        assertThat(drained.get()).isEqualTo(true);
        assertThat(proposed).isEmpty();
    }

    @Test
    void whoeverHandsOverDoesNotWaitForEver() throws Exception {
        lead();
        Future<String> first = client(put("n1"));
        Proposed _ = proposed.take();

        leadership.drain(Duration.ofMillis(50));

        assertThatThrownBy(first::get).cause().isInstanceOf(OutcomeUnknownException.class);
    }

    @Test
    void withoutATermNothingIsDecided() {
        assertThat(leadership.leading()).isFalse();
        assertThatThrownBy(() -> leadership.commit(put("n1"), PATIENCE)).isInstanceOf(NotLeadingException.class);
    }

    @Test
    void aTooLargeRequestIsRefusedAndChangesNothing() throws Exception {
        lead();
        Future<String> answer = client((pending, now) -> new Decided<>(
                List.of(putNode("n1", "x".repeat(2 << 20))), Optional.empty(), "never"));

        assertThatThrownBy(answer::get).isInstanceOf(ExecutionException.class).cause()
                .isInstanceOf(Refusal.class)
                .hasMessageContaining("make it smaller");
        assertThat(proposed).isEmpty();
    }

    @Test
    void aRequestIdGoesIntoTheStateWithItsAnswer() throws Exception {
        lead();
        Future<String> answer = client((pending, now) -> new Decided<>(List.of(putNode("n1", "one")),
                Optional.of(RequestRecord.newBuilder().setId("r1").build()), "done"));
        commit(proposed.take());

        assertThat(answer.get()).isEqualTo("done");
        assertThat(applied.request("r1")).isPresent();
    }

    private void lead(Planner... planners) {
        leadership.begin(() -> new LeaderLoop(7, this::submit, applied, clock::get,
                Timestamp::getDefaultInstance, new PlanningRound(List.of(planners)), givenUp::countDown));
    }

    private CompletableFuture<CommitOutcome> submit(Batch batch) {
        Proposed entry = new Proposed(batch, new CompletableFuture<>());
        proposed.add(entry);
        return entry.outcome();
    }

    private void commit(Proposed entry) {
        Applied result = Applier.apply(applied, entry.batch(), entry.batch().getTerm());
        applied = result.state();
        entry.outcome().complete(new CommitOutcome.Applied(result.results(), applied.index()));
    }

    private <R> Future<R> client(Decision<R> decision) {
        return clients.submit(() -> leadership.commit(decision, PATIENCE));
    }

    private static Decision<String> put(String node) {
        return (pending, now) -> new Decided<>(List.of(putNode(node, node)), Optional.empty(),
                node + " at " + (pending.index() + 1));
    }

    private static Mutation putNode(String id, String name) {
        return Mutation.newBuilder()
                .setPutNode(PutNode.newBuilder().setId(id).setName(name).setAvailability(Node.Availability.ACTIVE))
                .build();
    }

    private static Planner markNewNodesDown() {
        return (ClusterState state, Changes changed, long now) -> {
            Plan.Draft plan = new Plan.Draft();
            changed.nodesIn(state).stream()
                    .filter(node -> node.getState() == NodeState.NODE_STATE_UNKNOWN)
                    .forEach(node -> plan.nodeState(node.getId(), NodeState.NODE_STATE_DOWN, "new"));
            return plan.build();
        };
    }
}
