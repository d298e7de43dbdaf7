package dev.mure.manager.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.Duration;
import com.google.protobuf.util.Durations;
import dev.mure.manager.store.ClusterState;
import dev.mure.v1.ControlGrpc;
import dev.mure.v1.CreateServiceRequest;
import dev.mure.v1.CreateServiceResponse;
import dev.mure.v1.GetServiceRequest;
import dev.mure.v1.GlobalMode;
import dev.mure.v1.Label;
import dev.mure.v1.Mutation;
import dev.mure.v1.RemoveServiceRequest;
import dev.mure.v1.RequestId;
import dev.mure.v1.RestartPolicy;
import dev.mure.v1.Rollout;
import dev.mure.v1.RolloutState;
import dev.mure.v1.Service;
import dev.mure.v1.ServiceSpec;
import dev.mure.v1.Share;
import dev.mure.v1.SlotProgress;
import dev.mure.v1.Task;
import dev.mure.v1.TaskState;
import dev.mure.v1.UpdateConfig;
import dev.mure.v1.UpdateServiceRequest;
import dev.mure.v1.UpdateServiceResponse;
import dev.mure.v1.UpdateServiceResponse.Effect;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Creating, updating and removing services through a real gRPC door. */
class ControlWritesTest {

    private FakeManager manager;
    private ManagedChannel channel;
    private ControlGrpc.ControlBlockingStub control;

    @BeforeEach
    void open() throws IOException {
        manager = new FakeManager("m1", new FakeState(), java.time.Duration.ofSeconds(5));
        manager.initialise();
        channel = manager.connect();
        control = ControlGrpc.newBlockingStub(channel);
    }

    @AfterEach
    void close() {
        channel.shutdownNow();
        manager.close();
    }

