package dev.mure.manager.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.mure.manager.store.StateDelta;
import dev.mure.v1.AdmitManagerRequest;
import dev.mure.v1.Consistency;
import dev.mure.v1.ControlGrpc;
import dev.mure.v1.CreateServiceRequest;
import dev.mure.v1.CreateServiceResponse;
import dev.mure.v1.DescribeClusterRequest;
import dev.mure.v1.DescribeClusterResponse;
import dev.mure.v1.GetReadIndexRequest;
import dev.mure.v1.GetServiceRequest;
import dev.mure.v1.GetTermRequest;
import dev.mure.v1.ListNodesRequest;
import dev.mure.v1.ListServicesRequest;
import dev.mure.v1.ManagerRole;
import dev.mure.v1.Mutation;
import dev.mure.v1.NodeView;
import dev.mure.v1.PeerGrpc;
import dev.mure.v1.ReportRequest;
import dev.mure.v1.SessionOpened;
import dev.mure.v1.SetManagerRole;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse;
import io.grpc.health.v1.HealthGrpc;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Two managers with real doors on loopback; the client talks to the one that does not lead. */
class LeaderForwardingTest {

    private FakeManager leader;
    private FakeManager follower;
    private ManagedChannel channel;
    private ControlGrpc.ControlBlockingStub control;
    private PeerGrpc.PeerBlockingStub peer;

    @BeforeEach
    void open() throws IOException {
        leader = new FakeManager("m1", new FakeState(), Duration.ofMillis(400));
        follower = new FakeManager("m2", new FakeState(), Duration.ofMillis(400));
        leader.initialise();
        leader.listManager(follower);
        follower.decisions.leading(false);
        follower.leadership.leader = Optional.of("m1");
        replicate();
        channel = follower.connect();
        control = ControlGrpc.newBlockingStub(channel);
        peer = PeerGrpc.newBlockingStub(channel);
    }

    @AfterEach
    void close() {
        channel.shutdownNow();
        leader.close();
        follower.close();
    }

    @Test
    void writesAnywhere() {
        CreateServiceResponse made = create("web");
        assertThat(leader.state.current().service(made.getId())).isPresent();
        assertThat(follower.decisions.transactions()).isEmpty();
    }

    @Test
    void passesOnTheLeadersRefusal() {
        create("web");
        StatusRuntimeException refusal = catchThrowableOfType(StatusRuntimeException.class, () -> create("web"));
        assertThat(refusal.getStatus().getCode()).isEqualTo(Status.Code.ALREADY_EXISTS);
        assertThat(refusal.getStatus().getDescription()).contains("name conflicts with an existing object");
    }

    @Test
    void readsItsOwnStateOnceItHasAppliedWhatTheLeaderConfirmed() throws Exception {
        create("web");
        Thread late = Thread.ofVirtual().start(this::replicate);
        assertThat(control.getService(GetServiceRequest.newBuilder().setService("web").build()).getService().getSpec()
                .getName())
                .isEqualTo("web");
        late.join();
    }

    @Test
    void saysThatThereIsNoLeader() {
        follower.leadership.leader = Optional.empty();
        assertThatThrownBy(() -> create("web")).hasMessageStartingWith("UNAVAILABLE: no leader: none is known")
                .hasMessageEndingWith("try again");
    }

    @Test
    void aLostQuorumIsToldWithoutWaiting() {
        follower.leadership.leader = Optional.empty();
        follower.quorum.lost = Optional.of("2 of 3 managers are unreachable: m1 (h:1) since 12:01:05");
        long before = System.nanoTime();
        for (ThrowingCallable call : List.<ThrowingCallable>of(() -> create("web"),
                () -> control.listServices(ListServicesRequest.getDefaultInstance()))) {
            StatusRuntimeException refusal = catchThrowableOfType(StatusRuntimeException.class, call);
            assertThat(refusal.getStatus().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
            assertThat(refusal.getStatus().getDescription())
                    .isEqualTo("2 of 3 managers are unreachable: m1 (h:1) since 12:01:05");
            assertThat(Objects.requireNonNull(refusal.getTrailers()).get(Statuses.DETAIL))
                    .isEqualTo("mure.v1.QuorumLost");
        }
        assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(2));
    }

