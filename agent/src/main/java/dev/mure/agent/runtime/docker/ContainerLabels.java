package dev.mure.agent.runtime.docker;

import dev.mure.agent.runtime.ContainerRequest;
import dev.mure.agent.runtime.NodeScope;
import dev.mure.v1.Label;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The labels by which an agent knows its own containers among all of an engine. They are an interface: agents of other
 * versions and users' scripts read them.
 */
final class ContainerLabels {

    static final String CLUSTER = "dev.mure.cluster";
    static final String NODE = "dev.mure.node";
    static final String TASK = "dev.mure.task";
    static final String REVISION = "dev.mure.revision";
    static final String SERVICE_ID = "dev.mure.service.id";
    static final String SERVICE_NAME = "dev.mure.service.name";
    static final String SLOT = "dev.mure.slot";

    private ContainerLabels() {}

    /** The user's labels and ours, which win. */
    static Map<String, String> of(NodeScope scope, ContainerRequest request) {
        Map<String, String> labels = new LinkedHashMap<>();
        for (Label label : request.spec().getLabelsList()) {
            labels.put(label.getKey(), label.getValue());
        }
        labels.putAll(scope(scope));
        labels.put(TASK, request.taskId());
        labels.put(REVISION, Long.toString(request.revision()));
        labels.put(SERVICE_ID, request.serviceId());
        labels.put(SERVICE_NAME, request.serviceName());
        labels.put(SLOT, Integer.toString(request.slot()));
        return labels;
    }

    /** What all containers of a node have. */
    static Map<String, String> scope(NodeScope scope) {
        return Map.of(CLUSTER, scope.clusterId(), NODE, scope.nodeId());
    }

    /** What only the container of that task has. */
    static Map<String, String> task(NodeScope scope, String taskId) {
        return Map.of(CLUSTER, scope.clusterId(), NODE, scope.nodeId(), TASK, taskId);
    }
}