    static Stream<Arguments> badSpecs() {
        return Stream.of(
                bad(spec -> spec.clearName(), "name: a service needs a name"),
                bad(spec -> spec.setName("a b"), "name: \"a b\" must be valid as a DNS name component"),
                bad(spec -> spec.setName("-web"), "must be valid as a DNS name component"),
                bad(spec -> spec.setName("web_"), "must be valid as a DNS name component"),
                bad(spec -> spec.setName("a".repeat(64)), "at most 63 characters"),
                bad(spec -> spec.setName("a".repeat(63) + "!"), "at most 63 characters"),
                bad(spec -> spec.getTaskBuilder().getContainerBuilder().clearImage(),
                        "image reference must be provided"),
                bad(spec -> spec.getTaskBuilder().getContainerBuilder().setImage("Redis:3"),
                        "image: \"Redis:3\" is not a valid repository/tag"),
                bad(spec -> spec.getTaskBuilder().getContainerBuilder().setImage("redis:"),
                        "not a valid repository/tag"),
                bad(spec -> spec.getTaskBuilder().getContainerBuilder().setImage("redis\nlatest"), "\"redis?latest\""),
                bad(spec -> spec.getReplicatedBuilder().setReplicas(100_001), "replicas: 100001 is too many"),
                bad(spec -> spec.getReplicatedBuilder().setReplicas(-1), "replicas: 4294967295 is too many"),
                bad(spec -> spec.getUpdateBuilder().setDelay(seconds(-1)), "update-delay: -1s cannot be negative"),
                bad(spec -> spec.getUpdateBuilder().setMonitor(seconds(-1)), "update-monitor: -1s cannot be negative"),
                bad(spec -> spec.getUpdateBuilder().setDelay(seconds(400L * 365 * 86_400)), "update-delay: ",
                        "too long"),
                bad(spec -> spec.getUpdateBuilder().setDelay(Duration.newBuilder().setNanos(-1).setSeconds(1)),
                        "update-delay: not a valid duration"),
                bad(spec -> spec.getUpdateBuilder().setMaxFailureRatio(1.5f), "cannot be less than 0 or bigger than 1"),
                bad(spec -> spec.getUpdateBuilder().setMaxFailureRatio(-0.1f),
                        "cannot be less than 0 or bigger than 1"),
                bad(spec -> spec.getUpdateBuilder().setMaxFailureRatio(Float.NaN),
                        "cannot be less than 0 or bigger than 1"),
                bad(spec -> spec.getUpdateBuilder().setParallelism(Share.newBuilder().setCount(-5)),
                        "update-parallelism: 4294967291 is too many"),
                bad(spec -> spec.getUpdateBuilder().setFailureActionValue(99), "update-failure-action: not known"),
                bad(spec -> spec.getTaskBuilder().getRestartBuilder().setDelay(seconds(-3)),
                        "restart-delay: -3s cannot be negative"),
                bad(spec -> spec.getTaskBuilder().getRestartBuilder().setWindow(seconds(-3)),
                        "restart-window: -3s cannot be negative"),
                bad(spec -> spec.getTaskBuilder().getRestartBuilder().setConditionValue(99),
                        "restart condition: not known"),
                bad(spec -> spec.getTaskBuilder().getContainerBuilder().setStopGracePeriod(seconds(-3)),
                        "stop-grace-period: -3s cannot be negative"),
                bad(spec -> spec.getTaskBuilder().getContainerBuilder().addEnv("NOVALUE"),
                        "env: \"NOVALUE\" is not of the form KEY=value"),
                bad(spec -> spec.getTaskBuilder().getContainerBuilder().addEnv("=x"), "is not of the form KEY=value"),
                bad(spec -> spec.getTaskBuilder().getContainerBuilder().addArgs("a\0b"), "args: ",
                        "holds a NUL character"),
                bad(spec -> spec.getTaskBuilder().getContainerBuilder().setDir("data"), "must be an absolute path"),
                bad(spec -> spec.getTaskBuilder().getContainerBuilder().setHostname("a b"), "is not a valid host name"),
                bad(spec -> spec.getTaskBuilder().getContainerBuilder().setStopSignal("SIGSTOPPED"), "is not a signal"),
                bad(spec -> spec.addLabels(Label.newBuilder().setValue("x")), "labels: a label needs a key"),
                bad(spec -> spec.addLabels(Label.newBuilder().setKey("k")).addLabels(Label.newBuilder().setKey("k")),
                        "labels: \"k\" is given twice"),
                bad(spec -> spec.getTaskBuilder().getContainerBuilder().addArgs("x".repeat(2 << 20)),
                        "at most 1048576 (1 MiB) are allowed"));
    }

    private static Arguments bad(Consumer<ServiceSpec.Builder> fault, String... lines) {
        ServiceSpec.Builder spec = Specs.redis("web", "redis:3.0.6").toBuilder();
        fault.accept(spec);
        return Arguments.argumentSet(lines[0], spec.build(), lines);
    }

    private static Duration seconds(long seconds) {
        return Duration.newBuilder().setSeconds(seconds).build();
    }

    @ParameterizedTest
    @MethodSource("badSpecs")
    void refusesAWrongSpecWithOneLineAndChangesNothing(ServiceSpec spec, String[] lines) {
        ClusterState before = manager.state.current();
        assertRefused(() -> create(spec), Status.Code.INVALID_ARGUMENT, lines);
        assertThat(manager.state.current()).isSameAs(before);
    }

    @ParameterizedTest
    @MethodSource("badSpecs")
    void refusesAnUpdateToAWrongSpec(ServiceSpec spec, String[] lines) {
        create(Specs.redis("web", "redis:3.0.6"));
        ClusterState before = manager.state.current();
        assertRefused(() -> update(spec), Status.Code.INVALID_ARGUMENT, lines);
        assertThat(manager.state.current()).isSameAs(before);
    }

