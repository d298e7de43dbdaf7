package dev.mure.manager.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.mure.v1.AdmitManagerRequest;
import dev.mure.v1.ControlGrpc;
import dev.mure.v1.LeaveSwarmRequest;
import dev.mure.v1.ManagerRole;
import dev.mure.v1.Mutation;
import dev.mure.v1.Node;
import dev.mure.v1.NodeDescription;
import dev.mure.v1.NodeState;
import dev.mure.v1.OpenSession;
import dev.mure.v1.PeerGrpc;
import dev.mure.v1.PutNode;
import dev.mure.v1.RemoveNodeRequest;
import dev.mure.v1.RequestId;
import dev.mure.v1.SetManagerRole;
import dev.mure.v1.SetNodeState;
import dev.mure.v1.Task;
import dev.mure.v1.TaskState;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Nodes that are removed and managers that leave, through real gRPC doors. */
class LeavingTest {

    private final FakeState state = new FakeState();
    private FakeManager leader;
    private ManagedChannel channel;
    private ControlGrpc.ControlBlockingStub control;

    @BeforeEach
    void open() throws IOException {
        leader = new FakeManager("m1", state, Duration.ofMillis(300));
        leader.initialise();
        leader.voters.add("m1-1");
        channel = leader.connect();
        control = ControlGrpc.newBlockingStub(channel);
    }

    @AfterEach
    void close() {
        channel.shutdownNow();
        leader.close();
    }

    @Test
    void aNodeThatIsUpIsRemovedOnlyByForceAndItsTasksAreLost() {
        agent("w1", NodeState.NODE_STATE_READY);
        state.apply(Mutation.newBuilder().setCreateTask(Task.newBuilder().setId("t1").setNodeId("w1")).build());
        assertRefused(() -> remove("w1", false), Status.Code.FAILED_PRECONDITION,
                "node w1 is not down and can't be removed");
        assertThat(remove("w1", true)).isEqualTo("w1");
        assertThat(state.current().node("w1")).isEmpty();
        assertThat(state.current().nodeRemoved("w1")).isTrue();
        assertThat(state.current().task("t1").orElseThrow().getStatus().getState())
                .isEqualTo(TaskState.TASK_STATE_ORPHANED);
        assertRefused(() -> remove("w1", true), Status.Code.NOT_FOUND, "node w1 not found");
    }

    @Test
    void aNodeThatIsDownIsRemovedAndARepeatedRequestGetsTheFirstAnswer() {
        agent("w1", NodeState.NODE_STATE_DOWN);
        RemoveNodeRequest request = RemoveNodeRequest.newBuilder().setNode("host-w1")
                .setRequest(RequestId.newBuilder().setId("r1")).build();
        assertThat(control.removeNode(request)).isEqualTo(control.removeNode(request));
    }

    @Test
    void aManagerThatAnswersHasToLeaveFirst() {
        manager("m2");
        String words = "node m2 is a cluster manager and is a member of the raft cluster."
                + " It must be demoted to worker before removal";
        assertRefused(() -> remove("m2", true), Status.Code.FAILED_PRECONDITION, words);
        assertThat(leader.voters).contains("m2-1");
        leader.voters.remove("m2-1");
        assertThat(remove("m2", false)).isEqualTo("m2");
    }

    @Test
    void aDeadManagerLosesItsVoteWithItsNode() {
        manager("silent");
        assertThat(remove("silent", false)).isEqualTo("silent");
        assertThat(leader.voters).containsExactly("m1-1");
        assertThat(state.current().nodeRemoved("silent")).isTrue();
    }

    @Test
    void aDeadManagerStaysWhenTheOthersCouldNotGoOn() {
        manager("silent");
        leader.quorum.removal = "can't remove member from the raft: this would result in a loss of quorum";
        assertRefused(() -> remove("silent", true), Status.Code.FAILED_PRECONDITION, leader.quorum.removal);
        assertThat(state.current().node("silent")).isPresent();
        assertThat(state.current().nodeRemoved("silent")).isFalse();
    }

    @Test
    void whatWasRemovedIsNotAdmittedAgain() {
        manager("silent");
        remove("silent", false);
        channel.shutdownNow();
        channel = leader.connectAs("silent");
        assertRefused(() -> PeerGrpc.newBlockingStub(channel).admitManager(AdmitManagerRequest.newBuilder()
                .setClusterId(FakeManager.CLUSTER_ID).setNodeId("silent").setNodeName("x").setRole(role("silent"))
                .build()), Status.Code.PERMISSION_DENIED,
                "was removed from this cluster: to come back it needs an empty data folder");
    }

    @Test
    void theLastManagerLeavesOnlyByForce() {
        leader.departure.last = true;
        assertRefused(() -> leave(control, false), Status.Code.FAILED_PRECONDITION,
                "Removing the last manager erases all current state of the swarm. Use `--force` to ignore this message.");
        assertThat(leader.departure.done).isEmpty();
        leave(control, true);
        assertThat(leader.departure.done).containsExactly("end");
    }

