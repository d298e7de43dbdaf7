package dev.mure.manager.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.util.Durations;
import dev.mure.manager.store.ClusterState;
import dev.mure.v1.AbortRollout;
import dev.mure.v1.ControlGrpc;
import dev.mure.v1.ControlRolloutRequest;
import dev.mure.v1.ControlRolloutResponse;
import dev.mure.v1.CreateServiceRequest;
import dev.mure.v1.DesiredState;
import dev.mure.v1.Label;
import dev.mure.v1.Mutation;
import dev.mure.v1.Node;
import dev.mure.v1.NodeDescription;
import dev.mure.v1.OpenSession;
import dev.mure.v1.PauseRollout;
import dev.mure.v1.PlanUpdateRequest;
import dev.mure.v1.PlanUpdateResponse;
import dev.mure.v1.PlannedSlot;
import dev.mure.v1.PlannedWave;
import dev.mure.v1.PortConfig;
import dev.mure.v1.PromoteRollout;
import dev.mure.v1.PutNode;
import dev.mure.v1.Revision;
import dev.mure.v1.RollbackServiceRequest;
import dev.mure.v1.RollbackServiceResponse;
import dev.mure.v1.Rollout;
import dev.mure.v1.RolloutState;
import dev.mure.v1.ServiceSpec;
import dev.mure.v1.SetRollout;
import dev.mure.v1.Share;
import dev.mure.v1.StepRollout;
import dev.mure.v1.Task;
import dev.mure.v1.TaskSpec;
import dev.mure.v1.TaskState;
import dev.mure.v1.TaskStatus;
import dev.mure.v1.UpdateConfig;
import dev.mure.v1.UpdateNodeRequest;
import dev.mure.v1.UpdateServiceRequest;
import dev.mure.v1.UpdateServiceResponse;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Rolling back, steering rollouts and setting up nodes through a real gRPC door. */
class RolloutWritesTest {

    private static final Pattern READ = Pattern.compile("Get|List|Watch");

    private FakeManager manager;
    private ManagedChannel channel;
    private ControlGrpc.ControlBlockingStub control;
    private String id;

    @BeforeEach
    void open() throws IOException {
        manager = new FakeManager("m1", new FakeState(), java.time.Duration.ofSeconds(5));
        manager.initialise();
        channel = manager.connect();
        control = ControlGrpc.newBlockingStub(channel);
        id = create("web", task -> {});
    }

    @AfterEach
    void close() {
        channel.shutdownNow();
        manager.close();
    }

    // ---- rollback

    @Test
    void rollsBackToTheNewestStableRevision() {
        stable(1);
        update("redis:4");
        stable(2);
        update("redis:broken");
        RollbackServiceResponse response = rollback(request -> request);
        assertThat(response.getRevision()).isEqualTo(2);
        assertThat(response.getIndex()).isEqualTo(manager.state.current().index());
        assertThat(response.getUnchanged()).isFalse();
        assertThat(current()).isEqualTo(2);
        assertThat(rollback(request -> request.setToRevision(3)).getRevision()).isEqualTo(3);
        assertThat(current()).isEqualTo(3);
    }

    @Test
    void saysWhenThereIsNothingToGoBackTo() {
        update("redis:4");
        assertRefused(() -> rollback(request -> request), Status.Code.FAILED_PRECONDITION,
                "service web has no stable revision to go back to: name one of those kept (1, 2) with --to");
        assertRefused(() -> rollback(request -> request.setToRevision(9)), Status.Code.NOT_FOUND,
                "service web has no revision 9: those kept are 1, 2");
        assertRefused(() -> rollback(request -> request.setService("nope")), Status.Code.NOT_FOUND,
                "service nope not found");
        assertRefused(() -> rollback(request -> request.setToRevision(1).setSpecVersion(1)), Status.Code.ABORTED,
                "update out of sequence: service web is at version");
    }

    @Test
    void doesNothingWhereItIsAlready() {
        ClusterState before = manager.state.current();
        RollbackServiceResponse response = rollback(request -> request.setToRevision(1));
        assertThat(response.getUnchanged()).isTrue();
        assertThat(response.getRevision()).isEqualTo(1);
        assertThat(manager.state.current()).isSameAs(before);
        update("redis:4");
        task("t1", id, 1, "n1");
        assertRefused(() -> rollback(request -> request.setToRevision(2)), Status.Code.FAILED_PRECONDITION,
                "service web is on its way to revision 2 already: resume its rollout");
    }

