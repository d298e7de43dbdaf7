package dev.mure.manager.planning;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mure.manager.store.Applier;
import dev.mure.manager.store.ClusterState;
import dev.mure.v1.ContainerSpec;
import dev.mure.v1.Mutation;
import dev.mure.v1.Node;
import dev.mure.v1.Placement;
import dev.mure.v1.PutNode;
import dev.mure.v1.ReplicatedMode;
import dev.mure.v1.Resources;
import dev.mure.v1.Revision;
import dev.mure.v1.Service;
import dev.mure.v1.Task;
import dev.mure.v1.TaskSpec;
import dev.mure.v1.Transaction;
import org.junit.jupiter.api.Test;

/** Which tasks are dirty: update-semantics §3. */
class CurrentSpecTest {

    private static final TaskSpec SPEC =
            TaskSpec.newBuilder().setContainer(ContainerSpec.newBuilder().setImage("v1")).build();

    /** Whether a task of the first revision is clean when the second is current; there is one node, n1. */
    private static boolean clean(TaskSpec first, TaskSpec second, String nodeId) {
        ClusterState state = Applier.applyAhead(ClusterState.empty(), Transaction.newBuilder()
                .addMutations(Mutation.newBuilder()
                        .setPutNode(PutNode.newBuilder()
                                .setId("n1")
                                .setName("n1")
                                .setAvailability(Node.Availability.ACTIVE)))
                .addMutations(revision(1, first))
                .addMutations(revision(2, second))
                .addMutations(Mutation.newBuilder()
                        .setPutService(Service.newBuilder()
                                .setId("web")
                                .setName("web")
                                .setReplicated(ReplicatedMode.newBuilder().setReplicas(1))
                                .setRevision(2)))
                .build()).state();
        Task task =
                Task.newBuilder().setId("t").setServiceId("web").setSlot(1).setRevision(1).setNodeId(nodeId).build();
        return new CurrentSpec(state, state.service("web").orElseThrow()).clean(task);
    }

    private static Mutation.Builder revision(long number, TaskSpec spec) {
        return Mutation.newBuilder()
                .setPutRevision(Revision.newBuilder().setServiceId("web").setNumber(number).setTask(spec));
    }

    private static TaskSpec on(String constraint) {
        return SPEC.toBuilder().setPlacement(Placement.newBuilder().addConstraints(constraint)).build();
    }

    @Test
    void anEqualSpecIsClean() {
        assertThat(clean(SPEC, SPEC, "n1")).isTrue();
        assertThat(clean(SPEC, SPEC, "")).isTrue();
    }

    @Test
    void anotherSpecIsDirty() {
        assertThat(clean(SPEC, SPEC.toBuilder().setForceUpdate(1).build(), "n1")).isFalse();
        assertThat(clean(SPEC, SPEC.toBuilder().setResources(Resources.getDefaultInstance()).build(), "n1")).isFalse();
    }

    @Test
    void anotherPlacementAloneIsCleanWhereTheNodeMeetsIt() {
        assertThat(clean(SPEC, on("node.id==n1"), "n1")).isTrue();
        assertThat(clean(on("node.id==n1"), SPEC, "n1")).isTrue();
        assertThat(clean(SPEC, on("node.id==n2"), "n1")).isFalse();
    }

    @Test
    void anotherPlacementIsDirtyWithoutANodeThatCouldMeetIt() {
        assertThat(clean(SPEC, on("node.id==n1"), "")).isFalse();
        assertThat(clean(on("node.id==n1"), SPEC, "")).isFalse();
        assertThat(clean(SPEC, on("node.id!=n1"), "gone")).isFalse();
    }

    @Test
    void anotherPlacementAndSomethingElseIsDirty() {
        assertThat(clean(SPEC, on("node.id==n1").toBuilder().setForceUpdate(1).build(), "n1")).isFalse();
    }
}
