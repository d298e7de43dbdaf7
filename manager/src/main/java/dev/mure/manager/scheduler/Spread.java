package dev.mure.manager.scheduler;

import dev.mure.manager.store.ClusterState;
import dev.mure.manager.store.TaskStates;
import dev.mure.v1.Node;
import dev.mure.v1.Task;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Ranks nodes for a task: fewest tasks of its service, then fewest tasks at all, then the node of its predecessor, then the lowest
 * id. The predecessor is about to go and counts nowhere. Tasks placed in the same round count at once, so that a batch spreads.
 */
final class Spread {

    private final ClusterState state;
    private final List<String> eligible;
    private final Map<String, Integer> total = new HashMap<>();
    private final Map<String, Map<String, Integer>> byService = new HashMap<>();

    Spread(ClusterState state, List<Node> eligible) {
        this.state = state;
        this.eligible = eligible.stream().map(Node::getId).toList();
    }

    /** The best node for the task; empty if there is none. */
    Optional<String> best(Task task) {
        Optional<Task> predecessor = state.task(task.getPredecessorId());
        String home = predecessor.map(Task::getNodeId).orElse("");
        String discounted = predecessor.filter(Spread::live).map(Task::getNodeId).orElse("");
        Map<String, Integer> ofService = byService.computeIfAbsent(task.getServiceId(), this::countByNode);
        return eligible.stream()
                .min(Comparator.<String>comparingInt(node -> without(discounted, node, ofService.getOrDefault(node, 0)))
                        .thenComparingInt(node -> without(discounted, node, totalOn(node)))
                        .thenComparing(node -> !node.equals(home)));
    }

    /** Counts a task that was just placed. */
    void took(String node, Task task) {
        total.put(node, totalOn(node) + 1);
        byService.computeIfAbsent(task.getServiceId(), this::countByNode).merge(node, 1, Integer::sum);
    }

    private int totalOn(String node) {
        return total.computeIfAbsent(node, id -> (int) state.tasksOnNode(id).stream().filter(Spread::live).count());
    }

    private Map<String, Integer> countByNode(String serviceId) {
        Map<String, Integer> count = new HashMap<>();
        state.tasksOfService(serviceId)
                .stream()
                .filter(Spread::live)
                .forEach(task -> count.merge(task.getNodeId(), 1, Integer::sum));
        return count;
    }

    private static int without(String discounted, String node, int count) {
        return node.equals(discounted) ? count - 1 : count;
    }

    private static boolean live(Task task) {
        return TaskStates.wanted(task) && !TaskStates.ended(task);
    }
}