    @Test
    void refusesToGoBackWhereTheHostPortIsTaken() {
        agent("n1", NodeDescription.newBuilder());
        String old = create("old", task -> task.addPorts(port(8080)));
        revision(old, 2);
        setRevision(old, 2);
        String other = create("other", task -> task.addPorts(port(8080)));
        task("t1", other, 1, "n1");
        assertRefused(() -> rollback(request -> request.setService("old").setToRevision(1)),
                Status.Code.FAILED_PRECONDITION,
                "revision 1 of service old can't run any more: its host ports are in use"
                        + " on every node that it may run on: 8080/tcp on n1 by service other");
        agent("n2", NodeDescription.newBuilder());
        assertThat(rollback(request -> request.setService("old").setToRevision(1)).getRevision()).isEqualTo(1);
    }

    @Test
    void refusesToGoBackToWhatNoNodeIsLargeEnoughFor() {
        agent("n1", NodeDescription.newBuilder().setNanoCpus(1_000_000_000).setMemoryBytes(1 << 30));
        String old = create("old",
                task -> task.getResourcesBuilder().getReservationsBuilder().setNanoCpus(2_000_000_000));
        revision(old, 2);
        setRevision(old, 2);
        assertRefused(() -> rollback(request -> request.setService("old").setToRevision(1)),
                Status.Code.FAILED_PRECONDITION,
                "revision 1 of service old can't run any more: no node is as large as what it reserves");
    }

    @Test
    void refusesToGoBackToWhereNoNodeMeetsTheConstraints() {
        agent("n1", NodeDescription.newBuilder());
        String old = create("old",
                task -> task.getPlacementBuilder().addConstraints("node.labels.zone==a"));
        revision(old, 2);
        setRevision(old, 2);
        assertRefused(() -> rollback(request -> request.setService("old").setToRevision(1)),
                Status.Code.FAILED_PRECONDITION, "revision 1 of service old can't run any more: no node meets its"
                        + " constraints: node.labels.zone==a");
    }

    // ---- control

    @Test
    void saysWhatCanNotBeDoneToARollout() {
        assertRefused(() -> control(request -> request), Status.Code.INVALID_ARGUMENT,
                "action: say what to do with the rollout: pause, resume, step, promote, abort or set");
        assertRefused(() -> control(request -> request.setStep(StepRollout.newBuilder())), Status.Code.INVALID_ARGUMENT,
                "step: 0 slots are not possible: use 1 to 100000");
        assertRefused(() -> control(request -> request.setStep(StepRollout.newBuilder().setSlots(-1))),
                Status.Code.INVALID_ARGUMENT, "step: 4294967295 slots are not possible");
        assertRefused(() -> control(request -> request.setSet(SetRollout.newBuilder())), Status.Code.INVALID_ARGUMENT,
                "set: say what to change");
        assertRefused(
                () -> control(request -> request
                        .setSet(SetRollout.newBuilder().setParallelism(Share.newBuilder().setPercent(0)))),
                Status.Code.INVALID_ARGUMENT, "parallelism: 0% is not possible");
        assertRefused(() -> control(request -> request.setService("nope").setPause(PauseRollout.newBuilder())),
                Status.Code.NOT_FOUND, "service nope not found");
        assertRefused(() -> control(request -> request.setPause(PauseRollout.newBuilder())),
                Status.Code.FAILED_PRECONDITION, "");
    }

