package dev.mure.cli.command.node;

import dev.mure.cli.format.Words;
import dev.mure.v1.Label;
import dev.mure.v1.Node;
import dev.mure.v1.NodeDescription;
import dev.mure.v1.NodeView;
import java.util.LinkedHashMap;
import java.util.Map;

/** A node as {@code inspect} shows it: the tree of Docker's JSON, with what Mure knows of it. */
final class NodeDocument {
    private NodeDocument() {}

    static Map<String, Object> of(NodeView view) {
        Node node = view.getNode();
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("ID", node.getId());
        document.put("Version", Map.of("Index", node.getSpecVersion()));
        document.put("CreatedAt", Words.of(node.getMeta().getCreatedAt()));
        document.put("UpdatedAt", Words.of(node.getMeta().getUpdatedAt()));
        document.put("Spec", spec(node));
        document.put("Description", description(node));
        document.put("Status", status(node));
        if (node.hasManager()) {
            document.put("ManagerStatus", managerStatus(view));
        }
        return document;
    }

    private static Map<String, Object> spec(Node node) {
        Map<String, Object> labels = new LinkedHashMap<>();
        for (Label label : node.getLabelsList()) {
            labels.put(label.getKey(), label.getValue());
        }
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("Name", node.getName());
        document.put("Labels", labels);
        document.put("Role", node.hasManager() ? "manager" : "worker");
        document.put("Availability", Words.of(node.getAvailability()));
        return document;
    }

    private static Map<String, Object> description(Node node) {
        NodeDescription description = node.getDescription();
        Map<String, Object> platform = new LinkedHashMap<>();
        platform.put("Architecture", description.getArchitecture());
        platform.put("OS", description.getOs());
        Map<String, Object> resources = new LinkedHashMap<>();
        resources.put("NanoCPUs", description.getNanoCpus());
        resources.put("MemoryBytes", description.getMemoryBytes());
        Map<String, Object> engine = new LinkedHashMap<>();
        engine.put("EngineVersion", description.getEngineVersion());
        engine.put("Runtime", description.getRuntime());
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("Hostname", description.getHostname());
        document.put("Platform", platform);
        document.put("Resources", resources);
        document.put("Engine", engine);
        return document;
    }

    private static Map<String, Object> status(Node node) {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("State", Words.of(node.getState()));
        if (!node.getMessage().isEmpty()) {
            document.put("Message", node.getMessage());
        }
        return document;
    }

    private static Map<String, Object> managerStatus(NodeView view) {
        Map<String, Object> document = new LinkedHashMap<>();
        if (view.getLeader()) {
            document.put("Leader", true);
        }
        document.put("Reachability", view.getLeader() || view.getReachable() ? "reachable" : "unreachable");
        document.put("Addr", view.getNode().getManager().getGrpcAddress());
        return document;
    }
}
