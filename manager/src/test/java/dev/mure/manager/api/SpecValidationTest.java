package dev.mure.manager.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.Duration;
import com.google.protobuf.util.Durations;
import dev.mure.manager.leader.Refusal;
import dev.mure.v1.HealthConfig;
import dev.mure.v1.PortConfig;
import dev.mure.v1.ReplicatedMode;
import dev.mure.v1.ServiceSpec;
import dev.mure.v1.SetRollout;
import dev.mure.v1.Share;
import dev.mure.v1.TaskSpec;
import dev.mure.v1.UpdateConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What can be wrong in a spec, and the line that says so. */
class SpecValidationTest {

    static Stream<Arguments> badPolicies() {
        return Stream.of(
                policy(config -> config.setParallelism(count(100_001)),
                        "parallelism: 100001 is too many: at most 100000"),
                policy(config -> config.setParallelism(percent(0)),
                        "parallelism: 0% is not possible: use 1% to 100%, or a number of slots"),
                policy(config -> config.setParallelism(percent(101)), "parallelism: 101% is not possible"),
                policy(config -> config.setParallelism(percent(-1)), "parallelism: 4294967295% is not possible"),
                policy(config -> config.setParallelism(Share.getDefaultInstance()),
                        "parallelism: give a number of slots or a percentage"),
                policy(config -> config.setDelay(seconds(-1)), "delay: -1s cannot be negative"),
                policy(config -> config.setMonitor(seconds(-1)), "monitor: -1s cannot be negative"),
                policy(config -> config.setMinHealthy(seconds(-1)), "min-healthy: -1s cannot be negative"),
                policy(config -> config.setStartDeadline(seconds(-1)), "start-deadline: -1s cannot be negative"),
                policy(config -> config.setProgressDeadline(seconds(-1)), "progress-deadline: -1s cannot be negative"),
                policy(config -> config.setProgressDeadline(Durations.fromDays(4000)), "progress-deadline: ",
                        "too long"),
                policy(config -> config.setFailureActionValue(99), "failure-action: not known to this manager"),
                policy(config -> config.setOrderValue(99),
                        "order: not known to this manager: use STOP_FIRST, START_FIRST or AUTO"),
                policy(config -> config.setMaxFailureRatio(1.5f),
                        "max-failure-ratio: 1.5 cannot be less than 0 or bigger than 1"),
                policy(config -> config.setMaxFailureRatio(Float.NaN), "max-failure-ratio: NaN cannot be"),
                policy(config -> config.setCanary(count(0)), "canary: 0 is too few: at least 1"),
                policy(config -> config.setCanary(percent(0)), "canary: 0% is not possible"),
                policy(config -> config.setCanaryWait(seconds(5)), "canary-wait: there is no canary to wait for"),
                policy(config -> config.setCanary(count(1)).setCanaryWait(seconds(-5)),
                        "canary-wait: -5s cannot be negative"),
                policy(config -> config.addPauseAfter(count(0)), "pause-after: 0 is too few: at least 1"),
                policy(config -> config.addPauseAfter(percent(101)), "pause-after: 101% is not possible"),
                policy(config -> config.addPauseAfter(count(2)).addPauseAfter(percent(25)).addPauseAfter(count(1)),
                        "pause-after: 1 comes after 2: each stage must be greater than the one before"),
                policy(config -> config.addPauseAfter(count(3)).addPauseAfter(count(3)),
                        "pause-after: 3 comes after 3: each stage must be greater than the one before"),
                policy(config -> config.addPauseAfter(percent(50)).addPauseAfter(percent(25)),
                        "pause-after: 25% comes after 50%"));
    }

    private static Arguments policy(Consumer<UpdateConfig.Builder> fault, String... lines) {
        UpdateConfig.Builder config = UpdateConfig.newBuilder();
        fault.accept(config);
        return Arguments.argumentSet(lines[0], config.build(), lines);
    }

