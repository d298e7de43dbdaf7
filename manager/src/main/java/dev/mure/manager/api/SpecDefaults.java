package dev.mure.manager.api;

import com.google.protobuf.Duration;
import com.google.protobuf.util.Durations;
import dev.mure.v1.ContainerSpec;
import dev.mure.v1.HealthConfig;
import dev.mure.v1.Label;
import dev.mure.v1.PortConfig;
import dev.mure.v1.ResourceAmounts;
import dev.mure.v1.Resources;
import dev.mure.v1.RestartPolicy;
import dev.mure.v1.ServiceSpec;
import dev.mure.v1.SetRollout;
import dev.mure.v1.Share;
import dev.mure.v1.TaskSpec;
import dev.mure.v1.UpdateConfig;
import java.util.Comparator;
import java.util.List;

/** Completes a valid spec with the defaults that {@code spec.proto} names, so that no reader of a stored spec has to know one. */
final class SpecDefaults {

    private static final Duration STOP_GRACE = Durations.fromSeconds(10);
    private static final Duration RESTART_DELAY = Durations.fromSeconds(5);
    private static final Duration RESTART_MAX_DELAY = Durations.fromMinutes(5);
    private static final Duration MONITOR = Durations.fromSeconds(5);
    private static final Duration START_DEADLINE = Durations.fromMinutes(5);
    private static final Duration PROGRESS_DEADLINE = Durations.fromMinutes(10);
    private static final Duration HEALTH_INTERVAL = Durations.fromSeconds(30);
    private static final Duration HEALTH_TIMEOUT = Durations.fromSeconds(30);
    private static final int HEALTH_RETRIES = 3;
    private static final Duration HEALTH_START_INTERVAL = Durations.fromSeconds(5);
    private static final Comparator<Label> BY_KEY = Comparator.comparing(Label::getKey);

    private SpecDefaults() {}

    static ServiceSpec complete(ServiceSpec spec) {
        ServiceSpec.Builder full = spec.toBuilder();
        List<Label> labels = sorted(spec.getLabelsList());
        full.clearLabels().addAllLabels(labels);
        if (!spec.hasGlobal() && !spec.getReplicated().hasReplicas()) {
            full.getReplicatedBuilder().setReplicas(1);
        }
        return full.setTask(complete(spec.getTask()))
                .setUpdate(complete(spec.getUpdate()))
                .setRollback(complete(spec.getRollback()))
                .build();
    }

    private static TaskSpec complete(TaskSpec task) {
        TaskSpec.Builder full = task.toBuilder()
                .setContainer(complete(task.getContainer()))
                .setRestart(complete(task.getRestart()))
                .clearPorts()
                .addAllPorts(task.getPortsList().stream().map(SpecDefaults::complete).toList());
        Resources resources = withoutEmptyParts(task.getResources());
        if (resources.equals(Resources.getDefaultInstance())) {
            full.clearResources();
        } else {
            full.setResources(resources);
        }
        if (task.getPlacement().getConstraintsCount() == 0) {
            full.clearPlacement();
        }
        return full.build();
    }

    private static ContainerSpec complete(ContainerSpec container) {
        ContainerSpec.Builder full = container.toBuilder();
        List<Label> labels = sorted(container.getLabelsList());
        full.clearLabels().addAllLabels(labels);
        if (!container.hasStopGracePeriod()) {
            full.setStopGracePeriod(STOP_GRACE);
        }
        if (container.getHealth().equals(HealthConfig.getDefaultInstance())) {
            full.clearHealth();
        } else if (container.getHealth().getTestCount() > 1) {
            full.setHealth(complete(container.getHealth()));
        }
        return full.build();
    }