    @Test
    void aFollowerIsReleasedByTheLeaderAndEnds() throws IOException {
        try (FakeManager follower = follower("m2")) {
            leave(stub(follower), false);
            assertThat(follower.departure.done).containsExactly("hand over", "end");
            assertThat(leader.voters).containsExactly("m1-1");
            assertThat(state.current().node("m2")).as("a node without an agent is nothing any more").isEmpty();
            assertThat(state.current().nodeRemoved("m2")).as("it may come back").isFalse();
        }
    }

    @Test
    void aManagerWithAnAgentStaysAsAWorker() throws IOException {
        try (FakeManager follower = follower("m2")) {
            state.apply(Mutation.newBuilder().setOpenSession(OpenSession.newBuilder().setNodeId("m2").setSessionId("s")
                    .setManagerId("m1").setDescription(NodeDescription.newBuilder().setHostname("h"))).build());
            leave(stub(follower), false);
            assertThat(state.current().node("m2")).hasValueSatisfying(
                    node -> assertThat(node.hasManager()).isFalse());
        }
    }

    @Test
    void aManagerThatIsNeededStaysUnlessItIsForced() throws IOException {
        try (FakeManager follower = follower("m2")) {
            leader.quorum.removal = "can't remove member from the raft: this would result in a loss of quorum";
            assertRefused(() -> leave(stub(follower), false), Status.Code.FAILED_PRECONDITION, leader.quorum.removal);
            assertThat(follower.departure.done).doesNotContain("end");
            leave(stub(follower), true);
            assertThat(follower.departure.done).endsWith("end");
        }
    }

    @Test
    void whileTheQuorumIsLostAManagerLeavesOnlyByForce() throws IOException {
        try (FakeManager follower = follower("m2")) {
            follower.leadership.leader = Optional.empty();
            follower.quorum.lost = Optional.of("2 of 3 managers are unreachable: m1 (h:1) since 12:01:05");
            assertRefused(() -> leave(stub(follower), false), Status.Code.FAILED_PRECONDITION,
                    "2 of 3 managers are unreachable");
            leave(stub(follower), true);
            assertThat(follower.departure.done).startsWith("hand over").endsWith("end");
        }
    }

    @Test
    void leadershipThatComesBackIsHandedOverAgain() throws IOException {
        try (FakeManager follower = follower("m2")) {
            follower.leadership.leader = Optional.of("m2");
            follower.departure.handingOver = () -> {
                if (follower.departure.done.size() == 2) {
                    follower.leadership.leader = Optional.of("m1");
                }
            };
            leave(stub(follower), false);
            assertThat(follower.departure.done).containsExactly("hand over", "hand over", "end");
        }
    }

    private FakeManager follower(String id) throws IOException {
        FakeManager follower = new FakeManager(id, state, Duration.ofMillis(300));
        follower.decisions.leading(false);
        follower.leadership.leader = Optional.of("m1");
        leader.listManager(follower);
        leader.voters.add(id + "-1");
        return follower;
    }

    private ControlGrpc.ControlBlockingStub stub(FakeManager manager) {
        channel.shutdownNow();
        channel = manager.connect();
        return ControlGrpc.newBlockingStub(channel);
    }

    private static void leave(ControlGrpc.ControlBlockingStub control, boolean force) {
        var _ = control.leaveSwarm(LeaveSwarmRequest.newBuilder().setForce(force).build());
    }

    private String remove(String node, boolean force) {
        return control.removeNode(RemoveNodeRequest.newBuilder().setNode(node).setForce(force).build()).getId();
    }

    private void agent(String id, NodeState nodeState) {
        put(id);
        state.apply(Mutation.newBuilder().setOpenSession(OpenSession.newBuilder().setNodeId(id).setSessionId("s-" + id)
                .setManagerId("m1")).build(),
                Mutation.newBuilder().setSetNodeState(SetNodeState.newBuilder().setNodeId(id).setState(nodeState))
                        .build());
    }

    private void manager(String id) {
        put(id);
        state.apply(Mutation.newBuilder().setSetManagerRole(SetManagerRole.newBuilder().setNodeId(id).setRole(role(id)))
                .build());
        leader.voters.add(id + "-1");
    }

    private static ManagerRole role(String id) {
        return ManagerRole.newBuilder().setRaftPeerId(id + "-1").setGrpcAddress("127.0.0.1:1")
                .setRaftAddress("127.0.0.1:2").build();
    }

    private void put(String id) {
        state.apply(Mutation.newBuilder().setPutNode(PutNode.newBuilder().setId(id).setName("host-" + id)
                .setAvailability(Node.Availability.ACTIVE)).build());
    }

    private static void assertRefused(ThrowingCallable call, Status.Code code, String words) {
        StatusRuntimeException refusal = catchThrowableOfType(StatusRuntimeException.class, call);
        assertThat(refusal.getStatus().getCode()).isEqualTo(code);
        assertThat(refusal.getStatus().getDescription()).contains(words);
    }
}