    @Test
    void waitsALittleForALeader() {
        follower.leadership.leader = Optional.empty();
        Thread elected = Thread.ofVirtual().unstarted(() -> follower.leadership.leader = Optional.of("m1"));
        elected.start();
        create("web");
    }

    @Test
    void passesOnOnlyOnce() {
        leader.decisions.leading(false);
        leader.leadership.leader = Optional.of("m2");
        assertThatThrownBy(() -> create("web")).hasMessageStartingWith("UNAVAILABLE: no leader: ")
                .hasMessageEndingWith("does not lead any more; try again");
    }

    @Test
    void triesAgainWhatTheLeaderDidNotTake() {
        leader.decisions.refusing(true);
        assertThatThrownBy(() -> create("web")).hasMessageStartingWith("UNAVAILABLE: no leader: ");
        assertThat(leader.state.current().services()).isEmpty();
    }

    @Test
    void saysThatTheLeaderCannotBeReached() {
        leader.close();
        assertThatThrownBy(() -> create("web"))
                .hasMessageStartingWith("UNAVAILABLE: no leader: the leader at 127.0.0.1:")
                .hasMessageEndingWith("can't be reached; try again");
    }

    @Test
    void leavesAnUnknownOutcomeUnknown() {
        leader.decisions.losing(true);
        assertThatThrownBy(() -> create("web")).hasMessageStartingWith("UNKNOWN: outcome unknown: ");
        assertThat(leader.decisions.transactions()).hasSize(1);
    }

