package dev.mure.manager.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.mure.trust.NodeRole;
import dev.mure.v1.CertificateRole;
import dev.mure.v1.Consistency;
import dev.mure.v1.ControlGrpc;
import dev.mure.v1.CreateServiceRequest;
import dev.mure.v1.DesiredState;
import dev.mure.v1.GetClusterRequest;
import dev.mure.v1.GetClusterResponse;
import dev.mure.v1.GetJoinTokenRequest;
import dev.mure.v1.GetJoinTokenResponse;
import dev.mure.v1.GetServiceRequest;
import dev.mure.v1.GetServiceResponse;
import dev.mure.v1.GlobalMode;
import dev.mure.v1.Label;
import dev.mure.v1.ListNodesRequest;
import dev.mure.v1.ListNodesResponse;
import dev.mure.v1.ListRevisionsRequest;
import dev.mure.v1.ListRolloutsRequest;
import dev.mure.v1.ListRolloutsResponse;
import dev.mure.v1.ListServicesRequest;
import dev.mure.v1.ListTasksRequest;
import dev.mure.v1.ListTasksResponse;
import dev.mure.v1.ManagerRole;
import dev.mure.v1.Mutation;
import dev.mure.v1.Node;
import dev.mure.v1.NodeState;
import dev.mure.v1.NodeView;
import dev.mure.v1.PutNode;
import dev.mure.v1.Revision;
import dev.mure.v1.RevisionView;
import dev.mure.v1.Rollout;
import dev.mure.v1.RolloutState;
import dev.mure.v1.RolloutView;
import dev.mure.v1.Service;
import dev.mure.v1.ServiceSpec;
import dev.mure.v1.SetManagerRole;
import dev.mure.v1.Task;
import dev.mure.v1.TaskState;
import dev.mure.v1.TaskStatus;
import dev.mure.v1.TaskView;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Looking things up through a real gRPC door. */
class ControlReadsTest {

    private FakeManager manager;
    private ManagedChannel channel;
    private ControlGrpc.ControlBlockingStub control;

    @BeforeEach
    void open() throws IOException {
        manager = new FakeManager("m1", new FakeState(), Duration.ofMillis(200));
        manager.initialise();
        channel = manager.connect();
        control = ControlGrpc.newBlockingStub(channel);
        service("abc1", "web");
        service("abc2", "db");
        service("abc", "cache");
        service("xyz1", "abc2");
    }

    @AfterEach
    void close() {
        channel.shutdownNow();
        manager.close();
    }

    @Test
    void theClusterIsShownWithoutItsSecrets() {
        assertThat(control.getCluster(GetClusterRequest.getDefaultInstance()).getCluster().hasTrust()).isFalse();
    }

    @Test
    void joinTokensComeWithTheAddressesOfManagers() {
        GetJoinTokenResponse answer = control.getJoinToken(
                GetJoinTokenRequest.newBuilder().setRole(CertificateRole.CERTIFICATE_ROLE_MANAGER).build());
        assertThat(answer.getToken()).isEqualTo(FakeManager.TRUST.token(NodeRole.MANAGER).text());
        assertThat(answer.getManagerAddressesList()).containsExactly(manager.address());
        assertThatThrownBy(() -> control.getJoinToken(GetJoinTokenRequest.getDefaultInstance()))
                .hasMessage("INVALID_ARGUMENT: role: must be WORKER or MANAGER");
    }

