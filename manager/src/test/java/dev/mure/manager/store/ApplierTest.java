package dev.mure.manager.store;

import static dev.mure.manager.store.Changes.assign;
import static dev.mure.manager.store.Changes.at;
import static dev.mure.manager.store.Changes.desire;
import static dev.mure.manager.store.Changes.forget;
import static dev.mure.manager.store.Changes.node;
import static dev.mure.manager.store.Changes.observe;
import static dev.mure.manager.store.Changes.revision;
import static dev.mure.manager.store.Changes.service;
import static dev.mure.manager.store.Changes.session;
import static dev.mure.manager.store.Changes.task;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mure.trust.CertificateAuthority;
import dev.mure.v1.Batch;
import dev.mure.v1.Cluster;
import dev.mure.v1.LoseSession;
import dev.mure.v1.Mutation;
import dev.mure.v1.ObjectVersion;
import dev.mure.v1.Precondition;
import dev.mure.v1.RequestRecord;
import dev.mure.v1.Service;
import dev.mure.v1.Task;
import dev.mure.v1.TaskState;
import dev.mure.v1.Transaction;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ApplierTest {

    private static final Transaction ONE_RUNNING_TASK = at(1_000,
            node("n1"), session("n1", "s1"), service("web", "web", false), revision("web", 1), task("t1", "web", 1),
            assign("t1", "n1"));

    private ClusterState state = ClusterState.empty();

    @Test
    void aBatchOfAnotherTermChangesNothing() {
        Applied applied = Applier.apply(state,
                Batch.newBuilder().setTerm(4).addTransactions(ONE_RUNNING_TASK).build(), 5);

        assertThat(applied.state().index()).isZero();
        assertThat(applied.delta().isEmpty()).isTrue();
        assertThat(applied.results()).singleElement().isInstanceOf(TransactionResult.Rejected.class);
    }

    @Test
    void aBrokenPreconditionRejectsTheWholeTransactionAndOnlyThat() {
        Transaction stale = at(1, node("n2"), node("n3")).toBuilder()
                .addPreconditions(Precondition.newBuilder()
                        .setVersion(ObjectVersion.newBuilder().setServiceId("web").setVersion(9)))
                .build();

        Applied applied = Applier.apply(state,
                Batch.newBuilder().setTerm(1).addTransactions(stale).addTransactions(at(2, node("n4"))).build(), 1);

        assertThat(applied.results().getFirst()).isInstanceOf(TransactionResult.Rejected.class);
        assertThat(applied.state().nodes()).extracting(node -> node.getId()).containsExactly("n4");
        assertThat(applied.state().index()).isEqualTo(1);
    }

    @Test
    void aGuardSkipsItsOneMutationAndSaysSo() {
        run(ONE_RUNNING_TASK);

        TransactionResult result = run(at(1_100,
                observe("t1", "n1", "another session", TaskState.TASK_STATE_RUNNING),
                observe("nobody", "n1", "s1", TaskState.TASK_STATE_RUNNING),
                observe("t1", "n1", "s1", TaskState.TASK_STATE_READY)));

        assertThat(result).isEqualTo(new TransactionResult.Applied(2, List.of(0, 1)));
        assertThat(stateOf("t1")).isEqualTo(TaskState.TASK_STATE_READY);
    }

    @Test
    void anObservedStateOnlyMovesForward() {
        run(ONE_RUNNING_TASK);
        run(at(1_100, observe("t1", "n1", "s1", TaskState.TASK_STATE_FAILED)));
        run(at(1_200, observe("t1", "n1", "s1", TaskState.TASK_STATE_RUNNING)));

        assertThat(stateOf("t1")).isEqualTo(TaskState.TASK_STATE_FAILED);
    }

    @Test
    void theMomentATaskBeganToRunIsKeptWhenItEnds() {
        run(ONE_RUNNING_TASK);
        run(at(1_100, observe("t1", "n1", "s1", TaskState.TASK_STATE_RUNNING)));
        run(at(1_900, observe("t1", "n1", "s1", TaskState.TASK_STATE_FAILED)));

        assertThat(found("t1").getStatus().getRunningClockMillis()).isEqualTo(1_100);
        assertThat(found("t1").getStatus().getClockMillis()).isEqualTo(1_900);
    }

    @Test
    void aDesiredStateOnlyMovesForward() {
        run(ONE_RUNNING_TASK);
        run(at(1_100, desire("t1", TaskState.TASK_STATE_SHUTDOWN)));
        run(at(1_200, desire("t1", TaskState.TASK_STATE_RUNNING)));

        assertThat(found("t1").getDesired().getState()).isEqualTo(TaskState.TASK_STATE_SHUTDOWN);
    }

    @Test
    void aTaskNeverChangesItsNode() {
        run(ONE_RUNNING_TASK);
        run(at(1_100, node("n2"), assign("t1", "n2")));

        assertThat(found("t1").getNodeId()).isEqualTo("n1");
        assertThat(state.tasksOnNode("n2")).isEmpty();
    }

    @Test
    void aStatusDoesNotTouchWhatAClientReliesOn() {
        run(ONE_RUNNING_TASK);
        Service before = state.service("web").orElseThrow();
        run(at(1_100, observe("t1", "n1", "s1", TaskState.TASK_STATE_RUNNING)));

        assertThat(state.service("web").orElseThrow()).isEqualTo(before);
        assertThat(found("t1").getDesired().getVersion()).isEqualTo(1);
    }

    @Test
    void onlyTheHeldSessionCanBeLost() {
        run(ONE_RUNNING_TASK);
        run(at(1_100, session("n1", "s2")));
        TransactionResult late = run(at(1_200, lose("n1", "s1")));
        run(at(1_300, lose("n1", "s2")));
        TransactionResult again = run(at(1_400, lose("n1", "s2")));

        assertThat(late).isEqualTo(new TransactionResult.Applied(3, List.of(0)));
        assertThat(again).isEqualTo(new TransactionResult.Applied(5, List.of(0)));
        assertThat(state.node("n1").orElseThrow().getSession().getLostClockMillis()).isEqualTo(1_300);
    }

    @Test
    void theClockNeverGoesBack() {
        run(at(5_000, node("n1")));
        run(at(4_000, node("n2")));

        assertThat(state.clockMillis()).isEqualTo(5_000);
    }

    @Test
    void removingAServiceFreesItsNameAtOnce() {
        run(at(1, service("a", "Web", false)));
        assertThat(state.serviceByName("wEB")).isPresent();
        run(at(2, service("a", "Web", true)));
        assertThat(state.serviceByName("web")).isEmpty();
        run(at(3, service("b", "web", false)));
        run(at(4, Mutation.newBuilder().setRemoveService("a").build()));

        assertThat(state.serviceByName("web").orElseThrow().getId()).isEqualTo("b");
    }

    @Test
    void tasksOfASlotAreOrderedByAge() {
        run(at(1, service("web", "web", false), task("z", "web", 1)));
        run(at(2, task("a", "web", 1), task("m", "web", 2)));

        assertThat(state.tasksOfSlot("web", 1)).extracting(Task::getId).containsExactly("z", "a");
        assertThat(state.tasksOfService("web")).extracting(Task::getId).containsExactly("z", "a", "m");
    }

    @Test
    void theDeltaNamesWhatChanged() {
        run(ONE_RUNNING_TASK);
        StateDelta delta = Applier.applyAhead(state, at(2_000, forget("t1"))).delta();

        assertThat(delta.forgotten()).containsExactly(Map.entry("t1", "n1"));
        assertThat(delta.services()).containsExactly("web");
        assertThat(delta.tasks()).isEmpty();
        assertThat(delta.nodes()).isEmpty();
    }

    @Test
    void aRequestIsKeptWithItsAnswerAndForgottenWithAHorizon() {
        run(withRequest("r1", 1_000));
        run(withRequest("r2", 2_000));
        assertThat(state.request("r1").orElseThrow().getIndex()).isEqualTo(1);
        assertThat(state.requestHorizon()).isZero();

        run(withRequest("r3", 1_001 + Applier.REQUEST_RETENTION_MILLIS));

        assertThat(state.request("r1")).isEmpty();
        assertThat(state.request("r2")).isPresent();
        assertThat(state.requestHorizon()).isEqualTo(1);
    }

    @Test
    void noMoreThanTheBoundOfRequestsIsKept() {
        for (int i = 0; i <= Applier.MAX_REQUESTS; i++) {
            run(withRequest("r" + i, 1));
        }

        assertThat(state.request("r0")).isEmpty();
        assertThat(state.request("r1")).isPresent();
    }

    @Test
    void aNewerEntryIsRefusedBeforeAnythingIsApplied() {
        Batch newer = Batch.newBuilder().setFeatureLevel(Applier.FEATURE_LEVEL + 1).build();
        Batch unknown = Batch.newBuilder()
                .addTransactions(at(1, node("n1"), Mutation.getDefaultInstance()))
                .build();

        assertThatThrownBy(() -> Applier.apply(state, newer, 0)).isInstanceOf(UnsupportedEntryException.class);
        assertThatThrownBy(() -> Applier.apply(state, unknown, 0)).isInstanceOf(UnsupportedEntryException.class);
    }

    private TransactionResult run(Transaction transaction) {
        Applied applied = Applier.applyAhead(state, transaction);
        state = applied.state();
        return applied.results().getFirst();
    }

    private Task found(String id) {
        return state.task(id).orElseThrow();
    }

    private TaskState stateOf(String taskId) {
        return found(taskId).getStatus().getState();
    }

    private static Mutation lose(String nodeId, String sessionId) {
        return Mutation.newBuilder()
                .setLoseSession(LoseSession.newBuilder().setNodeId(nodeId).setSessionId(sessionId))
                .build();
    }

    private static Transaction withRequest(String id, long clockMillis) {
        return at(clockMillis, node("n1")).toBuilder().setRequest(RequestRecord.newBuilder().setId(id)).build();
    }

    @Test
    void removedNodesAreRememberedAsLongAsTheirCertificatesMayBeGood() {
        run(at(1, Mutation.newBuilder().setPutCluster(Cluster.newBuilder().setId("c")).build()));
        assertThat(Mutations.REMOVAL_KEPT_MILLIS).isGreaterThan(CertificateAuthority.NODE_LIFETIME.toMillis());
        long expired = 2 + Mutations.REMOVAL_KEPT_MILLIS;
        for (int i = 0; i <= Mutations.REMOVED_NODES_KEPT; i++) {
            removeNode("n" + i, 2);
        }
        removeNode("m0", expired);
        assertThat(state.nodes()).isEmpty();
        assertThat(state.nodeRemoved("n0")).isTrue();

        removeNode("m1", expired + 1);
        assertThat(state.nodeRemoved("n0")).isFalse();
        assertThat(state.nodeRemoved("n3")).isTrue();
        assertThat(state.nodeRemoved("m1")).isTrue();
        assertThat(state.cluster().orElseThrow().getRemovedNodesList()).hasSize(Mutations.REMOVED_NODES_KEPT);
    }

    private void removeNode(String id, long clockMillis) {
        run(at(clockMillis, node(id), Mutation.newBuilder().setRemoveNode(id).build()));
    }
}
