package dev.mure.manager.planning;

import dev.mure.manager.store.ClusterState;
import dev.mure.manager.store.Demand;
import dev.mure.manager.store.SharedSlot;
import dev.mure.manager.store.TaskStates;
import dev.mure.v1.Node;
import dev.mure.v1.Service;
import dev.mure.v1.Task;
import dev.mure.v1.TaskSpec;
import java.util.List;
import java.util.Optional;

/** What nodes have left for tasks: eligibility, constraints, reservations, ports of the host. */
public final class Room {

    private Room() {}

    /** The nodes that come into question for tasks at all, by id: those with an agent. */
    public static List<Node> candidates(ClusterState state) {
        return state.nodes().stream().filter(Node::hasDescription).toList();
    }

    /**
     * Why a task with that spec can't run beside an old one that goes on running, anywhere in the cluster; empty if it can. If the
     * new task is placed already, only its node counts, and its room is its own.
     *
     * @param old the task that keeps its place, ports and reservations meanwhile
     */
    public static Optional<String> missingBeside(ClusterState state, Service service, TaskSpec spec, Task old) {
        Optional<Task> successor = placedAfter(state, old);
        Needs needs = Needs.of(spec, successor.map(Task::getNodeId).orElse(old.getOnlyNodeId()));
        Obstacles obstacles = new Obstacles();
        for (Node node : candidates(state)) {
            if (!needs.allows(node)) {
                continue;
            }
            NodeRoom room = besideOthersOfItsSlot(state, node, old);
            successor.ifPresent(task -> room.leaveOut(state.demandOf(task)));
            Optional<Obstacle> obstacle = room.obstacle(needs, Demand.NONE);
            if (obstacle.isEmpty()) {
                return Optional.empty();
            }
            obstacles.add(obstacle.get());
        }
        return Optional.of(obstacles.reasons());
    }

    /** Whether a task that is placed can run where it is beside the others of its slot. It may have been meant to take over from them. */
    public static boolean hasRoomBeside(ClusterState state, Task placed) {
        Demand demand = state.demandOf(placed);
        return demand.equals(Demand.NONE) || state.node(placed.getNodeId()).map(node -> {
            NodeRoom room = besideOthersOfItsSlot(state, node, placed);
            room.leaveOut(demand);
            return room.fits(demand);
        }).orElse(true);
    }

    private static NodeRoom besideOthersOfItsSlot(ClusterState state, Node node, Task task) {
        SharedSlot slot = new SharedSlot(task.getServiceId(), task.getSlot());
        return NodeRoom.of(state, node, shared -> shared.equals(slot)
                || Succession.sideBySide(state, shared.serviceId(), shared.slot()));
    }

    private static Optional<Task> placedAfter(ClusterState state, Task old) {
        return state.tasksOfSlot(old.getServiceId(), old.getSlot())
                .stream()
                .dropWhile(task -> !task.getId().equals(old.getId()))
                .skip(1)
                .filter(TaskStates::live)
                .reduce((older, newer) -> newer);
    }
}