    @Test
    void steersTheRolloutThatIsThere() {
        stable(1);
        update("redis:4");
        manager.state.apply(Mutation.newBuilder()
                .setPutRollout(Rollout.newBuilder()
                        .setServiceId(id)
                        .setState(RolloutState.ROLLOUT_STATE_UPDATING)
                        .setFromRevision(1)
                        .setToRevision(2)
                        .setPolicy(SpecDefaults.complete(UpdateConfig.getDefaultInstance())))
                .build());
        ControlRolloutResponse paused = control(request -> request.setPause(PauseRollout.newBuilder()));
        assertThat(paused.getServiceId()).isEqualTo(id);
        assertThat(paused.getState()).isEqualTo(RolloutState.ROLLOUT_STATE_PAUSED);
        assertThat(paused.getRevision()).isEqualTo(2);
        assertThat(paused.getIndex()).isEqualTo(manager.state.current().index());
        assertThat(rollout().getState()).isEqualTo(RolloutState.ROLLOUT_STATE_PAUSED);
        ClusterState before = manager.state.current();
        assertThat(control(request -> request.setPause(PauseRollout.newBuilder())).getIndex())
                .isEqualTo(before.index());
        assertThat(manager.state.current()).isSameAs(before);
        assertThat(control(request -> request.setStep(StepRollout.newBuilder().setSlots(2))).getState())
                .isEqualTo(RolloutState.ROLLOUT_STATE_UPDATING);
        assertThat(rollout().getStepUntilSlots()).isEqualTo(2);
        control(request -> request.setPromote(PromoteRollout.newBuilder()));
        assertThat(rollout().getPromoted()).isTrue();
        control(request -> request.setSet(SetRollout.newBuilder().setMonitor(Durations.ZERO)
                .setDelay(Durations.fromSeconds(3))));
        assertThat(rollout().getPolicy().getDelay()).isEqualTo(Durations.fromSeconds(3));
        assertThat(rollout().getPolicy().getMonitor()).isEqualTo(Durations.fromSeconds(5));
        ControlRolloutResponse aborted = control(request -> request.setAbort(AbortRollout.newBuilder()));
        assertThat(aborted.getState()).isEqualTo(RolloutState.ROLLOUT_STATE_ROLLBACK_STARTED);
        assertThat(aborted.getRevision()).isEqualTo(1);
        assertThat(current()).isEqualTo(1);
    }

    @Test
    void doesNotAbortToWhatCanNotRunAnyMore() {
        agent("n1", NodeDescription.newBuilder());
        String old = create("old", task -> task.getPlacementBuilder().addConstraints("node.labels.zone==a"));
        manager.state.apply(Mutation.newBuilder()
                .setPutRevision(
                        manager.state.current().revision(old, 1).orElseThrow().toBuilder().setStable(true))
                .build());
        revision(old, 2);
        setRevision(old, 2);
        manager.state.apply(Mutation.newBuilder()
                .setPutRollout(Rollout.newBuilder()
                        .setServiceId(old)
                        .setState(RolloutState.ROLLOUT_STATE_UPDATING)
                        .setFromRevision(1)
                        .setToRevision(2))
                .build());
        assertRefused(() -> control(request -> request.setService("old").setAbort(AbortRollout.newBuilder())),
                Status.Code.FAILED_PRECONDITION, "revision 1 of service old can't run any more: no node meets its");
    }

    private Rollout rollout() {
        return manager.state.current().rollout(id).orElseThrow();
    }

    // ---- plan

    @Test
    void saysWhatAnUpdateWouldDoAndDoesNothing() {
        agent("n1", NodeDescription.newBuilder());
        task("t1", id, 1, "n1");
        ClusterState before = manager.state.current();
        PlanUpdateResponse plan = plan(Specs.redis("web", "redis:4"));
        assertThat(manager.state.current()).isSameAs(before);
        assertThat(plan.getEffect()).isEqualTo(UpdateServiceResponse.Effect.NEW_REVISION);
        assertThat(plan.getDifferencesList()).containsExactly("task.container.image: redis:3 -> redis:4");
        assertThat(plan.getWavesList()).containsExactly(PlannedWave.newBuilder()
                .addSlots(PlannedSlot.newBuilder()
                        .setSlot(1)
                        .setFromNodeName("n1")
                        .setToNodeName("n1")
                        .setOrder(UpdateConfig.Order.STOP_FIRST))
                .build());
        assertThat(plan.getBlockersList()).isEmpty();
        assertThat(plan.getPeakExtraTasks()).isZero();
        assertThat(plan.getSlotsLeftOut()).isZero();
        assertThat(plan.getEstimate().getSeconds()).isEqualTo(5);
        assertThat(plan.getIndex()).isEqualTo(before.index());
    }

    @Test
    void plansNothingForAnEqualSpec() {
        agent("n1", NodeDescription.newBuilder());
        task("t1", id, 1, "n1");
        PlanUpdateResponse plan = plan(Specs.redis("web", "redis:3"));
        assertThat(plan.getEffect()).isEqualTo(UpdateServiceResponse.Effect.UNCHANGED);
        assertThat(plan.getDifferencesList()).isEmpty();
        assertThat(plan.getWavesList()).isEmpty();
    }