    @ParameterizedTest
    @MethodSource("badPolicies")
    void namesTheFlagOfTheUpdate(UpdateConfig config, String[] lines) {
        assertRefused(redis().setUpdate(config), "update-", lines);
    }

    @ParameterizedTest
    @MethodSource("badPolicies")
    void checksTheRollbackLikeTheUpdate(UpdateConfig config, String[] lines) {
        assertRefused(redis().setRollback(config), "rollback-", lines);
    }

    static Stream<Arguments> badTasks() {
        return Stream.of(
                task(task -> task.getRestartBuilder().setMaxDelay(seconds(-1)),
                        "restart-max-delay: -1s cannot be negative"),
                task(task -> task.getPlacementBuilder().addConstraints("node.role=worker"),
                        "constraint: \"node.role=worker\" has neither == nor !="),
                task(task -> task.getPlacementBuilder().addConstraints("engine.labels.os==x"),
                        "constraint: \"engine.labels.os==x\" asks for a label of the engine"),
                task(task -> task.getPlacementBuilder().addConstraints("a\0==b"), "constraint: ",
                        "holds a NUL character"),
                task(task -> limits(task, 500_000, 0), "limit-cpu: invalid cpu value 0.0005: Must be at least 0.001"),
                task(task -> limits(task, -1, 0), "limit-cpu: invalid cpu value -0.000000001: Must be at least 0.001"),
                task(task -> limits(task, Long.MAX_VALUE, 0), "limit-cpu: invalid cpu value",
                        "Must be at most 1000000"),
                task(task -> limits(task, 0, (4 << 20) - 1),
                        "limit-memory: invalid memory value 4194303: Must be at least 4MiB"),
                task(task -> limits(task, 0, Long.MAX_VALUE), "limit-memory: ", "Must be at most 1PiB"),
                task(task -> reservations(task, 999_999, 0),
                        "reserve-cpu: invalid cpu value 0.000999999: Must be at least 0.001"),
                task(task -> reservations(task, 0, 1),
                        "reserve-memory: invalid memory value 1: Must be at least 4MiB"),
                task(task -> {
                    limits(task, 500_000_000, 0);
                    reservations(task, 1_500_000_000, 0);
                }, "reserve-cpu: 1.5 is more than the limit-cpu of 0.5"),
                task(task -> {
                    limits(task, 0, 16 << 20);
                    reservations(task, 0, 32 << 20);
                }, "reserve-memory: 33554432 is more than the limit-memory of 16777216 bytes"),
                task(task -> task.addPorts(port(0, 8080)),
                        "publish: the target port 0 is not possible: use 1 to 65535"),
                task(task -> task.addPorts(port(65_536, 8080)), "publish: the target port 65536 is not possible"),
                task(task -> task.addPorts(port(80, 65_536)), "publish: the published port 65536 is not possible"),
                task(task -> task.addPorts(port(80, -1)), "publish: the published port 4294967295 is not possible"),
                task(task -> task.addPorts(port(80, 8080).setProtocolValue(9)), "publish: the protocol is not known"),
                task(task -> task.addPorts(port(80, 8080).clearMode()), "publish: port 80 needs mode=host"),
                task(task -> task.addPorts(port(80, 8080)).addPorts(port(81, 8080)),
                        "publish: duplicate published ports provided: 8080/tcp"),
                task(task -> task.addPorts(port(80, 0)).addPorts(port(80, 0).setProtocol(PortConfig.Protocol.TCP)),
                        "publish: target port 80/tcp is given twice"),
                health(health -> health.addTest("curl"), "health-cmd: \"curl\" is not a kind of check"),
                health(health -> health.addTest(""), "health-cmd: the first word must be NONE, CMD or CMD-SHELL"),
                health(health -> health.addTest("CMD"), "health-cmd: CMD needs the words of a command"),
                health(health -> health.addTest("CMD-SHELL"), "health-cmd: CMD-SHELL needs one line for the shell"),
                health(health -> health.addTest("CMD-SHELL").addTest(" "), "CMD-SHELL needs one line"),
                health(health -> health.addTest("CMD-SHELL").addTest("a").addTest("b"), "CMD-SHELL needs one line"),
                health(health -> health.addTest("CMD").addTest("a\0b"), "health-cmd: ", "holds a NUL character"),
                health(health -> health.addTest("NONE").setRetries(2),
                        "no-healthcheck: conflicts with every other health option"),
                health(health -> health.setInterval(Durations.fromNanos(999_999)),
                        "health-interval: 0.000999999s is too short: use 0 or at least 1ms"),
                health(health -> health.setTimeout(Durations.fromMicros(1)), "health-timeout: 0.000001s is too short"),
                health(health -> health.setStartPeriod(seconds(-1)), "health-start-period: -1s cannot be negative"),
                health(health -> health.setStartInterval(Durations.fromMicros(1)),
                        "health-start-interval: 0.000001s is too short"),
                health(health -> health.setRetries(-1), "health-retries: 4294967295 is too many"));
    }

