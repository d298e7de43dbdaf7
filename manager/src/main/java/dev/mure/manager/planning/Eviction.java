package dev.mure.manager.planning;

import dev.mure.manager.store.ClusterState;
import dev.mure.manager.store.TaskStates;
import dev.mure.v1.Node;
import dev.mure.v1.Revision;
import dev.mure.v1.Task;

/** Which tasks have to leave their nodes although nothing is wrong with them. */
public final class Eviction {

    private Eviction() {}

    /**
     * Whether the task's node is to be emptied, or does not meet the constraints of the task's spec (any more). A task that an update
     * of nothing but the placement left where it is goes by the new constraints.
     */
    public static boolean due(ClusterState state, Task task) {
        return !TaskStates.ended(task) && state.node(task.getNodeId())
                .filter(node -> node.getAvailability() == Node.Availability.DRAIN
                        || !(meets(state, task, node) || leftInPlace(state, task)))
                .isPresent();
    }

    private static boolean leftInPlace(ClusterState state, Task task) {
        return state.service(task.getServiceId())
                .filter(service -> service.getRevision() != task.getRevision()
                        && new CurrentSpec(state, service).clean(task))
                .isPresent();
    }

    private static boolean meets(ClusterState state, Task task, Node node) {
        return state.revision(task.getServiceId(), task.getRevision())
                .map(Revision::getTask)
                .filter(spec -> !Constraints.met(spec.getPlacement(), node))
                .isEmpty();
    }
}