    @Test
    void storesACompleteSpec() {
        CreateServiceResponse made = create(Specs.redis("redis", "redis:3.0.6")
                .toBuilder()
                .addLabels(Label.newBuilder().setKey("z"))
                .addLabels(Label.newBuilder().setKey("a"))
                .build());
        assertThat(made.getId()).hasSize(25);
        ClusterState state = manager.state.current();
        assertThat(made.getIndex()).isEqualTo(state.index());
        Service service = state.service(made.getId()).orElseThrow();
        assertThat(service.getRevision()).isEqualTo(1);
        assertThat(service.getReplicated().getReplicas()).isEqualTo(1);
        assertThat(service.getLabelsList()).extracting(Label::getKey).containsExactly("a", "z");
        UpdateConfig update = service.getUpdate();
        assertThat(update.hasParallelism()).isTrue();
        assertThat(update.getParallelism().getCount()).isEqualTo(1);
        assertThat(update.getDelay()).isEqualTo(Durations.ZERO);
        assertThat(update.getMonitor()).isEqualTo(seconds(5));
        assertThat(update.getFailureAction()).isEqualTo(UpdateConfig.FailureAction.PAUSE);
        RestartPolicy restart = state.currentRevision(service).orElseThrow().getTask().getRestart();
        assertThat(restart.getCondition()).isEqualTo(RestartPolicy.Condition.ANY);
        assertThat(restart.getDelay()).isEqualTo(seconds(5));
        assertThat(state.currentRevision(service).orElseThrow().getTask().getContainer().getStopGracePeriod())
                .isEqualTo(seconds(10));
    }

    @Test
    void keepsZeroReplicasAndParallelismZero() {
        ServiceSpec.Builder spec = Specs.redis("idle", "redis:3.0.6").toBuilder();
        spec.getReplicatedBuilder().setReplicas(0);
        spec.getUpdateBuilder().setParallelism(Share.newBuilder().setCount(0));
        create(spec.build());
        Service service = manager.state.current().serviceByName("idle").orElseThrow();
        assertThat(service.getReplicated().getReplicas()).isZero();
        assertThat(service.getUpdate().getParallelism().getCount()).isZero();
    }

    @Test
    void refusesATakenNameWhateverItsCase() {
        create(Specs.redis("web", "redis:3.0.6"));
        assertRefused(() -> create(Specs.redis("WEB", "redis:3.0.6")), Status.Code.ALREADY_EXISTS,
                "name conflicts with an existing object: service WEB already exists");
        control.removeService(RemoveServiceRequest.newBuilder().setService("web").build());
        create(Specs.redis("WEB", "redis:3.0.6"));
    }

    @Test
    void repeatsTheAnswerOfAKnownRequestId() {
        CreateServiceRequest request = CreateServiceRequest.newBuilder()
                .setRequest(RequestId.newBuilder().setId("r1"))
                .setSpec(Specs.redis("web", "redis:3.0.6"))
                .build();
        CreateServiceResponse first = control.createService(request);
        CreateServiceResponse second = control.createService(request);
        assertThat(second).isEqualTo(first);
        assertThat(manager.state.current().services()).hasSize(1);
        // The same id with another method is another request.
        control.removeService(RemoveServiceRequest.newBuilder()
                .setRequest(RequestId.newBuilder().setId("r1"))
                .setService("web")
                .build());
        assertThat(manager.state.current().serviceByName("web")).isEmpty();
    }

    @Test
    void refusesARequestThatIsOlderThanTheKeptIds() {
        create("old", "first", 0);
        long index = manager.state.current().index();
        manager.state.advance(java.time.Duration.ofMinutes(11));
        create("new", "second", 0);
        assertThat(manager.state.current().requestHorizon()).isEqualTo(index);
        assertRefused(() -> create("old2", "first", index - 1), Status.Code.UNKNOWN, "outcome unknown: ");
        create("old2", "third", index);
    }

    @Test
    void refusesALongRequestId() {
        assertRefused(() -> create("x", "r".repeat(65), 0), Status.Code.INVALID_ARGUMENT, "longer than 64 characters");
    }