    private static Arguments task(Consumer<TaskSpec.Builder> fault, String... lines) {
        ServiceSpec.Builder spec = redis();
        fault.accept(spec.getTaskBuilder());
        return Arguments.argumentSet(lines[0], spec.build(), lines);
    }

    private static Arguments health(Consumer<HealthConfig.Builder> fault, String... lines) {
        return task(task -> fault.accept(task.getContainerBuilder().getHealthBuilder()), lines);
    }

    @ParameterizedTest
    @MethodSource("badTasks")
    void namesTheFlagOfTheTask(ServiceSpec spec, String[] lines) {
        assertRefused(spec.toBuilder(), "", lines);
    }

    @Test
    void wantsAtLeastOneSlotOfTheBudget() {
        assertRefused(redis().setMaxUnavailable(count(0)), "", "max-unavailable: 0 is too few: at least 1");
        assertRefused(redis().setMaxUnavailable(percent(0)), "", "max-unavailable: 0% is not possible");
        assertRefused(redis().setMaxUnavailable(count(100_001)), "", "max-unavailable: 100001 is too many");
    }

    static Stream<Arguments> goodSpecs() {
        return Stream.of(
                good("global", spec -> spec.getGlobalBuilder()),
                good("all at once", spec -> spec.getUpdateBuilder().setParallelism(count(0))),
                good("a quarter at a time", spec -> spec.getUpdateBuilder().setParallelism(percent(25))),
                good("stages", spec -> spec.getUpdateBuilder()
                        .setCanary(count(1))
                        .setCanaryWait(seconds(30))
                        .addPauseAfter(percent(25))
                        .addPauseAfter(percent(50))),
                good("a canary without a wait", spec -> spec.getUpdateBuilder()
                        .setCanary(percent(5))
                        .setCanaryWait(Durations.ZERO)),
                good("no wait without a canary", spec -> spec.getUpdateBuilder().setCanaryWait(Durations.ZERO)),
                good("the same port for both protocols", spec -> spec.getTaskBuilder()
                        .addPorts(port(53, 53))
                        .addPorts(port(53, 53).setProtocol(PortConfig.Protocol.UDP))),
                good("two ports that the runtime chooses", spec -> spec.getTaskBuilder()
                        .addPorts(port(80, 0))
                        .addPorts(port(81, 0))),
                good("as much reserved as allowed", spec -> {
                    limits(spec.getTaskBuilder(), 1_000_000, 4 << 20);
                    reservations(spec.getTaskBuilder(), 1_000_000, 4 << 20);
                }),
                good("no check",
                        spec -> spec.getTaskBuilder().getContainerBuilder().getHealthBuilder().addTest("NONE")),
                good("the image's check more often", spec -> spec.getTaskBuilder()
                        .getContainerBuilder()
                        .getHealthBuilder()
                        .setInterval(seconds(2))));
    }

