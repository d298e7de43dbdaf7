package dev.mure.cli.command.service;

import com.google.protobuf.Duration;
import dev.mure.cli.format.Words;
import dev.mure.v1.ContainerSpec;
import dev.mure.v1.Label;
import dev.mure.v1.RestartPolicy;
import dev.mure.v1.Rollout;
import dev.mure.v1.ServiceSpec;
import dev.mure.v1.ServiceView;
import dev.mure.v1.TaskSpec;
import dev.mure.v1.UpdateConfig;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A service as {@code inspect} shows it: the tree of Docker's JSON, with what Mure knows of it. */
final class ServiceDocument {
    private ServiceDocument() {}

    static Map<String, Object> of(ServiceView service) {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("ID", service.getId());
        document.put("Version", Map.of("Index", service.getSpecVersion()));
        document.put("CreatedAt", Words.of(service.getMeta().getCreatedAt()));
        document.put("UpdatedAt", Words.of(service.getMeta().getUpdatedAt()));
        document.put("Spec", spec(service.getSpec()));
        if (service.hasRollout()) {
            document.put("UpdateStatus", updateStatus(service.getRollout()));
        }
        return document;
    }

    private static Map<String, Object> spec(ServiceSpec spec) {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("Name", spec.getName());
        document.put("Labels", labels(spec.getLabelsList()));
        document.put("TaskTemplate", task(spec.getTask()));
        document.put("Mode", Map.of("Replicated", Map.of("Replicas", spec.getReplicated().getReplicas())));
        document.put("UpdateConfig", update(spec.getUpdate()));
        return document;
    }

    private static Map<String, Object> task(TaskSpec task) {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("ContainerSpec", container(task.getContainer()));
        Map<String, Object> resources = new LinkedHashMap<>();
        resources.put("Limits", Map.of());
        resources.put("Reservations", Map.of());
        document.put("Resources", resources);
        document.put("RestartPolicy", restart(task.getRestart()));
        document.put("Placement", Map.of());
        document.put("ForceUpdate", task.getForceUpdate());
        document.put("Runtime", "container");
        return document;
    }

    private static Map<String, Object> container(ContainerSpec container) {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("Image", container.getImage());
        if (container.getLabelsCount() > 0) {
            document.put("Labels", labels(container.getLabelsList()));
        }
        putUnlessEmpty(document, "Command", container.getCommandList());
        putUnlessEmpty(document, "Args", container.getArgsList());
        putUnlessEmpty(document, "Hostname", container.getHostname());
        putUnlessEmpty(document, "Env", container.getEnvList());
        putUnlessEmpty(document, "Dir", container.getDir());
        putUnlessEmpty(document, "User", container.getUser());
        document.put("Init", false);
        putUnlessEmpty(document, "StopSignal", container.getStopSignal());
        document.put("StopGracePeriod", nanos(container.getStopGracePeriod()));
        return document;
    }

    private static Map<String, Object> restart(RestartPolicy restart) {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("Condition", Words.of(restart.getCondition()));
        document.put("Delay", nanos(restart.getDelay()));
        document.put("MaxAttempts", restart.getMaxAttempts());
        putUnlessZero(document, "Window", restart.getWindow());
        return document;
    }

    private static Map<String, Object> update(UpdateConfig update) {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("Parallelism", update.getParallelism().getCount());
        putUnlessZero(document, "Delay", update.getDelay());
        document.put("FailureAction", Words.of(update.getFailureAction()));
        document.put("Monitor", nanos(update.getMonitor()));
        document.put("MaxFailureRatio", decimal(update.getMaxFailureRatio()));
        document.put("Order", "stop-first");
        return document;
    }

    private static Map<String, Object> updateStatus(Rollout rollout) {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("State", Words.of(rollout.getState()));
        document.put("StartedAt", Words.of(rollout.getStartedAt()));
        if (rollout.hasCompletedAt()) {
            document.put("CompletedAt", Words.of(rollout.getCompletedAt()));
        }
        document.put("Message", rollout.getMessage());
        return document;
    }

    private static Map<String, Object> labels(List<Label> labels) {
        Map<String, Object> document = new LinkedHashMap<>();
        for (Label label : labels) {
            document.put(label.getKey(), label.getValue());
        }
        return document;
    }

    private static long nanos(Duration duration) {
        return Words.of(duration).toNanos();
    }

    /** As Go prints it: without an exponent, and without decimals where there are none. */
    static BigDecimal decimal(float value) {
        BigDecimal decimal = new BigDecimal(Float.toString(value)).stripTrailingZeros();
        return decimal.scale() < 0 ? decimal.setScale(0) : decimal;
    }

    private static void putUnlessZero(Map<String, Object> document, String key, Duration duration) {
        if (nanos(duration) != 0) {
            document.put(key, nanos(duration));
        }
    }

    private static void putUnlessEmpty(Map<String, Object> document, String key, String value) {
        if (!value.isEmpty()) {
            document.put(key, value);
        }
    }

    private static void putUnlessEmpty(Map<String, Object> document, String key, List<String> values) {
        if (!values.isEmpty()) {
            document.put(key, new ArrayList<>(values));
        }
    }
}
