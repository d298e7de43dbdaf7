package dev.mure.manager.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.util.Durations;
import dev.mure.v1.Label;
import dev.mure.v1.PortConfig;
import dev.mure.v1.ServiceSpec;
import dev.mure.v1.Share;
import dev.mure.v1.UpdateConfig;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** How the difference of two specs reads. */
class SpecDifferenceTest {

    static Stream<Arguments> changes() {
        return Stream.of(
                change(spec -> spec.getTaskBuilder().getContainerBuilder().setImage("redis:3.0.7"),
                        "task.container.image: redis:3.0.6 -> redis:3.0.7"),
                change(spec -> spec.getReplicatedBuilder().setReplicas(5), "replicated.replicas: 1 -> 5"),
                change(spec -> spec.getUpdateBuilder().setDelay(Durations.fromSeconds(90)),
                        "update.delay: 0s -> 1m30s"),
                change(spec -> spec.getUpdateBuilder().setParallelism(Share.newBuilder().setPercent(25)),
                        "update.parallelism: 1 -> 25%"),
                change(spec -> spec.getRollbackBuilder().setOrder(UpdateConfig.Order.START_FIRST),
                        "rollback.order: stop-first -> start-first"),
                change(spec -> spec.getUpdateBuilder()
                        .addPauseAfter(Share.newBuilder().setCount(1))
                        .addPauseAfter(Share.newBuilder().setCount(3)), "update.pause_after: (none) -> 1 3"),
                change(spec -> spec.setMaxUnavailable(Share.newBuilder().setCount(2)), "max_unavailable: (none) -> 2"),
                change(spec -> spec.addLabels(label("z", "9")), "labels.z: (none) -> 9"),
                change(spec -> spec.setLabels(0, label("a", "2")), "labels.a: 1 -> 2"),
                change(spec -> spec.clearLabels(), "labels.a: 1 -> (none)"),
                change(spec -> spec.getTaskBuilder().getContainerBuilder().setEnv(0, "MODE=fast\n"),
                        "task.container.env.MODE: slow -> fast?"),
                change(spec -> spec.getTaskBuilder().getContainerBuilder().addArgs("-v").addArgs("-x"),
                        "task.container.args: (none) -> -v -x"),
                change(spec -> spec.getTaskBuilder().getContainerBuilder().setDir("/data"),
                        "task.container.dir: (none) -> /data"),
                change(spec -> spec.getTaskBuilder()
                        .addPorts(PortConfig.newBuilder()
                                .setTargetPort(80)
                                .setPublishedPort(8080)
                                .setProtocol(PortConfig.Protocol.TCP)),
                        "task.ports: (none) -> 8080:80/tcp"),
                change(spec -> spec.getTaskBuilder().getPlacementBuilder().addConstraints("node.role==worker"),
                        "task.placement.constraints: (none) -> node.role==worker"),
                change(spec -> spec.getTaskBuilder().setForceUpdate(1), "task.force_update: 0 -> 1"));
    }

    private static Arguments change(Consumer<ServiceSpec.Builder> change, String line) {
        ServiceSpec.Builder after = before().toBuilder();
        change.accept(after);
        return Arguments.argumentSet(line, after.build(), line);
    }

    @ParameterizedTest
    @MethodSource("changes")
    void saysWhatWasAndWhatWillBe(ServiceSpec after, String line) {
        assertThat(SpecDifference.between(before(), after)).containsExactly(line);
    }

    @Test
    void equalSpecsDoNotDiffer() {
        assertThat(SpecDifference.between(before(), before())).isEmpty();
    }

    @Test
    void anotherOrderOfVariablesIsADifference() {
        ServiceSpec.Builder some = before().toBuilder();
        some.getTaskBuilder().getContainerBuilder().addEnv("A=1");
        ServiceSpec.Builder other = before().toBuilder();
        other.getTaskBuilder().getContainerBuilder().clearEnv().addEnv("A=1").addEnv("MODE=slow");
        assertThat(SpecDifference.between(some.build(), other.build()))
                .containsExactly("task.container.env: MODE=slow A=1 -> A=1 MODE=slow");
    }

    private static ServiceSpec before() {
        ServiceSpec.Builder spec = Specs.redis("web", "redis:3.0.6").toBuilder().addLabels(label("a", "1"));
        spec.getTaskBuilder().getContainerBuilder().addEnv("MODE=slow");
        return SpecDefaults.complete(spec.build());
    }

    private static Label label(String key, String value) {
        return Label.newBuilder().setKey(key).setValue(value).build();
    }
}