    private static Arguments good(String name, Consumer<ServiceSpec.Builder> change) {
        ServiceSpec.Builder spec = redis();
        change.accept(spec);
        return Arguments.argumentSet(name, spec.build());
    }

    @ParameterizedTest
    @MethodSource("goodSpecs")
    void takesWhatIsRightAndItsCompletedForm(ServiceSpec spec) {
        assertThatCode(() -> SpecValidation.check(spec)).doesNotThrowAnyException();
        ServiceSpec complete = SpecDefaults.complete(spec);
        assertThatCode(() -> SpecValidation.check(complete)).doesNotThrowAnyException();
        assertThat(SpecDefaults.complete(complete)).isEqualTo(complete);
    }

    static Stream<Arguments> badSettings() {
        return Stream.of(
                setting(changes -> changes, "set: say what to change"),
                setting(changes -> changes.setParallelism(percent(0)), "parallelism: 0% is not possible"),
                setting(changes -> changes.setDelay(seconds(-1)), "delay: -1s cannot be negative"),
                setting(changes -> changes.setMonitor(seconds(-1)), "monitor: -1s cannot be negative"),
                setting(changes -> changes.setMaxFailureRatio(2), "max-failure-ratio: 2.0 cannot be"),
                setting(changes -> changes.setFailureActionValue(99), "failure-action: not known"),
                setting(changes -> changes.setMinHealthy(seconds(-1)), "min-healthy: -1s cannot be negative"),
                setting(changes -> changes.setStartDeadline(seconds(-1)), "start-deadline: -1s cannot be negative"),
                setting(changes -> changes.setProgressDeadline(seconds(-1)), "progress-deadline: -1s cannot be"));
    }

    private static Arguments setting(UnaryOperator<SetRollout.Builder> fault, String line) {
        return Arguments.argumentSet(line, fault.apply(SetRollout.newBuilder()).build(), line);
    }

    @ParameterizedTest
    @MethodSource("badSettings")
    void checksWhatIsChangedUnderWayLikeTheUpdate(SetRollout changes, String line) {
        Refusal refusal = catchThrowableOfType(Refusal.class, () -> new UpdateConfigValidation("").check(changes));
        assertThat(refusal).hasMessageStartingWith(line);
    }

    private static void assertRefused(ServiceSpec.Builder spec, String flags, String... lines) {
        Refusal refusal = catchThrowableOfType(Refusal.class, () -> SpecValidation.check(spec.build()));
        List<String> expected = new ArrayList<>(List.of(lines));
        expected.set(0, flags + lines[0]);
        assertThat(refusal).isNotNull();
        assertThat(refusal.kind()).isEqualTo(Refusal.Kind.INVALID);
        assertThat(refusal.getMessage()).contains(expected).hasLineCount(1);
    }

    private static ServiceSpec.Builder redis() {
        return Specs.redis("web", "redis:3.0.6")
                .toBuilder()
                .setReplicated(ReplicatedMode.newBuilder().setReplicas(2));
    }

    private static void limits(TaskSpec.Builder task, long nanoCpus, long memoryBytes) {
        task.getResourcesBuilder().getLimitsBuilder().setNanoCpus(nanoCpus).setMemoryBytes(memoryBytes);
    }

    private static void reservations(TaskSpec.Builder task, long nanoCpus, long memoryBytes) {
        task.getResourcesBuilder().getReservationsBuilder().setNanoCpus(nanoCpus).setMemoryBytes(memoryBytes);
    }

    private static PortConfig.Builder port(int target, int published) {
        return PortConfig.newBuilder()
                .setTargetPort(target)
                .setPublishedPort(published)
                .setMode(PortConfig.PublishMode.HOST);
    }

    private static Share count(int slots) {
        return Share.newBuilder().setCount(slots).build();
    }

    private static Share percent(int percent) {
        return Share.newBuilder().setPercent(percent).build();
    }

    private static Duration seconds(long seconds) {
        return Durations.fromSeconds(seconds);
    }
}