    @Test
    void makesARevisionOfAChangedTaskAndLeavesTheOldRolloutToThePlanner() {
        String id = create(Specs.redis("redis", "redis:3.0.6")).getId();
        pausedRollout(id);
        UpdateServiceResponse response = update(Specs.redis("redis", "redis:3.0.7"));
        assertThat(response.getEffect()).isEqualTo(Effect.NEW_REVISION);
        assertThat(response.getRevision()).isEqualTo(2);
        assertThat(response.getIndex()).isEqualTo(manager.state.current().index());
        assertThat(rolloutState(id)).contains(RolloutState.ROLLOUT_STATE_PAUSED);
        assertThat(image(id)).isEqualTo("redis:3.0.7");
        assertThat(update(Specs.redis("redis", "redis:3.0.6")).getRevision()).isEqualTo(3);
    }

    @Test
    void neverGivesANumberASecondTime() {
        String id = create(Specs.redis("redis", "redis:3.0.6")).getId();
        update(Specs.redis("redis", "redis:3.0.7"));
        manager.state.apply(Mutation.newBuilder()
                .setPutService(manager.state.current().service(id).orElseThrow().toBuilder().setRevision(1))
                .build());
        assertThat(update(Specs.redis("redis", "redis:3.0.8")).getRevision()).isEqualTo(3);
    }

    @Test
    void storesTheWholePolicy() {
        ServiceSpec.Builder spec = Specs.redis("redis", "redis:3.0.6").toBuilder();
        spec.getGlobalBuilder();
        spec.getRollbackBuilder().setParallelism(Share.newBuilder().setPercent(50));
        spec.getMaxUnavailableBuilder().setCount(2);
        create(spec.build());
        ServiceSpec stored = control.getService(GetServiceRequest.newBuilder().setService("redis").build())
                .getService()
                .getSpec();
        assertThat(stored).isEqualTo(SpecDefaults.complete(spec.build()));
    }

    @Test
    void refusesToChangeTheMode() {
        create(Specs.redis("redis", "redis:3.0.6"));
        assertRefused(
                () -> update(Specs.redis("redis", "redis:3.0.6")
                        .toBuilder()
                        .setGlobal(GlobalMode.getDefaultInstance())
                        .build()),
                Status.Code.INVALID_ARGUMENT,
                "service mode change is not allowed: remove the service and create it again");
    }

    @Test
    void updatesOnlyTheRevisionThatTheClientSaw() {
        create(Specs.redis("redis", "redis:3.0.6"));
        UpdateServiceRequest.Builder request = UpdateServiceRequest.newBuilder()
                .setService("redis")
                .setSpecVersion(version("redis"))
                .setIfRevision(2)
                .setSpec(Specs.redis("redis", "redis:3.0.7"));
        ClusterState before = manager.state.current();
        assertRefused(() -> control.updateService(request.build()), Status.Code.ABORTED,
                "if-revision: service redis is at revision 1, not 2: look at what changed and repeat the update");
        assertThat(manager.state.current()).isSameAs(before);
        assertThat(control.updateService(request.setIfRevision(1).build()).getRevision()).isEqualTo(2);
    }

    @ParameterizedTest
    @CsvSource({"UPDATING,true,7s", "UPDATING,false,1s", "ROLLBACK_STARTED,false,7s", "ROLLBACK_STARTED,true,1s",
        "COMPLETED,true,1s", "ROLLBACK_COMPLETED,false,1s"})
    void aChangedPolicyHoldsForTheRolloutThatGoesByIt(String state, boolean updatePolicy, String delay) {
        String id = create(Specs.redis("redis", "redis:3.0.6")).getId();
        manager.state.apply(Mutation.newBuilder()
                .setPutRollout(Rollout.newBuilder()
                        .setServiceId(id)
                        .setState(RolloutState.valueOf("ROLLOUT_STATE_" + state))
                        .setToRevision(1)
                        .setPolicy(UpdateConfig.newBuilder().setDelay(seconds(1))))
                .build());
        ServiceSpec.Builder spec = Specs.redis("redis", "redis:3.0.6").toBuilder();
        (updatePolicy ? spec.getUpdateBuilder() : spec.getRollbackBuilder()).setDelay(seconds(7));
        assertThat(update(spec.build()).getEffect()).isEqualTo(Effect.SPEC_CHANGED);
        Rollout rollout = manager.state.current().rollout(id).orElseThrow();
        assertThat(Durations.toString(rollout.getPolicy().getDelay())).isEqualTo(delay);
        assertThat(rollout.getState()).isEqualTo(RolloutState.valueOf("ROLLOUT_STATE_" + state));
    }

