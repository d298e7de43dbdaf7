package dev.mure.manager.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mure.manager.planning.CurrentSpec;
import dev.mure.manager.planning.Eviction;
import dev.mure.manager.planning.RolloutStates;
import dev.mure.manager.planning.Slot;
import dev.mure.manager.planning.TaskFate;
import dev.mure.manager.store.ClusterState;
import dev.mure.manager.store.TaskStates;
import dev.mure.v1.Node;
import dev.mure.v1.NodeState;
import dev.mure.v1.RestartPolicy;
import dev.mure.v1.Revision;
import dev.mure.v1.Rollout;
import dev.mure.v1.Service;
import dev.mure.v1.Task;
import dev.mure.v1.TaskSpec;
import dev.mure.v1.TaskState;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** I9 and I15: some time after the last fault what runs is what was asked for, and every rollout has come to an end with a reason. */
final class Quiescence {

    private final World world;

    Quiescence(World world) {
        this.world = world;
    }

    boolean reached() {
        return problems().isEmpty();
    }

    void check() {
        assertThat(problems()).as("long after the last fault").isEmpty();
    }

    private List<String> problems() {
        List<String> problems = new ArrayList<>();
        ClusterState state = world.log().state();
        for (Service service : state.services()) {
            if (service.getRemoved()) {
                problems.add("service " + service.getId() + " is still being removed");
            } else {
                inspect(state, service, problems);
            }
        }
        for (Agent agent : world.agents()) {
            inspect(state, agent, problems);
        }
        return problems;
    }

    private void inspect(ClusterState state, Service service, List<String> problems) {
        CurrentSpec current = new CurrentSpec(state, service);
        List<Slot> slots = Slot.existingOf(state, service.getId());
        if (service.hasReplicated() && slots.size() != service.getReplicated().getReplicas()) {
            problems.add(service.getId() + " has " + slots.size() + " slots");
        }
        if (service.hasGlobal()) {
            inspectNodes(state, service, slots, problems);
        }
        Optional<Rollout> rollout = state.rollout(service.getId());
        rollout.filter(RolloutStates::underWay)
                .ifPresent(update -> problems.add(service.getId() + " is still " + update.getState()));
        boolean mayBeOld = rollout.filter(RolloutStates::paused).isPresent();
        for (Slot slot : slots) {
            String bound = slot.tasks().getLast().getOnlyNodeId();
            if (bound.isEmpty() || usable(state, bound)) {
                inspect(state, service, current, slot, mayBeOld, problems);
            }
        }
    }

    /** One slot on each node that takes tasks, and none on those that are to be emptied. */
    private static void inspectNodes(ClusterState state, Service service, List<Slot> slots, List<String> problems) {
        TaskSpec spec = state.currentRevision(service).map(Revision::getTask).orElseThrow();
        List<String> nodes = slots.stream().map(slot -> slot.tasks().getLast().getOnlyNodeId()).toList();
        if (nodes.size() != nodes.stream().distinct().count()) {
            problems.add(service.getId() + " has two slots on a node");
        }
        for (Node node : state.nodes()) {
            boolean has = nodes.contains(node.getId());
            boolean meant = NodeUse.meets(spec, node);
            if (!has && meant && usable(state, node.getId())) {
                problems.add(service.getId() + " is missing on " + node.getId());
            }
            if (has && (!meant || node.getAvailability() == Node.Availability.DRAIN)) {
                problems.add(service.getId() + " is still on " + node.getId() + ", which it has to leave");
            }
        }
    }

    private static boolean usable(ClusterState state, String node) {
        return state.node(node)
                .filter(known -> known.getState() == NodeState.NODE_STATE_READY
                        && known.getAvailability() == Node.Availability.ACTIVE)
                .isPresent();
    }

    private void inspect(ClusterState state, Service service, CurrentSpec current, Slot slot, boolean mayBeOld,
            List<String> problems) {
        List<Task> wanted = slot.wanted();
        String name = service.getId() + "." + slot.number();
        boolean onlyGood = wanted.stream().allMatch(task -> image(state, service, task.getRevision()).stays());
        // Where no node has what it needs a task waits, be it beside the one that it is to replace.
        boolean waits = wanted.stream().anyMatch(task -> waitsForRoom(state, task));
        // With a limit of its own a service that has broken slots is not broken further by emptying a node.
        boolean leaves = service.hasReplicated() && wanted.stream().anyMatch(task -> Eviction.due(state, task));
        if (wanted.size() > 1 && onlyGood && !(leaves && (service.hasMaxUnavailable() || waits))) {
            problems.add(name + " is held twice");
        }
        boolean refused = wanted.isEmpty();
        if (refused && slot.last().filter(task -> mayStayEnded(state, task)).isEmpty()) {
            problems.add(name + " was given up although its policy restarts it");
        }
        if (!refused && onlyGood && !(waits && wanted.size() == 1)
                && wanted.stream()
                        .noneMatch(task -> TaskFate.serves(state, task) && TaskStates.running(task)
                                && reallyRuns(task))) {
            problems.add(name + " does not run");
        }
        if (onlyGood && leaves && !service.hasMaxUnavailable() && !anyWaitsForRoom(state, service)) {
            problems.add(name + " is still on a node that it has to leave");
        }
        if (!mayBeOld && !(refused ? slot.last().stream() : wanted.stream()).allMatch(current::clean)) {
            problems.add(name + " is not on the current revision");
        }
    }

    /** One that waits also keeps others of its service from leaving their nodes: these go a few at a time. */
    private static boolean anyWaitsForRoom(ClusterState state, Service service) {
        return state.tasksOfService(service.getId()).stream().anyMatch(task -> waitsForRoom(state, task));
    }

    private static boolean waitsForRoom(ClusterState state, Task task) {
        return TaskStates.wanted(task) && TaskFate.unassigned(task) && !NodeUse.hasPlace(state, task);
    }

    private static boolean mayStayEnded(ClusterState state, Task task) {
        RestartPolicy policy =
                state.revision(task.getServiceId(), task.getRevision()).orElseThrow().getTask().getRestart();
        return policy.getMaxAttempts() > 0 || switch (policy.getCondition()) {
            case NONE -> true;
            case ON_FAILURE -> task.getStatus().getState() == TaskState.TASK_STATE_COMPLETE;
            default -> false;
        };
    }

    private boolean reallyRuns(Task task) {
        return world.agents()
                .stream()
                .filter(agent -> agent.nodeId().equals(task.getNodeId()))
                .flatMap(agent -> agent.containers().stream())
                .anyMatch(container -> container.task.getId().equals(task.getId()) && container.alive());
    }

    private static void inspect(ClusterState state, Agent agent, List<String> problems) {
        if (agent.dead()) {
            return;
        }
        if (!agent.connected()) {
            problems.add(agent.nodeId() + " is not connected");
        }
        for (Container container : agent.containers()) {
            Optional<Task> task = state.task(container.task.getId());
            if (container.alive() && task.filter(TaskStates::wanted).isEmpty()) {
                problems.add(agent.nodeId() + " runs " + container.task.getId() + ", which nobody wants");
            }
        }
    }

    private static Image image(ClusterState state, Service service, long revision) {
        return state.revision(service.getId(), revision)
                .map(Revision::getTask)
                .map(spec -> Image.of(spec.getContainer().getImage()))
                .orElseThrow();
    }
}
