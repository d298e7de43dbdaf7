package dev.mure.manager.api;

import com.google.protobuf.Duration;
import com.google.protobuf.util.Durations;
import dev.mure.v1.Label;
import dev.mure.v1.RestartPolicy;
import dev.mure.v1.ServiceSpec;
import dev.mure.v1.Share;
import dev.mure.v1.TaskSpec;
import dev.mure.v1.UpdateConfig;
import java.util.Comparator;
import java.util.List;

/** Completes a valid spec with the defaults that {@code spec.proto} names, so that no reader of a stored spec has to know one. */
final class SpecDefaults {

    private static final Duration STOP_GRACE = Durations.fromSeconds(10);
    private static final Duration RESTART_DELAY = Durations.fromSeconds(5);
    private static final Duration MONITOR = Durations.fromSeconds(5);
    private static final Comparator<Label> BY_KEY = Comparator.comparing(Label::getKey);

    private SpecDefaults() {}

    static ServiceSpec complete(ServiceSpec spec) {
        ServiceSpec.Builder full = spec.toBuilder();
        List<Label> labels = sorted(spec.getLabelsList());
        full.clearLabels().addAllLabels(labels);
        if (!spec.getReplicated().hasReplicas()) {
            full.getReplicatedBuilder().setReplicas(1);
        }
        return full.setTask(complete(spec.getTask())).setUpdate(complete(spec.getUpdate())).build();
    }

    private static TaskSpec complete(TaskSpec task) {
        TaskSpec.Builder full = task.toBuilder();
        List<Label> labels = sorted(task.getContainer().getLabelsList());
        full.getContainerBuilder().clearLabels().addAllLabels(labels);
        if (!task.getContainer().hasStopGracePeriod()) {
            full.getContainerBuilder().setStopGracePeriod(STOP_GRACE);
        }
        RestartPolicy restart = task.getRestart();
        if (restart.getCondition() == RestartPolicy.Condition.CONDITION_UNSPECIFIED) {
            full.getRestartBuilder().setCondition(RestartPolicy.Condition.ANY);
        }
        if (!restart.hasDelay()) {
            full.getRestartBuilder().setDelay(RESTART_DELAY);
        }
        if (!restart.hasWindow()) {
            full.getRestartBuilder().setWindow(Durations.ZERO);
        }
        return full.build();
    }

    private static UpdateConfig complete(UpdateConfig update) {
        UpdateConfig.Builder full = update.toBuilder();
        if (!update.hasParallelism()) {
            full.setParallelism(Share.newBuilder().setCount(1));
        }
        if (!update.hasDelay()) {
            full.setDelay(Durations.ZERO);
        }
        if (update.getFailureAction() == UpdateConfig.FailureAction.FAILURE_ACTION_UNSPECIFIED) {
            full.setFailureAction(UpdateConfig.FailureAction.PAUSE);
        }
        if (Durations.compare(update.getMonitor(), Durations.ZERO) == 0) {
            full.setMonitor(MONITOR);
        }
        return full.build();
    }

    private static List<Label> sorted(List<Label> labels) {
        return labels.stream().sorted(BY_KEY).toList();
    }
}
