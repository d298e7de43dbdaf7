package dev.mure.manager.scheduler;

import dev.mure.manager.store.ClusterState;
import dev.mure.manager.store.TaskStates;
import dev.mure.v1.Node;
import dev.mure.v1.Task;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Ranks nodes for a task: fewest tasks of its service, then fewest tasks at all, then the node of its predecessor, then the lowest
 * id. The predecessor is about to go and counts nowhere. Tasks placed in the same round count at once, so that a batch spreads.
 */
final class Spread {

    private static final int UNKNOWN = -1;

    private final ClusterState state;
    private final List<String> nodes;
    private final Map<String, Integer> positions = new HashMap<>();
    private final int[] total;
    private final Map<String, int[]> byService = new HashMap<>();

    Spread(ClusterState state, List<Node> eligible) {
        this.state = state;
        this.nodes = eligible.stream().map(Node::getId).toList();
        for (int i = 0; i < nodes.size(); i++) {
            positions.put(nodes.get(i), i);
        }
        this.total = new int[nodes.size()];
        Arrays.fill(total, UNKNOWN);
    }

    /** Takes the best node for the task; empty if there is none. */
    Optional<String> place(Task task) {
        if (nodes.isEmpty()) {
            return Optional.empty();
        }
        int[] ofService = byService.computeIfAbsent(task.getServiceId(), this::countByNode);
        int best = best(ofService, state.task(task.getPredecessorId()));
        total[best] = totalOn(best) + 1;
        ofService[best]++;
        return Optional.of(nodes.get(best));
    }

    private int best(int[] ofService, Optional<Task> predecessor) {
        int home = predecessor.map(task -> positions.get(task.getNodeId())).orElse(UNKNOWN);
        int discounted = predecessor.filter(Spread::live).isPresent() ? home : UNKNOWN;
        int best = UNKNOWN;
        for (int node = 0; node < ofService.length; node++) {
            if (best == UNKNOWN || better(node, best, ofService, discounted, home)) {
                best = node;
            }
        }
        return best;
    }

    private boolean better(int node, int best, int[] ofService, int discounted, int home) {
        int bySpread =
                Integer.compare(without(discounted, node, ofService[node]), without(discounted, best, ofService[best]));
        if (bySpread != 0) {
            return bySpread < 0;
        }
        int byLoad =
                Integer.compare(without(discounted, node, totalOn(node)), without(discounted, best, totalOn(best)));
        return byLoad != 0 ? byLoad < 0 : node == home;
    }

    private int totalOn(int node) {
        if (total[node] == UNKNOWN) {
            total[node] = (int) state.tasksOnNode(nodes.get(node)).stream().filter(Spread::live).count();
        }
        return total[node];
    }

    private int[] countByNode(String serviceId) {
        int[] count = new int[nodes.size()];
        for (Task task : state.tasksOfService(serviceId)) {
            Integer node = positions.get(task.getNodeId());
            if (node != null && live(task)) {
                count[node]++;
            }
        }
        return count;
    }

    private static int without(int discounted, int node, int count) {
        return node == discounted ? count - 1 : count;
    }

    private static boolean live(Task task) {
        return TaskStates.wanted(task) && !TaskStates.ended(task);
    }
}