    /** Of a check of the service's own. What keeps the image's check keeps its times as well where it names none. */
    private static HealthConfig complete(HealthConfig health) {
        return health.toBuilder()
                .setInterval(orDefault(health.getInterval(), HEALTH_INTERVAL))
                .setTimeout(orDefault(health.getTimeout(), HEALTH_TIMEOUT))
                .setRetries(health.getRetries() == 0 ? HEALTH_RETRIES : health.getRetries())
                .setStartPeriod(health.getStartPeriod())
                .setStartInterval(orDefault(health.getStartInterval(), HEALTH_START_INTERVAL))
                .build();
    }

    private static RestartPolicy complete(RestartPolicy restart) {
        RestartPolicy.Builder full = restart.toBuilder();
        if (restart.getCondition() == RestartPolicy.Condition.CONDITION_UNSPECIFIED) {
            full.setCondition(RestartPolicy.Condition.ANY);
        }
        if (!restart.hasDelay()) {
            full.setDelay(RESTART_DELAY);
        }
        if (!restart.hasWindow()) {
            full.setWindow(Durations.ZERO);
        }
        Duration maxDelay = restart.hasMaxDelay() ? restart.getMaxDelay() : RESTART_MAX_DELAY;
        return full.setMaxDelay(longer(maxDelay, full.getDelay())).build();
    }

    static PortConfig complete(PortConfig port) {
        return port.getProtocol() == PortConfig.Protocol.PROTOCOL_UNSPECIFIED
                ? port.toBuilder().setProtocol(PortConfig.Protocol.TCP).build()
                : port;
    }

    /** An empty part says the same as an absent one, and two task specs that mean the same must be equal. */
    private static Resources withoutEmptyParts(Resources resources) {
        Resources.Builder full = resources.toBuilder();
        if (resources.getLimits().equals(ResourceAmounts.getDefaultInstance())) {
            full.clearLimits();
        }
        if (resources.getReservations().equals(ResourceAmounts.getDefaultInstance())) {
            full.clearReservations();
        }
        return full.build();
    }

    static UpdateConfig complete(UpdateConfig update) {
        UpdateConfig.Builder full = update.toBuilder()
                .setDelay(update.getDelay())
                .setMonitor(orDefault(update.getMonitor(), MONITOR))
                .setMinHealthy(update.getMinHealthy())
                .setStartDeadline(orDefault(update.getStartDeadline(), START_DEADLINE))
                .setCanaryWait(update.getCanaryWait());
        full.setProgressDeadline(
                orDefault(update.getProgressDeadline(), longer(PROGRESS_DEADLINE, full.getStartDeadline())));
        if (!update.hasParallelism()) {
            full.setParallelism(Share.newBuilder().setCount(1));
        }
        if (update.getFailureAction() == UpdateConfig.FailureAction.FAILURE_ACTION_UNSPECIFIED) {
            full.setFailureAction(UpdateConfig.FailureAction.PAUSE);
        }
        if (update.getOrder() == UpdateConfig.Order.ORDER_UNSPECIFIED) {
            full.setOrder(UpdateConfig.Order.STOP_FIRST);
        }
        return full.build();
    }

    /** Says 0 where it means the default as the default. */
    static SetRollout complete(SetRollout changes) {
        SetRollout.Builder full = changes.toBuilder();
        if (changes.hasMonitor()) {
            full.setMonitor(orDefault(changes.getMonitor(), MONITOR));
        }
        if (changes.hasStartDeadline()) {
            full.setStartDeadline(orDefault(changes.getStartDeadline(), START_DEADLINE));
        }
        if (changes.hasProgressDeadline()) {
            full.setProgressDeadline(orDefault(changes.getProgressDeadline(), PROGRESS_DEADLINE));
        }
        return full.build();
    }

    private static Duration orDefault(Duration given, Duration otherwise) {
        return Durations.compare(given, Durations.ZERO) == 0 ? otherwise : given;
    }

    private static Duration longer(Duration some, Duration other) {
        return Durations.compare(some, other) >= 0 ? some : other;
    }

    private static List<Label> sorted(List<Label> labels) {
        return labels.stream().sorted(BY_KEY).toList();
    }
}
