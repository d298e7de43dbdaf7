package dev.mure.manager.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mure.manager.store.ClusterState;
import dev.mure.manager.store.TaskStates;
import dev.mure.v1.Label;
import dev.mure.v1.Node;
import dev.mure.v1.NodeDescription;
import dev.mure.v1.NodeState;
import dev.mure.v1.PortConfig;
import dev.mure.v1.ResourceAmounts;
import dev.mure.v1.Revision;
import dev.mure.v1.Task;
import dev.mure.v1.TaskSpec;
import dev.mure.v1.TaskState;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;

/**
 * I14: no node is promised twice, neither its CPUs and memory nor a port. All is counted anew from the tasks, without the loads that
 * the state keeps.
 */
final class NodeUse {

    private NodeUse() {}

    /** What the tasks of a node need at once fits, as far as the managers can know. */
    static void check(ClusterState state, String nodeId) {
        Optional<Node> node = state.node(nodeId);
        List<Task> there = occupants(state, nodeId).filter(task -> asks(spec(state, task))).toList();
        if (node.isEmpty() || there.isEmpty()) {
            return;
        }
        assertThat(atOnce(state, there, NodeUse::cpus)).as("CPUs promised on " + nodeId)
                .isLessThanOrEqualTo(node.get().getDescription().getNanoCpus());
        assertThat(atOnce(state, there, NodeUse::memory)).as("memory promised on " + nodeId)
                .isLessThanOrEqualTo(node.get().getDescription().getMemoryBytes());
        assertThat(claims(state, there)).as("ports promised on " + nodeId).doesNotHaveDuplicates();
    }

    /** What really runs on a machine fits. */
    static void check(NodeDescription machine, Collection<TaskSpec> running) {
        if (running.stream().noneMatch(NodeUse::asks)) {
            return;
        }
        String name = machine.getHostname();
        assertThat(running.stream().mapToLong(NodeUse::cpus).sum()).as("CPUs used on " + name)
                .isLessThanOrEqualTo(machine.getNanoCpus());
        assertThat(running.stream().mapToLong(NodeUse::memory).sum()).as("memory used on " + name)
                .isLessThanOrEqualTo(machine.getMemoryBytes());
        assertThat(running.stream().flatMap(NodeUse::ports)).as("ports used on " + name).doesNotHaveDuplicates();
    }

    /** Whether some node can take the task beyond doubt: also if it shares nothing with others of its slot. */
    static boolean hasPlace(ClusterState state, Task task) {
        return state.nodes().stream().anyMatch(node -> takes(state, node, task));
    }

    private static boolean takes(ClusterState state, Node node, Task task) {
        TaskSpec spec = spec(state, task);
        List<TaskSpec> all = new ArrayList<>(
                occupants(state, node.getId()).map(other -> spec(state, other)).toList());
        List<Integer> taken = all.stream().flatMap(NodeUse::ports).toList();
        all.add(spec);
        return node.getState() == NodeState.NODE_STATE_READY
                && node.getAvailability() == Node.Availability.ACTIVE
                && (task.getOnlyNodeId().isEmpty() || task.getOnlyNodeId().equals(node.getId()))
                && meets(spec, node)
                && ports(spec).noneMatch(taken::contains)
                && all.stream().mapToLong(NodeUse::cpus).sum() <= node.getDescription().getNanoCpus()
                && all.stream().mapToLong(NodeUse::memory).sum() <= node.getDescription().getMemoryBytes();
    }

    /** Whether the node is one of those that a spec asks for. */
    static boolean meets(TaskSpec spec, Node node) {
        return spec.getPlacement().getConstraintsList().stream().allMatch(constraint -> {
            boolean equal = constraint.contains("==");
            String[] sides = constraint.split("[!=]=");
            return equal == sides[1].equals(switch (sides[0]) {
                case "node.id" -> node.getId();
                case "node.hostname" -> node.getName();
                default -> label(node, sides[0].substring("node.labels.".length()));
            });
        });
    }

    private static String label(Node node, String key) {
        return node.getLabelsList()
                .stream()
                .filter(label -> label.getKey().equals(key))
                .map(Label::getValue)
                .findFirst()
                .orElse("");
    }

    static TaskSpec spec(ClusterState state, Task task) {
        return state.revision(task.getServiceId(), task.getRevision())
                .map(Revision::getTask)
                .orElseGet(TaskSpec::getDefaultInstance);
    }

    private static boolean asks(TaskSpec spec) {
        return spec.hasResources() || spec.getPortsCount() > 0;
    }

    private static Stream<Task> occupants(ClusterState state, String nodeId) {
        return state.tasksOnNode(nodeId).stream().filter(TaskStates::occupies);
    }

    /** Of a slot's tasks those that may be at work count together, and any other only if it is larger: it has to wait for them. */
    private static long atOnce(ClusterState state, List<Task> tasks, ToLongFunction<TaskSpec> amount) {
        Map<String, Long> together = new HashMap<>();
        Map<String, Long> largest = new HashMap<>();
        for (Task task : tasks) {
            long asked = amount.applyAsLong(spec(state, task));
            together.merge(slot(task), mayBeAtWork(state, task) ? asked : 0, Long::sum);
            largest.merge(slot(task), asked, Math::max);
        }
        return together.entrySet().stream().mapToLong(
                slot -> Math.max(slot.getValue(), largest.getOrDefault(slot.getKey(), 0L))).sum();
    }

    /** Each port as often as it is claimed: once by the tasks of a slot that follow one another, else by each task that may be at work. */
    private static List<Integer> claims(ClusterState state, List<Task> tasks) {
        List<Integer> claims = new ArrayList<>();
        Map<String, List<Integer>> waiting = new HashMap<>();
        Map<String, List<Integer>> working = new HashMap<>();
        for (Task task : tasks) {
            (mayBeAtWork(state, task) ? working : waiting).computeIfAbsent(slot(task), slot -> new ArrayList<>())
                    .addAll(ports(spec(state, task)).toList());
        }
        working.values().forEach(claims::addAll);
        waiting.forEach((slot, ports) -> ports.stream()
                .distinct()
                .filter(port -> !working.getOrDefault(slot, List.of()).contains(port))
                .forEach(claims::add));
        return claims;
    }

    private static String slot(Task task) {
        return task.getServiceId() + "." + task.getSlot();
    }

    /** Told to run, and not only after the end of another. What was told to stop before it started does not start any more. */
    private static boolean mayBeAtWork(ClusterState state, Task task) {
        if (!TaskStates.wanted(task)) {
            return !TaskStates.before(task.getStatus().getState(), TaskState.TASK_STATE_STARTING);
        }
        boolean waits = state.task(task.getDesired().getStartAfterStopOf())
                .filter(other -> TaskStates.occupies(other) && other.getNodeId().equals(task.getNodeId()))
                .isPresent();
        return task.getDesired().getState() == TaskState.TASK_STATE_RUNNING && !waits;
    }

    private static long cpus(TaskSpec spec) {
        return reserved(spec).getNanoCpus();
    }

    private static long memory(TaskSpec spec) {
        return reserved(spec).getMemoryBytes();
    }

    private static ResourceAmounts reserved(TaskSpec spec) {
        return spec.getResources().getReservations();
    }

    /** Those that the runtime does not choose. */
    private static Stream<Integer> ports(TaskSpec spec) {
        return spec.getPortsList().stream().map(PortConfig::getPublishedPort).filter(port -> port != 0);
    }
}