    @Test
    void givesUpASilentLeaderSoonAndDoesNotKnowTheOutcome() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
            Thread.ofVirtual().start(() -> answerOnlyHttp2Preface(silent));
            leader.state.apply(Mutation.newBuilder()
                    .setSetManagerRole(SetManagerRole.newBuilder()
                            .setNodeId("m1")
                            .setRole(ManagerRole.newBuilder().setGrpcAddress("127.0.0.1:" + silent.getLocalPort())))
                    .build());
            replicate();
            long began = System.nanoTime();
            assertThatThrownBy(() -> create("web")).hasMessageStartingWith("UNKNOWN: outcome unknown: the leader at ")
                    .hasMessageContaining("stopped answering");
            assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(8));
        }
    }

    @Test
    void leavesTheCallerTimeToHearThatThereIsNoLeader() {
        Duration patience = Duration.ofSeconds(5);
        assertThat(LeaderForwarding.waiting(patience, Duration.ofSeconds(20))).isEqualTo(patience);
        assertThat(LeaderForwarding.waiting(patience, Duration.ofSeconds(4))).isEqualTo(Duration.ofSeconds(3));
        assertThat(LeaderForwarding.waiting(patience, Duration.ZERO)).isZero();
    }

    @Test
    void keepsTheCallersDeadline() {
        follower.leadership.leader = Optional.empty();
        assertThatThrownBy(() -> control.withDeadlineAfter(50, TimeUnit.MILLISECONDS)
                .createService(CreateServiceRequest.newBuilder().setSpec(Specs.redis("web", "redis:3")).build()))
                .isInstanceOf(StatusRuntimeException.class)
                .message()
                .containsAnyOf("DEADLINE_EXCEEDED", "UNAVAILABLE: no leader");
    }

    @Test
    void forwardsThePeersRequestsToo() {
        assertThat(peer.getReadIndex(GetReadIndexRequest.getDefaultInstance()).getIndex())
                .isEqualTo(leader.state.current().index());
        peer.admitManager(AdmitManagerRequest.newBuilder()
                .setClusterId(FakeManager.CLUSTER_ID)
                .setNodeId("m2")
                .setRole(ManagerRole.newBuilder().setRaftPeerId("m2-1").setRaftAddress("h:1").setGrpcAddress("h:2"))
                .build());
        assertThat(leader.admitted).hasSize(1);
        assertThatThrownBy(() -> peer.admitManager(AdmitManagerRequest.newBuilder().setClusterId("other").build()))
                .hasMessageStartingWith("FAILED_PRECONDITION: the manager wants to join cluster \"other\"");
        assertThatThrownBy(
                () -> peer.admitManager(AdmitManagerRequest.newBuilder().setClusterId(FakeManager.CLUSTER_ID).build()))
                .hasMessageStartingWith("INVALID_ARGUMENT: a manager that joins must name");
        assertThatThrownBy(() -> peer.report(ReportRequest.newBuilder().setManagerId("m1").build()))
                .hasMessageStartingWith("INVALID_ARGUMENT: a manager speaks for itself only");
        long index = peer.report(ReportRequest.newBuilder()
                .setManagerId("m2")
                .addOpened(SessionOpened.newBuilder().setNodeId("n1").setNodeName("one").setSessionId("s1"))
                .build()).getIndex();
        assertThat(leader.state.current().index()).isEqualTo(index);
        assertThat(leader.state.current().node("n1").orElseThrow().getSession().getManagerId()).isEqualTo("m2");
    }

    @Test
    void answersEverywhereWhatAnyManagerKnows() {
        DescribeClusterResponse described = peer.describeCluster(DescribeClusterRequest.getDefaultInstance());
        assertThat(described.getClusterId()).isEqualTo(FakeManager.CLUSTER_ID);
        assertThat(described.getRaftGroupId()).isEqualTo("group");
        assertThat(peer.getTerm(GetTermRequest.getDefaultInstance()).getTerm()).isEqualTo(7);
        assertThat(HealthGrpc.newBlockingStub(channel).check(HealthCheckRequest.getDefaultInstance()).getStatus())
                .isEqualTo(HealthCheckResponse.ServingStatus.SERVING);
    }

    @Test
    void asksTheLeaderWhichManagersItHears() {
        assertThat(control.listNodes(ListNodesRequest.getDefaultInstance()).getNodesList())
                .extracting(NodeView::getReachable)
                .containsExactly(true, true);
    }

    @Test
    void doesNotAskInCirclesWhoIsReachable() {
        leader.decisions.leading(false);
        leader.leadership.leader = Optional.of("m2");
        assertThat(control
                .listNodes(ListNodesRequest.newBuilder().setConsistency(Consistency.CONSISTENCY_STALE).build())
                .getNodesList()).extracting(NodeView::getReachable).containsExactly(true, true);
    }

    @Test
    void reportsThroughTheLeader() throws Exception {
        ReportRequest report = ReportRequest.newBuilder()
                .setManagerId("m2")
                .addOpened(SessionOpened.newBuilder().setNodeId("n1").setNodeName("one").setSessionId("s1"))
                .build();
        long index = follower.reports.report(report, Duration.ofSeconds(5)).getIndex();
        assertThat(leader.state.current().index()).isEqualTo(index);
        // Harmless twice.
        assertThat(follower.reports.report(report, Duration.ofSeconds(5)).getIndex()).isEqualTo(index);
        assertThat(leader.reports.report(report, Duration.ofSeconds(5)).getIndex()).isEqualTo(index);
    }

    @Test
    void replacesAConnectionThatFailed() throws Exception {
        create("web");
        int port = Integer.parseInt(leader.address().split(":")[1]);
        leader.close();
        assertThatThrownBy(() -> create("db"));
        assertThatThrownBy(() -> create("db"));
        try (FakeManager again = new FakeManager("m1", leader.state, Duration.ofMillis(400), port)) {
            again.leadership.leader = Optional.of("m1");
            create("db");
            assertThat(again.decisions.transactions()).hasSize(1);
        }
    }

    /** The follower's log catches up. */
    private void replicate() {
        follower.state.set(leader.state.current(), StateDelta.RESTORED);
    }

    private CreateServiceResponse create(String name) {
        return control
                .createService(CreateServiceRequest.newBuilder().setSpec(Specs.redis(name, "redis:3.0.6")).build());
    }

    /** As a stopped process: connections are there, HTTP/2 begins, and nothing is ever answered. */
    private static void answerOnlyHttp2Preface(ServerSocket server) {
        try (var connection = server.accept()) {
            byte[] emptySettings = {0, 0, 0, 4, 0, 0, 0, 0, 0};
            connection.getOutputStream().write(emptySettings);
            connection.getOutputStream().flush();
            connection.getInputStream().transferTo(OutputStream.nullOutputStream());
        } catch (IOException e) {
            // The test is over.
        }
    }
}
