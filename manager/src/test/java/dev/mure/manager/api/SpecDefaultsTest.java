package dev.mure.manager.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Duration;
import com.google.protobuf.util.Durations;
import dev.mure.v1.ContainerSpec;
import dev.mure.v1.GlobalMode;
import dev.mure.v1.HealthConfig;
import dev.mure.v1.Placement;
import dev.mure.v1.PortConfig;
import dev.mure.v1.ResourceAmounts;
import dev.mure.v1.Resources;
import dev.mure.v1.RestartPolicy;
import dev.mure.v1.ServiceSpec;
import dev.mure.v1.SetRollout;
import dev.mure.v1.Share;
import dev.mure.v1.TaskSpec;
import dev.mure.v1.UpdateConfig;
import org.junit.jupiter.api.Test;

/** What is stored where a client said nothing. */
class SpecDefaultsTest {

    private static final UpdateConfig POLICY = UpdateConfig.newBuilder()
            .setParallelism(Share.newBuilder().setCount(1))
            .setDelay(Durations.ZERO)
            .setFailureAction(UpdateConfig.FailureAction.PAUSE)
            .setMonitor(seconds(5))
            .setOrder(UpdateConfig.Order.STOP_FIRST)
            .setMinHealthy(Durations.ZERO)
            .setStartDeadline(seconds(300))
            .setProgressDeadline(seconds(600))
            .setCanaryWait(Durations.ZERO)
            .build();

    @Test
    void updateAndRollbackHaveTheSameDefaults() {
        ServiceSpec full = SpecDefaults.complete(Specs.redis("web", "redis:3"));
        assertThat(full.getUpdate()).isEqualTo(POLICY);
        assertThat(full.getRollback()).isEqualTo(POLICY);
        assertThat(full.getReplicated().getReplicas()).isEqualTo(1);
        assertThat(full.hasMaxUnavailable()).isFalse();
    }

    @Test
    void zeroMeansTheDefaultWhereNothingElseMakesSense() {
        UpdateConfig zero = UpdateConfig.newBuilder()
                .setMonitor(Durations.ZERO)
                .setStartDeadline(Durations.ZERO)
                .setProgressDeadline(Durations.ZERO)
                .build();
        assertThat(SpecDefaults.complete(zero)).isEqualTo(POLICY);
        SetRollout set = SetRollout.newBuilder()
                .setMonitor(Durations.ZERO)
                .setStartDeadline(Durations.ZERO)
                .setProgressDeadline(Durations.ZERO)
                .build();
        assertThat(SpecDefaults.complete(set)).isEqualTo(SetRollout.newBuilder()
                .setMonitor(seconds(5))
                .setStartDeadline(seconds(300))
                .setProgressDeadline(seconds(600))
                .build());
    }

    @Test
    void theProgressDeadlineIsNotShorterThanTheStartDeadline() {
        UpdateConfig slow = UpdateConfig.newBuilder().setStartDeadline(seconds(3600)).build();
        assertThat(SpecDefaults.complete(slow).getProgressDeadline()).isEqualTo(seconds(3600));
    }

    @Test
    void aGlobalServiceHasNoReplicas() {
        ServiceSpec global =
                Specs.redis("web", "redis:3").toBuilder().setGlobal(GlobalMode.getDefaultInstance()).build();
        assertThat(SpecDefaults.complete(global).getModeCase()).isEqualTo(ServiceSpec.ModeCase.GLOBAL);
    }

    @Test
    void restartsBackOffUpToFiveMinutesOrTheDelay() {
        assertThat(restart(RestartPolicy.newBuilder()).getMaxDelay()).isEqualTo(seconds(300));
        assertThat(restart(RestartPolicy.newBuilder().setDelay(seconds(600))).getMaxDelay()).isEqualTo(seconds(600));
        assertThat(restart(RestartPolicy.newBuilder().setMaxDelay(seconds(1))).getMaxDelay()).isEqualTo(seconds(5));
    }

    private static RestartPolicy restart(RestartPolicy.Builder policy) {
        return complete(TaskSpec.newBuilder().setRestart(policy).build()).getRestart();
    }

    @Test
    void aCheckOfOnesOwnGetsTimesAndTheImagesKeepsItsOwn() {
        HealthConfig.Builder own = HealthConfig.newBuilder().addTest("CMD-SHELL").addTest("true");
        assertThat(health(own)).isEqualTo(HealthConfig.newBuilder()
                .addTest("CMD-SHELL")
                .addTest("true")
                .setInterval(seconds(30))
                .setTimeout(seconds(30))
                .setRetries(3)
                .setStartPeriod(Durations.ZERO)
                .setStartInterval(seconds(5))
                .build());
        HealthConfig.Builder images = HealthConfig.newBuilder().setInterval(seconds(2));
        assertThat(health(images)).isEqualTo(images.build());
        HealthConfig.Builder none = HealthConfig.newBuilder().addTest("NONE");
        assertThat(health(none)).isEqualTo(none.build());
    }

    private static HealthConfig health(HealthConfig.Builder health) {
        return complete(TaskSpec.newBuilder().setContainer(ContainerSpec.newBuilder().setHealth(health)).build())
                .getContainer()
                .getHealth();
    }

    @Test
    void whatSaysNothingIsLikeWhatIsAbsent() {
        TaskSpec empty = TaskSpec.newBuilder()
                .setContainer(ContainerSpec.newBuilder().setHealth(HealthConfig.getDefaultInstance()))
                .setPlacement(Placement.getDefaultInstance())
                .setResources(Resources.newBuilder()
                        .setLimits(ResourceAmounts.getDefaultInstance())
                        .setReservations(ResourceAmounts.getDefaultInstance()))
                .build();
        assertThat(complete(empty)).isEqualTo(complete(TaskSpec.getDefaultInstance()));
    }

    @Test
    void portsAreTcp() {
        TaskSpec task = TaskSpec.newBuilder().addPorts(PortConfig.newBuilder().setTargetPort(80)).build();
        assertThat(complete(task).getPorts(0).getProtocol()).isEqualTo(PortConfig.Protocol.TCP);
    }

    private static TaskSpec complete(TaskSpec task) {
        return SpecDefaults.complete(ServiceSpec.newBuilder().setTask(task).build()).getTask();
    }

    private static Duration seconds(long seconds) {
        return Durations.fromSeconds(seconds);
    }
}
