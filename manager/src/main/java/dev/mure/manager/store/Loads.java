package dev.mure.manager.store;

import dev.mure.v1.Task;
import java.util.Objects;
import java.util.SortedMap;
import java.util.function.UnaryOperator;
import org.pcollections.TreePMap;

/** The loads of all nodes, and how many live tasks each service has on each of them; changed as tasks come, end and go. */
record Loads(TreePMap<String, NodeLoad> byNode, TreePMap<String, TreePMap<String, Integer>> liveByService) {

    static final Loads EMPTY = new Loads(TreePMap.empty(), TreePMap.empty());

    /** Whether the two, one before and one after a change, weigh the same, as they do after most changes. */
    static boolean weighSame(Task before, Task after) {
        return weighs(before) == weighs(after) && TaskStates.live(before) == TaskStates.live(after)
                && before.getNodeId().equals(after.getNodeId())
                && before.getServiceId().equals(after.getServiceId())
                && before.getSlot() == after.getSlot()
                && before.getRevision() == after.getRevision();
    }

    /** Whether a task counts at all. Of one that no manager knew nobody can say what it asks for. */
    static boolean weighs(Task task) {
        return TaskStates.occupies(task) && !task.getServiceId().isEmpty();
    }

    NodeLoad on(String nodeId) {
        return Objects.requireNonNullElse(byNode.get(nodeId), NodeLoad.NONE);
    }

    SortedMap<String, Integer> liveOf(String serviceId) {
        return countsOf(serviceId);
    }

    /**
     * With one more task that weighs.
     *
     * @param siblings how many other tasks of its slot weigh on its node
     */
    Loads plus(Task task, Demand demand, int siblings) {
        Loads next = change(task.getNodeId(), load -> load.plus(demand));
        if (siblings == 1) {
            next = next.change(task.getNodeId(), load -> load.sharing(slotOf(task)));
        }
        return TaskStates.live(task) ? next.countLive(task, 1) : next;
    }

    /** Without a task that was added before; takes the same as {@link #plus}. */
    Loads minus(Task task, Demand demand, int siblings) {
        Loads next = change(task.getNodeId(), load -> load.minus(demand));
        if (siblings == 1) {
            next = next.change(task.getNodeId(), load -> load.notSharing(slotOf(task)));
        }
        return TaskStates.live(task) ? next.countLive(task, -1) : next;
    }

    /** With a task that asks for something else than before. */
    Loads exchange(Task task, Demand before, Demand after) {
        return change(task.getNodeId(), load -> load.minus(before).plus(after));
    }

    private Loads countLive(Task task, int more) {
        TreePMap<String, Integer> counts = countsOf(task.getServiceId());
        int count = counts.getOrDefault(task.getNodeId(), 0) + more;
        TreePMap<String, Integer> next =
                count == 0 ? counts.minus(task.getNodeId()) : counts.plus(task.getNodeId(), count);
        Loads counted = new Loads(byNode, next.isEmpty()
                ? liveByService.minus(task.getServiceId())
                : liveByService.plus(task.getServiceId(), next));
        return counted.change(task.getNodeId(), load -> load.plusLive(more));
    }

    private TreePMap<String, Integer> countsOf(String serviceId) {
        return Objects.requireNonNullElseGet(liveByService.get(serviceId), TreePMap::<String, Integer>empty);
    }

    private Loads change(String nodeId, UnaryOperator<NodeLoad> change) {
        NodeLoad next = change.apply(on(nodeId));
        return new Loads(next.isNone() ? byNode.minus(nodeId) : byNode.plus(nodeId, next), liveByService);
    }

    private static SharedSlot slotOf(Task task) {
        return new SharedSlot(task.getServiceId(), task.getSlot());
    }
}