    @Test
    void aPolicySetUnderWayStaysThroughOtherChanges() {
        String id = create(Specs.redis("redis", "redis:3.0.6")).getId();
        manager.state.apply(Mutation.newBuilder()
                .setPutRollout(Rollout.newBuilder()
                        .setServiceId(id)
                        .setState(RolloutState.ROLLOUT_STATE_UPDATING)
                        .setToRevision(1)
                        .setPolicy(UpdateConfig.newBuilder().setDelay(seconds(1))))
                .build());
        ServiceSpec.Builder scaled = Specs.redis("redis", "redis:3.0.6").toBuilder();
        scaled.getReplicatedBuilder().setReplicas(5);
        update(scaled.build());
        assertThat(manager.state.current().rollout(id).orElseThrow().getPolicy().getDelay()).isEqualTo(seconds(1));
    }

    @Test
    void changesNothingForAnEqualSpec() {
        create(Specs.redis("redis", "redis:3.0.6"));
        ClusterState before = manager.state.current();
        UpdateServiceResponse response = update(Specs.redis("redis", "redis:3.0.6"));
        assertThat(response.getEffect()).isEqualTo(Effect.UNCHANGED);
        assertThat(response.getIndex()).isEqualTo(before.index());
        assertThat(manager.state.current()).isSameAs(before);
    }

    @Test
    void resumesAPausedRolloutWithAnEqualSpec() {
        String id = create(Specs.redis("redis", "redis:3.0.6")).getId();
        pausedRollout(id);
        UpdateServiceResponse response = update(Specs.redis("redis", "redis:3.0.6"));
        assertThat(response.getEffect()).isEqualTo(Effect.RESUMED);
        assertThat(response.getRevision()).isEqualTo(1);
        assertThat(rolloutState(id)).contains(RolloutState.ROLLOUT_STATE_UPDATING);
    }

    @Test
    void resumesWithAnyOtherPlainUpdateExceptAScale() {
        String id = create(Specs.redis("redis", "redis:3.0.6")).getId();
        pausedRollout(id);
        ServiceSpec.Builder scaled = Specs.redis("redis", "redis:3.0.6").toBuilder();
        scaled.getReplicatedBuilder().setReplicas(5);
        assertThat(update(scaled.build()).getEffect()).isEqualTo(Effect.SPEC_CHANGED);
        assertThat(rolloutState(id)).contains(RolloutState.ROLLOUT_STATE_PAUSED);
        scaled.getUpdateBuilder().setDelay(seconds(3));
        assertThat(update(scaled.build()).getEffect()).isEqualTo(Effect.SPEC_CHANGED);
        assertThat(rolloutState(id)).contains(RolloutState.ROLLOUT_STATE_UPDATING);
    }

    @Test
    void refusesAnUpdateOutOfSequence() {
        create(Specs.redis("redis", "redis:3.0.6"));
        ClusterState before = manager.state.current();
        assertRefused(() -> control.updateService(UpdateServiceRequest.newBuilder()
                .setService("redis")
                .setSpecVersion(1)
                .setSpec(Specs.redis("redis", "redis:3.0.7"))
                .build()), Status.Code.ABORTED, "update out of sequence");
        assertThat(manager.state.current()).isSameAs(before);
    }