    @Test
    void saysWhatWouldBlockAnUpdate() {
        agent("n1", NodeDescription.newBuilder());
        task("t1", id, 1, "n1");
        node(request -> request.setAvailability(Node.Availability.PAUSE));
        assertThat(plan(Specs.redis("web", "redis:4")).getBlockersList())
                .containsExactly("web.1: no suitable node (1 node not available for new tasks)");
    }

    @Test
    void refusesToPlanWhatItWouldRefuseToDo() {
        assertRefused(() -> plan(Specs.redis("web", "Redis:4")), Status.Code.INVALID_ARGUMENT,
                "image: \"Redis:4\" is not a valid repository/tag");
        manager.decisions.leading(false);
        manager.leadership.leader = Optional.empty();
        StatusRuntimeException refusal = catchThrowableOfType(StatusRuntimeException.class,
                () -> plan(Specs.redis("web", "redis:4")));
        assertThat(refusal.getStatus().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
    }

    private PlanUpdateResponse plan(ServiceSpec spec) {
        return control.planUpdate(PlanUpdateRequest.newBuilder()
                .setUpdate(UpdateServiceRequest.newBuilder()
                        .setService("web")
                        .setSpecVersion(manager.state.current().service(id).orElseThrow().getSpecVersion())
                        .setSpec(spec))
                .build());
    }

    @Test
    void everythingButReadsGoesToTheLeader() {
        assertThat(ControlService.leaderMethods()).extracting(MethodDescriptor::getFullMethodName)
                .containsExactlyInAnyOrderElementsOf(ControlGrpc.getServiceDescriptor()
                        .getMethods()
                        .stream()
                        .filter(method -> !READ.matcher(String.valueOf(method.getBareMethodName())).lookingAt())
                        .map(MethodDescriptor::getFullMethodName)
                        // Concerns the manager that is asked.
                        .filter(name -> !name.equals(ControlGrpc.getLeaveSwarmMethod().getFullMethodName()))
                        .toList());
    }

    // ---- nodes

    @Test
    void changesAvailabilityAndLabelsOfANode() {
        agent("n1", NodeDescription.newBuilder().setHostname("alpha"));
        node(request -> request.addAddLabels(label("zone", "a")).addAddLabels(label("disk", "ssd")));
        node(request -> request.setAvailability(Node.Availability.DRAIN)
                .addRemoveLabels("disk")
                .addAddLabels(label("zone", "b")));
        Node changed = manager.state.current().node("n1").orElseThrow();
        assertThat(changed.getAvailability()).isEqualTo(Node.Availability.DRAIN);
        assertThat(changed.getLabelsList()).containsExactly(label("zone", "b"));
        assertThat(changed.getDescription().getHostname()).isEqualTo("alpha");
        ClusterState before = manager.state.current();
        node(request -> request.setAvailability(Node.Availability.DRAIN));
        assertThat(manager.state.current()).isSameAs(before);
    }

    @Test
    void findsNodesByIdNameOrPrefix() {
        put("abc1", "same");
        put("abc2", "same");
        put("xyz", "other");
        assertThat(node(request -> request.setNode("other"))).isEqualTo("xyz");
        assertThat(node(request -> request.setNode("abc2"))).isEqualTo("abc2");
        assertThat(node(request -> request.setNode("xy"))).isEqualTo("xyz");
        assertRefused(() -> node(request -> request.setNode("same")), Status.Code.INVALID_ARGUMENT,
                "node same is ambiguous (2 matches found): use the id");
        assertRefused(() -> node(request -> request.setNode("ab")), Status.Code.INVALID_ARGUMENT, "is ambiguous");
        assertRefused(() -> node(request -> request.setNode("nope")), Status.Code.NOT_FOUND, "node nope not found");
        assertRefused(() -> node(request -> request.clearNode()), Status.Code.INVALID_ARGUMENT, "node: say which one");
    }

    @Test
    void saysWhatIsWrongWithANodesChange() {
        put("n1", "alpha");
        assertRefused(() -> node(request -> request.setAvailabilityValue(9)), Status.Code.INVALID_ARGUMENT,
                "availability: not known to this manager: use ACTIVE, PAUSE or DRAIN");
        assertRefused(() -> node(request -> request.addRemoveLabels("zone")), Status.Code.INVALID_ARGUMENT,
                "label-rm: node alpha has no label \"zone\"");
        assertRefused(() -> node(request -> request.addAddLabels(label("", "x"))), Status.Code.INVALID_ARGUMENT,
                "label-add: a label needs a key");
        assertRefused(() -> node(request -> request.addAddLabels(label("a", "1")).addAddLabels(label("a", "2"))),
                Status.Code.INVALID_ARGUMENT, "label-add: \"a\" is given twice");
    }

    // ----

    private RollbackServiceResponse rollback(UnaryOperator<RollbackServiceRequest.Builder> request) {
        return control
                .rollbackService(request.apply(RollbackServiceRequest.newBuilder().setService("web")).build());
    }

    private ControlRolloutResponse control(UnaryOperator<ControlRolloutRequest.Builder> request) {
        return control.controlRollout(request.apply(ControlRolloutRequest.newBuilder().setService("web")).build());
    }

    private String node(UnaryOperator<UpdateNodeRequest.Builder> request) {
        return control.updateNode(request.apply(UpdateNodeRequest.newBuilder().setNode("n1")).build()).getId();
    }

    private long current() {
        return manager.state.current().service(id).orElseThrow().getRevision();
    }

    private String create(String name, Consumer<TaskSpec.Builder> change) {
        ServiceSpec.Builder spec = Specs.redis(name, "redis:3").toBuilder();
        change.accept(spec.getTaskBuilder());
        return control.createService(CreateServiceRequest.newBuilder().setSpec(spec).build()).getId();
    }

    private void update(String image) {
        control.updateService(UpdateServiceRequest.newBuilder()
                .setService("web")
                .setSpecVersion(manager.state.current().service(id).orElseThrow().getSpecVersion())
                .setSpec(Specs.redis("web", image))
                .build());
    }

    private void stable(long number) {
        manager.state.apply(Mutation.newBuilder()
                .setPutRevision(
                        manager.state.current().revision(id, number).orElseThrow().toBuilder().setStable(true))
                .build());
    }

    private void revision(String serviceId, long number) {
        manager.state.apply(Mutation.newBuilder()
                .setPutRevision(Revision.newBuilder()
                        .setServiceId(serviceId)
                        .setNumber(number)
                        .setTask(Specs.redis("any", "redis:4").getTask()))
                .build());
    }

    private void setRevision(String serviceId, long number) {
        manager.state.apply(Mutation.newBuilder()
                .setPutService(
                        manager.state.current().service(serviceId).orElseThrow().toBuilder().setRevision(number))
                .build());
    }

    private void put(String nodeId, String name) {
        manager.state.apply(Mutation.newBuilder()
                .setPutNode(PutNode.newBuilder().setId(nodeId).setName(name).setAvailability(Node.Availability.ACTIVE))
                .build());
    }

    private void agent(String nodeId, NodeDescription.Builder description) {
        put(nodeId, nodeId);
        manager.state.apply(Mutation.newBuilder()
                .setOpenSession(
                        OpenSession.newBuilder().setNodeId(nodeId).setSessionId("s").setDescription(description))
                .build());
    }

    private void task(String taskId, String serviceId, long revision, String nodeId) {
        manager.state.apply(Mutation.newBuilder()
                .setCreateTask(Task.newBuilder()
                        .setId(taskId)
                        .setServiceId(serviceId)
                        .setSlot(1)
                        .setRevision(revision)
                        .setNodeId(nodeId)
                        .setDesired(DesiredState.newBuilder().setState(TaskState.TASK_STATE_RUNNING))
                        .setStatus(TaskStatus.newBuilder().setState(TaskState.TASK_STATE_RUNNING)))
                .build());
    }

    private static PortConfig.Builder port(int published) {
        return PortConfig.newBuilder()
                .setTargetPort(80)
                .setPublishedPort(published)
                .setMode(PortConfig.PublishMode.HOST);
    }

    private static Label label(String key, String value) {
        return Label.newBuilder().setKey(key).setValue(value).build();
    }

    private static void assertRefused(Runnable call, Status.Code code, String... lines) {
        StatusRuntimeException refusal = catchThrowableOfType(StatusRuntimeException.class, call::run);
        assertThat(refusal).isNotNull();
        assertThat(refusal.getStatus().getCode()).isEqualTo(code);
        assertThat(refusal.getStatus().getDescription()).contains(lines).hasLineCount(1);
    }
}
