package dev.mure.manager.planning;

import dev.mure.manager.store.ClusterState;
import dev.mure.manager.store.Demand;
import dev.mure.manager.store.HostPort;
import dev.mure.manager.store.NodeLoad;
import dev.mure.manager.store.SharedSlot;
import dev.mure.manager.store.TaskStates;
import dev.mure.v1.Node;
import dev.mure.v1.NodeState;
import dev.mure.v1.Task;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * What one node has left, while tasks are placed one after another. Where tasks of a slot follow one another on the node, the slot
 * counts with what they need at once.
 */
public final class NodeRoom {

    private final Node node;
    private final NodeLoad load;
    private final Map<HostPort, Integer> uncountedHolders = new HashMap<>();
    private final Set<HostPort> justTaken = new HashSet<>();
    private long nanoCpus;
    private long memoryBytes;

    private NodeRoom(Node node, NodeLoad load) {
        this.node = node;
        this.load = load;
        nanoCpus = node.getDescription().getNanoCpus() - load.nanoCpus();
        memoryBytes = node.getDescription().getMemoryBytes() - load.memoryBytes();
    }

    public static NodeRoom of(ClusterState state, Node node) {
        return of(state, node, slot -> Succession.sideBySide(state, slot.serviceId(), slot.slot()));
    }

    static NodeRoom of(ClusterState state, Node node, Predicate<SharedSlot> sideBySide) {
        NodeRoom room = new NodeRoom(node, state.loadOn(node.getId()));
        for (SharedSlot slot : room.load.sharedSlots()) {
            if (!sideBySide.test(slot)) {
                room.countOnce(state, slot);
            }
        }
        return room;
    }

    private void countOnce(ClusterState state, SharedSlot slot) {
        List<Task> here = state.tasksOfSlot(slot.serviceId(), slot.slot())
                .stream()
                .filter(task -> TaskStates.occupies(task) && task.getNodeId().equals(node.getId()))
                .toList();
        here.forEach(task -> leaveOut(state.demandOf(task)));
        Demand atOnce = Succession.atOnce(state, here);
        nanoCpus -= atOnce.nanoCpus();
        memoryBytes -= atOnce.memoryBytes();
        atOnce.ports().forEach(port -> uncountedHolders.merge(port, -1, Integer::sum));
    }

    public Node node() {
        return node;
    }

    /**
     * What keeps a task from this node.
     *
     * @param takenOver what it gets from tasks of its slot that end before it starts
     */
    public Optional<Obstacle> obstacle(Needs needs, Demand takenOver) {
        if (node.getState() != NodeState.NODE_STATE_READY || node.getAvailability() != Node.Availability.ACTIVE) {
            return Optional.of(Obstacle.NOT_AVAILABLE);
        }
        if (!suffices(nanoCpus, needs.demand().nanoCpus() - takenOver.nanoCpus())
                || !suffices(memoryBytes, needs.demand().memoryBytes() - takenOver.memoryBytes())) {
            return Optional.of(Obstacle.RESOURCES);
        }
        if (!needs.constraints().metBy(node)) {
            return Optional.of(Obstacle.CONSTRAINTS);
        }
        for (HostPort port : needs.demand().ports()) {
            if (isHeld(port, takenOver)) {
                return Optional.of(Obstacle.HOST_PORT);
            }
        }
        return Optional.empty();
    }

    /** Whether there is room for that, whatever else speaks against the node. */
    boolean fits(Demand demand) {
        return suffices(nanoCpus, demand.nanoCpus()) && suffices(memoryBytes, demand.memoryBytes())
                && demand.ports().stream().noneMatch(port -> isHeld(port, Demand.NONE));
    }

    /** Places a task here. */
    public void take(Needs needs, Demand takenOver) {
        nanoCpus -= Math.max(0, needs.demand().nanoCpus() - takenOver.nanoCpus());
        memoryBytes -= Math.max(0, needs.demand().memoryBytes() - takenOver.memoryBytes());
        justTaken.addAll(needs.demand().ports());
    }

    /** Leaves a task that is here out of account. */
    void leaveOut(Demand demand) {
        nanoCpus += demand.nanoCpus();
        memoryBytes += demand.memoryBytes();
        demand.ports().forEach(port -> uncountedHolders.merge(port, 1, Integer::sum));
    }

    /** A task that asks for no more than it takes over fits even where the node has become smaller. */
    private static boolean suffices(long left, long more) {
        return more <= 0 || more <= left;
    }

    private boolean isHeld(HostPort port, Demand takenOver) {
        int own = takenOver.ports().contains(port) ? 1 : 0;
        return justTaken.contains(port)
                || load.holders(port) - uncountedHolders.getOrDefault(port, 0) - own > 0;
    }
}