    @Test
    void refusesToRename() {
        create(Specs.redis("redis", "redis:3.0.6"));
        assertRefused(() -> control.updateService(UpdateServiceRequest.newBuilder()
                .setService("redis")
                .setSpecVersion(version("redis"))
                .setSpec(Specs.redis("other", "redis:3.0.7"))
                .build()), Status.Code.INVALID_ARGUMENT, "renaming services is not supported");
    }

    @Test
    void refusesToUpdateOrRemoveWhatIsNotThere() {
        assertRefused(() -> control.updateService(UpdateServiceRequest.newBuilder()
                .setService("nope")
                .setSpec(Specs.redis("nope", "redis:3"))
                .build()), Status.Code.NOT_FOUND, "service nope not found");
        assertRefused(() -> control.removeService(RemoveServiceRequest.newBuilder().setService("nope").build()),
                Status.Code.NOT_FOUND, "service nope not found");
        assertRefused(() -> control.removeService(RemoveServiceRequest.getDefaultInstance()),
                Status.Code.INVALID_ARGUMENT,
                "service: say which one");
    }

    @Test
    void removesWithTheTasksAndFreesTheName() {
        String id = create(Specs.redis("redis", "redis:3.0.6")).getId();
        manager.state.apply(Mutation.newBuilder()
                .setCreateTask(Task.newBuilder().setId("t1").setServiceId(id).setRevision(1).setSlot(1))
                .build());
        control.removeService(RemoveServiceRequest.newBuilder().setService(id.substring(0, 25)).build());
        ClusterState state = manager.state.current();
        assertThat(state.service(id).orElseThrow().getRemoved()).isTrue();
        assertThat(state.serviceByName("redis")).isEmpty();
        assertThat(state.task("t1").orElseThrow().getDesired().getState()).isEqualTo(TaskState.TASK_STATE_REMOVE);
        assertRefused(() -> control.getService(GetServiceRequest.newBuilder().setService(id).build()),
                Status.Code.NOT_FOUND,
                "not found");
    }

    private void pausedRollout(String id) {
        manager.state.apply(Mutation.newBuilder()
                .setPutRollout(Rollout.newBuilder()
                        .setServiceId(id)
                        .setState(RolloutState.ROLLOUT_STATE_PAUSED)
                        .setFromRevision(1)
                        .setToRevision(1)
                        .addSlots(SlotProgress.newBuilder().setSlot(1).setFailedTaskId("t9")))
                .build());
    }

    private Optional<RolloutState> rolloutState(String id) {
        return manager.state.current().rollout(id).map(Rollout::getState);
    }

    private String image(String id) {
        ClusterState state = manager.state.current();
        return state.currentRevision(state.service(id).orElseThrow()).orElseThrow().getTask().getContainer().getImage();
    }

    private CreateServiceResponse create(ServiceSpec spec) {
        return control.createService(CreateServiceRequest.newBuilder().setSpec(spec).build());
    }

    private void create(String name, String requestId, long firstIndex) {
        control.createService(CreateServiceRequest.newBuilder()
                .setRequest(RequestId.newBuilder().setId(requestId).setFirstIndex(firstIndex))
                .setSpec(Specs.redis(name, "redis:3.0.6"))
                .build());
    }

    private UpdateServiceResponse update(ServiceSpec spec) {
        String name = manager.state.current().services().iterator().next().getName();
        return control.updateService(UpdateServiceRequest.newBuilder()
                .setService(name)
                .setSpecVersion(version(name))
                .setSpec(spec)
                .build());
    }

    private long version(String name) {
        return manager.state.current().serviceByName(name).orElseThrow().getSpecVersion();
    }

    private static void assertRefused(Runnable call, Status.Code code, String... lines) {
        StatusRuntimeException refusal = catchThrowableOfType(StatusRuntimeException.class, call::run);
        assertThat(refusal).isNotNull();
        assertThat(refusal.getStatus().getCode()).isEqualTo(code);
        assertThat(refusal.getStatus().getDescription()).contains(lines).hasLineCount(1);
    }
}
