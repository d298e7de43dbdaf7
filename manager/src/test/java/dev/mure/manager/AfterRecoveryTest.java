package dev.mure.manager;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mure.manager.leader.Refusal;
import dev.mure.manager.store.Applier;
import dev.mure.manager.store.ClusterState;
import dev.mure.v1.Cluster;
import dev.mure.v1.ManagerRole;
import dev.mure.v1.Mutation;
import dev.mure.v1.Node;
import dev.mure.v1.OpenSession;
import dev.mure.v1.PutNode;
import dev.mure.v1.SetManagerRole;
import dev.mure.v1.Transaction;
import java.util.List;
import org.junit.jupiter.api.Test;

class AfterRecoveryTest {

    @Test
    void theEpochRisesAndOnlyTheManagerThatIsLeftStaysOne() throws Refusal {
        ClusterState before = apply(ClusterState.empty(), List.of(
                Mutation.newBuilder().setPutCluster(Cluster.newBuilder().setId("c").setEpoch(4)).build(),
                node("left"), manager("left"),
                node("gone"), manager("gone"),
                node("both"), manager("both"), session("both"),
                node("agent"), session("agent")));

        ClusterState after = apply(before, AfterRecovery.note("left-1").decide(before, 1).mutations());

        assertThat(after.cluster().orElseThrow().getEpoch()).isEqualTo(5);
        assertThat(after.nodes()).extracting(Node::getId).containsExactly("agent", "both", "left");
        assertThat(after.nodes()).filteredOn(Node::hasManager).extracting(Node::getId).containsExactly("left");
        assertThat(after.node("both").orElseThrow().getSession())
                .isEqualTo(before.node("both").orElseThrow().getSession());
    }

    private static ClusterState apply(ClusterState state, List<Mutation> mutations) {
        return Applier.applyAhead(state, Transaction.newBuilder().addAllMutations(mutations).build()).state();
    }

    private static Mutation node(String id) {
        return Mutation.newBuilder()
                .setPutNode(PutNode.newBuilder().setId(id).setName(id).setAvailability(Node.Availability.ACTIVE))
                .build();
    }

    private static Mutation manager(String id) {
        return Mutation.newBuilder()
                .setSetManagerRole(SetManagerRole.newBuilder()
                        .setNodeId(id)
                        .setRole(ManagerRole.newBuilder().setRaftPeerId(id + "-1")))
                .build();
    }

    private static Mutation session(String id) {
        return Mutation.newBuilder()
                .setOpenSession(OpenSession.newBuilder().setNodeId(id).setSessionId("s-" + id).setManagerId("left"))
                .build();
    }
}