    @ParameterizedTest
    @CsvSource({"web,abc1", "WEB,abc1", "abc1,abc1", "abc,abc", "abc2,abc2", "xy,xyz1", "xyz1,xyz1"})
    void findsByIdThenNameThenPrefix(String reference, String id) {
        assertThat(get(reference).getService().getId()).isEqualTo(id);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            ab   | INVALID_ARGUMENT | service ab is ambiguous (3 matches found)
            nope | NOT_FOUND        | service nope not found
            a b  | NOT_FOUND        | service "a b" not found
            """)
    void saysWhatItDoesNotFind(String reference, String code, String line) {
        assertThatThrownBy(() -> get(reference)).isInstanceOf(StatusRuntimeException.class)
                .hasMessage(code + ": " + line);
    }

    @Test
    void joinsAService() {
        task("t1", "abc1", 1, 1, TaskState.TASK_STATE_RUNNING, TaskState.TASK_STATE_RUNNING, "n1");
        task("t2", "abc1", 2, 1, TaskState.TASK_STATE_RUNNING, TaskState.TASK_STATE_PREPARING, "n1");
        GetServiceResponse answer = get("web");
        assertThat(answer.getStale()).isFalse();
        assertThat(answer.getIndex()).isEqualTo(manager.state.current().index());
        assertThat(answer.getService().getSpec().getTask().getContainer().getImage()).isEqualTo("redis:3");
        assertThat(answer.getService().getRunningTasks()).isEqualTo(1);
        assertThat(answer.getService().getDesiredTasks()).isEqualTo(2);
        assertThat(answer.getService().hasRollout()).isFalse();
    }

    @Test
    void listsServicesByNameWithFilters() {
        assertThat(names(ListServicesRequest.getDefaultInstance())).containsExactly("abc2", "cache", "db", "web");
        assertThat(names(ListServicesRequest.newBuilder().addNames("c").addNames("we").build()))
                .containsExactly("cache", "web");
        assertThat(names(ListServicesRequest.newBuilder().addIds("abc2").addIds("xyz").build())).containsExactly("abc2",
                "db");
        assertThat(names(ListServicesRequest.newBuilder().addLabels("of").addLabels("of=web").build()))
                .containsExactly("web");
        assertThat(names(ListServicesRequest.newBuilder().addLabels("other").build())).isEmpty();
    }

    @Test
    void listsTasksByServiceSlotAndAge() {
        task("t1", "abc1", 2, 1, TaskState.TASK_STATE_RUNNING, TaskState.TASK_STATE_RUNNING, "n1");
        task("t2", "abc1", 1, 1, TaskState.TASK_STATE_SHUTDOWN, TaskState.TASK_STATE_SHUTDOWN, "n2");
        task("t3", "abc1", 1, 1, TaskState.TASK_STATE_RUNNING, TaskState.TASK_STATE_RUNNING, "n2");
        task("t4", "abc2", 1, 1, TaskState.TASK_STATE_RUNNING, TaskState.TASK_STATE_RUNNING, "n1");
        node("n1", "alpha");
        assertThat(ids(ListTasksRequest.getDefaultInstance())).containsExactly("t4", "t3", "t2", "t1");
        assertThat(ids(ListTasksRequest.newBuilder().addServices("web").build())).containsExactly("t3", "t2", "t1");
        assertThat(ids(ListTasksRequest.newBuilder().addServices("web").addServices("abc1").build()))
                .containsExactly("t3", "t2", "t1");
        assertThat(ids(ListTasksRequest.newBuilder().addNodes("alpha").build())).containsExactly("t4", "t1");
        assertThat(ids(ListTasksRequest.newBuilder().addNodes("n2").build())).containsExactly("t3", "t2");
        assertThat(ids(ListTasksRequest.newBuilder().addDesiredStates(TaskState.TASK_STATE_SHUTDOWN).build()))
                .containsExactly("t2");
        assertThat(ids(ListTasksRequest.newBuilder().addNames("web.1").build())).containsExactly("t3", "t2");
        assertThat(ids(ListTasksRequest.newBuilder().addIds("t1").addIds("t4").build())).containsExactly("t4", "t1");
        ListTasksResponse one = control.listTasks(ListTasksRequest.newBuilder().addIds("t1").build());
        assertThat(one.getTasks(0).getServiceName()).isEqualTo("web");
        assertThat(one.getTasks(0).getImage()).isEqualTo("redis:3");
        assertThat(one.getTasks(0).getNodeName()).isEqualTo("alpha");
        assertThatThrownBy(() -> ids(ListTasksRequest.newBuilder().addServices("nope").build()))
                .hasMessage("NOT_FOUND: service nope not found");
    }

    @Test
    void refusesAnAnswerThatIsTooLarge() {
        String text = "x".repeat(1 << 20);
        for (int i = 0; i < 17; i++) {
            manager.state.apply(Mutation.newBuilder()
                    .setCreateTask(Task.newBuilder()
                            .setId("big" + i)
                            .setServiceId("abc1")
                            .setSlot(i)
                            .setStatus(TaskStatus.newBuilder().setError(text)))
                    .build());
        }
        assertThatThrownBy(() -> control.listTasks(ListTasksRequest.getDefaultInstance()))
                .hasMessageStartingWith("RESOURCE_EXHAUSTED: the answer would have more than 16 MiB");
    }

    @Test
    void listsNodesWithTheirManagers() {
        node("n2", "beta");
        manager.state.apply(Mutation.newBuilder()
                .setSetManagerRole(SetManagerRole.newBuilder().setNodeId("n2")
                        .setRole(ManagerRole.newBuilder().setRaftPeerId("p")))
                .build());
        node("silent", "gamma");
        manager.state.apply(Mutation.newBuilder()
                .setSetManagerRole(
                        SetManagerRole.newBuilder().setNodeId("silent")
                                .setRole(ManagerRole.newBuilder().setRaftPeerId("q")))
                .build());
        node("n4", "delta");
        ListNodesResponse nodes = control.listNodes(ListNodesRequest.getDefaultInstance());
        assertThat(nodes.getNodesList()).extracting(view -> view.getNode().getName())
                .containsExactly("beta", "delta", "gamma", "host-m1");
        assertThat(nodes.getNodesList()).extracting(NodeView::getReachable).containsExactly(true, false, false, true);
        assertThat(nodes.getNodesList()).extracting(NodeView::getLeader).containsExactly(false, false, false, true);
        assertThat(nodes.getNodesList()).extracting(NodeView::getSelf).containsExactly(false, false, false, true);
        assertThat(control.listNodes(ListNodesRequest.newBuilder().addNames("be").build()).getNodesList()).hasSize(1);
    }

    @Test
    void showsAManagerWithoutAnAgentReadyWhileItIsReachable() {
        node("n2", "beta");
        node("silent", "gamma");
        for (String id : List.of("n2", "silent")) {
            manager.state.apply(Mutation.newBuilder()
                    .setSetManagerRole(SetManagerRole.newBuilder().setNodeId(id)
                            .setRole(ManagerRole.newBuilder().setRaftPeerId(id)))
                    .build());
        }
        node("n4", "delta");
        assertThat(control.listNodes(ListNodesRequest.getDefaultInstance()).getNodesList())
                .extracting(view -> view.getNode().getName(), view -> view.getNode().getState())
                .containsExactly(tuple("beta", NodeState.NODE_STATE_READY),
                        tuple("delta", NodeState.NODE_STATE_UNKNOWN), tuple("gamma", NodeState.NODE_STATE_UNKNOWN),
                        tuple("host-m1", NodeState.NODE_STATE_READY));
    }

    @Test
    void countsTheSlotsOfAGlobalServiceAndNamesItsTasksByNode() {
        manager.state.apply(Mutation.newBuilder()
                .setPutService(manager.state.current()
                        .service("abc1")
                        .orElseThrow()
                        .toBuilder()
                        .setGlobal(GlobalMode.getDefaultInstance()))
                .build());
        for (int slot = 1; slot <= 3; slot++) {
            manager.state.apply(Mutation.newBuilder()
                    .setCreateTask(Task.newBuilder()
                            .setId("t" + slot)
                            .setServiceId("abc1")
                            .setSlot(slot)
                            .setOnlyNodeId("n" + slot)
                            .setDesired(DesiredState.newBuilder().setState(TaskState.TASK_STATE_RUNNING)))
                    .build());
        }
        assertThat(get("web").getService().getDesiredTasks()).isEqualTo(3);
        ListTasksResponse named = control.listTasks(ListTasksRequest.newBuilder().addNames("web.n2").build());
        assertThat(named.getTasksList()).extracting(view -> view.getTask().getId(), TaskView::getGlobal)
                .containsExactly(tuple("t2", true));
    }

    @Test
    void listsTheRevisionsNewestFirst() {
        revision("abc1", 2, "redis:4", true);
        revision("abc1", 3, "redis:5", false);
        manager.state.apply(Mutation.newBuilder()
                .setPutService(manager.state.current().service("abc1").orElseThrow().toBuilder().setRevision(3))
                .build());
        task("t1", "abc1", 1, 2, TaskState.TASK_STATE_RUNNING, TaskState.TASK_STATE_RUNNING, "n1");
        task("t2", "abc1", 2, 3, TaskState.TASK_STATE_RUNNING, TaskState.TASK_STATE_RUNNING, "n1");
        task("t3", "abc1", 3, 3, TaskState.TASK_STATE_RUNNING, TaskState.TASK_STATE_RUNNING, "n1");
        assertThat(control.listRevisions(ListRevisionsRequest.newBuilder().setService("web").build())
                .getRevisionsList())
                .extracting(view -> view.getRevision().getNumber(), RevisionView::getCurrent,
                        RevisionView::getRollbackTarget, RevisionView::getRunningTasks)
                .containsExactly(tuple(3L, true, false, 2), tuple(2L, false, true, 1), tuple(1L, false, false, 0));
    }

    @Test
    void showsTheTaskSpecOfARevision() {
        revision("abc1", 2, "redis:4", false);
        GetServiceRequest.Builder request = GetServiceRequest.newBuilder().setService("web").setRevision(2);
        assertThat(control.getService(request.build()).getService().getSpec().getTask().getContainer().getImage())
                .isEqualTo("redis:4");
        assertThat(control.getService(request.build()).getService().getRevision()).isEqualTo(1);
        assertThatThrownBy(() -> control.getService(request.setRevision(7).build()))
                .hasMessage("NOT_FOUND: service web has no revision 7: those kept are 1, 2");
    }

    @Test
    void listsRolloutsByTheNameOfTheService() {
        for (String id : List.of("abc1", "abc2")) {
            manager.state.apply(Mutation.newBuilder()
                    .setPutRollout(Rollout.newBuilder()
                            .setServiceId(id)
                            .setState(RolloutState.ROLLOUT_STATE_UPDATING)
                            .setToRevision(1))
                    .build());
        }
        ListRolloutsResponse all = control.listRollouts(ListRolloutsRequest.getDefaultInstance());
        assertThat(all.getRolloutsList()).extracting(RolloutView::getServiceName).containsExactly("db", "web");
        assertThat(all.getClockMillis()).isEqualTo(manager.state.nowMillis());
        assertThat(all.getIndex()).isEqualTo(manager.state.current().index());
        assertThat(control.listRollouts(ListRolloutsRequest.newBuilder().addServices("web").addServices("abc1").build())
                .getRolloutsList()).hasSize(1);
        assertThatThrownBy(() -> control.listRollouts(ListRolloutsRequest.newBuilder().addServices("cache").build()))
                .hasMessage("NOT_FOUND: service cache has no rollout: nothing was replaced since it was created or last"
                        + " changed");
    }

    @Test
    void tellsOfTheCluster() {
        GetClusterResponse answer = control.getCluster(GetClusterRequest.getDefaultInstance());
        assertThat(answer.getCluster().getId()).isEqualTo(FakeManager.CLUSTER_ID);
        assertThat(answer.getLeaderId()).isEqualTo("m1");
        assertThat(answer.getTerm()).isEqualTo(7);
    }

    @Test
    void answersStaleWithoutALeaderAndSaysSo() {
        manager.decisions.leading(false);
        manager.leadership.leader = Optional.empty();
        assertThat(control
                .getService(GetServiceRequest.newBuilder().setService("web")
                        .setConsistency(Consistency.CONSISTENCY_STALE).build())
                .getStale()).isTrue();
        assertThatThrownBy(() -> get("web")).hasMessageStartingWith("UNAVAILABLE: no leader: ")
                .hasMessageContaining("try again");
    }

    @Test
    void createdServicesAreRead() {
        control.createService(CreateServiceRequest.newBuilder().setSpec(Specs.redis("fresh", "redis:3.0.6")).build());
        ServiceSpec spec = get("fresh").getService().getSpec();
        assertThat(spec).isEqualTo(SpecDefaults.complete(Specs.redis("fresh", "redis:3.0.6")));
    }

    @Test
    void aTaskOfAnOlderRevisionThatRunsTheSameIsUpToDate() {
        for (long number : List.of(2L, 3L)) {
            manager.state.apply(Mutation.newBuilder()
                    .setPutRevision(Revision.newBuilder()
                            .setServiceId("abc1")
                            .setNumber(number)
                            .setTask(Specs.redis("web", number == 2 ? "redis:broken" : "redis:3").getTask()))
                    .build());
        }
        manager.state.apply(Mutation.newBuilder()
                .setPutService(manager.state.current().service("abc1").orElseThrow().toBuilder().setRevision(3))
                .build());
        for (int slot = 1; slot <= 3; slot++) {
            task("t" + slot, "abc1", slot, slot, TaskState.TASK_STATE_RUNNING, TaskState.TASK_STATE_RUNNING, "");
        }

        assertThat(control.listTasks(ListTasksRequest.newBuilder().addServices("web").build()).getTasksList())
                .extracting(view -> view.getTask().getRevision(), view -> view.getUpToDate())
                .containsExactly(tuple(1L, true), tuple(2L, false), tuple(3L, true));
    }

    private void revision(String serviceId, long number, String image, boolean stable) {
        manager.state.apply(Mutation.newBuilder()
                .setPutRevision(Revision.newBuilder()
                        .setServiceId(serviceId)
                        .setNumber(number)
                        .setStable(stable)
                        .setTask(Specs.redis("web", image).getTask()))
                .build());
    }

    private GetServiceResponse get(String reference) {
        return control.getService(GetServiceRequest.newBuilder().setService(reference).build());
    }

    private List<String> names(ListServicesRequest request) {
        return control.listServices(request).getServicesList().stream().map(view -> view.getSpec().getName()).toList();
    }

    private List<String> ids(ListTasksRequest request) {
        return control.listTasks(request).getTasksList().stream().map(view -> view.getTask().getId()).toList();
    }

    private void node(String id, String name) {
        manager.state.apply(Mutation.newBuilder()
                .setPutNode(PutNode.newBuilder().setId(id).setName(name).setAvailability(Node.Availability.ACTIVE))
                .build());
    }

    private void service(String id, String name) {
        Service.Builder service =
                Service.newBuilder().setId(id).setName(name).setRevision(1)
                        .addLabels(Label.newBuilder().setKey("of").setValue(name));
        service.getReplicatedBuilder().setReplicas(2);
        manager.state.apply(
                Mutation.newBuilder()
                        .setPutRevision(Revision.newBuilder()
                                .setServiceId(id)
                                .setNumber(1)
                                .setTask(Specs.redis(name, "redis:3").getTask()))
                        .build(),
                Mutation.newBuilder().setPutService(service).build());
    }

    private void task(String id, String serviceId, int slot, long revision, TaskState desired, TaskState observed,
            String nodeId) {
        manager.state.apply(Mutation.newBuilder()
                .setCreateTask(Task.newBuilder()
                        .setId(id)
                        .setServiceId(serviceId)
                        .setSlot(slot)
                        .setRevision(revision)
                        .setNodeId(nodeId)
                        .setDesired(DesiredState.newBuilder().setState(desired))
                        .setStatus(TaskStatus.newBuilder().setState(observed)))
                .build());
    }

    @Test
    void aStaleAnswerSaysSinceWhenNoLeaderIsKnown() {
        ListServicesRequest stale =
                ListServicesRequest.newBuilder().setConsistency(Consistency.CONSISTENCY_STALE).build();
        assertThat(control.listServices(stale).getStale()).isTrue();
        assertThat(control.listServices(stale).getStaleness().hasNoLeaderSince()).as("a leader is known").isFalse();

        manager.leadership.leader = Optional.empty();
        manager.quorum.leaderlessSince = Optional.of(Instant.ofEpochSecond(1_000));
        manager.quorum.lost = Optional.of("2 of 3 managers are unreachable");

        assertThat(control.listServices(stale).getStaleness().getNoLeaderSince().getSeconds()).isEqualTo(1_000);
        assertThat(control.listServices(stale).getServicesCount()).isEqualTo(4);
    }
}
