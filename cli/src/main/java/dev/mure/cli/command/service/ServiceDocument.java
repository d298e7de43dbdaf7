package dev.mure.cli.command.service;

import com.google.protobuf.Duration;
import dev.mure.cli.format.FailureReport;
import dev.mure.cli.format.Shares;
import dev.mure.cli.format.Words;
import dev.mure.v1.ContainerSpec;
import dev.mure.v1.HealthConfig;
import dev.mure.v1.Label;
import dev.mure.v1.PortConfig;
import dev.mure.v1.ResourceAmounts;
import dev.mure.v1.RestartPolicy;
import dev.mure.v1.Rollout;
import dev.mure.v1.RolloutFailure;
import dev.mure.v1.ServiceSpec;
import dev.mure.v1.ServiceView;
import dev.mure.v1.Share;
import dev.mure.v1.TaskSpec;
import dev.mure.v1.UpdateConfig;
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
        document.put("Revision", service.getRevision());
        document.put("CreatedAt", Words.of(service.getMeta().getCreatedAt()));
        document.put("UpdatedAt", Words.of(service.getMeta().getUpdatedAt()));
        document.put("Spec", spec(service.getSpec()));
        if (service.getSpec().getTask().getPortsCount() > 0) {
            Map<String, Object> endpoint = new LinkedHashMap<>();
            endpoint.put("Spec", endpoint(service.getSpec().getTask().getPortsList()));
            endpoint.put("Ports", ports(service.getSpec().getTask().getPortsList()));
            document.put("Endpoint", endpoint);
        }
        if (service.hasRollout()) {
            document.put("UpdateStatus", updateStatus(service.getRollout()));
            document.put("Rollout", rollout(service.getRollout()));
        }
        return document;
    }

    private static Map<String, Object> spec(ServiceSpec spec) {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("Name", spec.getName());
        document.put("Labels", labels(spec.getLabelsList()));
        document.put("TaskTemplate", task(spec.getTask()));
        document.put("Mode", spec.hasGlobal()
                ? Map.of("Global", Map.of())
                : Map.of("Replicated", Map.of("Replicas", spec.getReplicated().getReplicas())));
        if (spec.hasMaxUnavailable()) {
            document.put("MaxUnavailable", share(spec.getMaxUnavailable()));
        }
        document.put("UpdateConfig", policy(spec.getUpdate()));
        document.put("RollbackConfig", policy(spec.getRollback()));
        if (spec.getTask().getPortsCount() > 0) {
            document.put("EndpointSpec", endpoint(spec.getTask().getPortsList()));
        }
        return document;
    }

    private static Map<String, Object> task(TaskSpec task) {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("ContainerSpec", container(task.getContainer()));
        Map<String, Object> resources = new LinkedHashMap<>();
        resources.put("Limits", amounts(task.getResources().getLimits()));
        resources.put("Reservations", amounts(task.getResources().getReservations()));
        document.put("Resources", resources);
        document.put("RestartPolicy", restart(task.getRestart()));
        Map<String, Object> placement = new LinkedHashMap<>();
        putUnlessEmpty(placement, "Constraints", task.getPlacement().getConstraintsList());
        document.put("Placement", placement);
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
        if (!container.getHealth().equals(HealthConfig.getDefaultInstance())) {
            document.put("Healthcheck", health(container.getHealth()));
        }
        return document;
    }

    private static Map<String, Object> restart(RestartPolicy restart) {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("Condition", Words.of(restart.getCondition()));
        document.put("Delay", nanos(restart.getDelay()));
        document.put("MaxAttempts", restart.getMaxAttempts());
        putUnlessZero(document, "Window", restart.getWindow());
        putUnlessZero(document, "MaxDelay", restart.getMaxDelay());
        return document;
    }

    private static Map<String, Object> health(HealthConfig health) {
        Map<String, Object> document = new LinkedHashMap<>();
        putUnlessEmpty(document, "Test", health.getTestList());
        putUnlessZero(document, "Interval", health.getInterval());
        putUnlessZero(document, "Timeout", health.getTimeout());
        putUnlessZero(document, "StartPeriod", health.getStartPeriod());
        putUnlessZero(document, "StartInterval", health.getStartInterval());
        if (health.getRetries() != 0) {
            document.put("Retries", health.getRetries());
        }
        return document;
    }

    private static Map<String, Object> amounts(ResourceAmounts amounts) {
        Map<String, Object> document = new LinkedHashMap<>();
        if (amounts.getNanoCpus() != 0) {
            document.put("NanoCPUs", amounts.getNanoCpus());
        }
        if (amounts.getMemoryBytes() != 0) {
            document.put("MemoryBytes", amounts.getMemoryBytes());
        }
        return document;
    }

    private static Map<String, Object> endpoint(List<PortConfig> ports) {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("Mode", "vip");
        document.put("Ports", ports(ports));
        return document;
    }

    private static List<Object> ports(List<PortConfig> ports) {
        List<Object> documents = new ArrayList<>();
        for (PortConfig port : ports) {
            Map<String, Object> document = new LinkedHashMap<>();
            document.put("Protocol", Words.of(port.getProtocol()));
            document.put("TargetPort", port.getTargetPort());
            if (port.getPublishedPort() != 0) {
                document.put("PublishedPort", port.getPublishedPort());
            }
            document.put("PublishMode", Words.of(port.getMode()));
            documents.add(document);
        }
        return documents;
    }

    /** Docker's fields, then ours if they are set. */
    private static Map<String, Object> policy(UpdateConfig policy) {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("Parallelism", policy.hasParallelism() ? share(policy.getParallelism()) : Integer.valueOf(1));
        putUnlessZero(document, "Delay", policy.getDelay());
        document.put("FailureAction", Words.of(policy.getFailureAction()));
        document.put("Monitor", nanos(policy.getMonitor()));
        document.put("MaxFailureRatio", Words.decimal(policy.getMaxFailureRatio()));
        document.put("Order", Words.of(policy.getOrder()));
        putUnlessZero(document, "MinHealthy", policy.getMinHealthy());
        putUnlessZero(document, "StartDeadline", policy.getStartDeadline());
        putUnlessZero(document, "ProgressDeadline", policy.getProgressDeadline());
        if (policy.hasCanary()) {
            document.put("Canary", share(policy.getCanary()));
        }
        putUnlessZero(document, "CanaryWait", policy.getCanaryWait());
        if (policy.getPauseAfterCount() > 0) {
            List<Object> stages = new ArrayList<>();
            for (Share stage : policy.getPauseAfterList()) {
                stages.add(share(stage));
            }
            document.put("PauseAfter", stages);
        }
        return document;
    }

    /** A number, as Docker has it, or a text such as {@code 25%}. */
    private static Object share(Share share) {
        return share.getKindCase() == Share.KindCase.PERCENT ? Shares.print(share) : Integer.valueOf(share.getCount());
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

    /** What Docker does not know of a rollout. */
    private static Map<String, Object> rollout(Rollout rollout) {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("FromRevision", rollout.getFromRevision());
        document.put("ToRevision", rollout.getToRevision());
        putUnlessEmpty(document, "PauseCause", Words.of(rollout.getPauseCause()));
        if (FailureReport.isKnown(rollout.getFailure())) {
            document.put("Failure", failure(rollout.getFailure()));
        }
        return document;
    }

    private static Map<String, Object> failure(RolloutFailure failure) {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("TaskID", failure.getTaskId());
        document.put("Slot", failure.getSlot());
        document.put("NodeID", failure.getNodeId());
        document.put("NodeName", failure.getNodeName());
        document.put("ExitCode", failure.getExitCode());
        document.put("Error", failure.getError());
        document.put("Kind", Words.of(failure.getKind()));
        document.put("LastOutput", new ArrayList<Object>(failure.getLastOutputList()));
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
