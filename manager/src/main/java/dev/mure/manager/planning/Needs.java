package dev.mure.manager.planning;

import dev.mure.manager.store.ClusterState;
import dev.mure.manager.store.Demand;
import dev.mure.v1.Node;
import dev.mure.v1.Revision;
import dev.mure.v1.Task;
import dev.mure.v1.TaskSpec;

/**
 * What a node must have for a task to be placed there.
 *
 * @param onlyNodeId the only node that will do; empty if any
 */
public record Needs(Demand demand, Constraints constraints, String onlyNodeId) {

    public boolean allows(Node node) {
        return onlyNodeId.isEmpty() || onlyNodeId.equals(node.getId());
    }

    static Needs of(TaskSpec spec, String onlyNodeId) {
        return new Needs(Demand.of(spec), Constraints.of(spec.getPlacement()), onlyNodeId);
    }

    /** What a task that has no node yet needs. */
    public static Needs of(ClusterState state, Task task) {
        TaskSpec spec = state.revision(task.getServiceId(), task.getRevision())
                .map(Revision::getTask)
                .orElseGet(TaskSpec::getDefaultInstance);
        return of(spec, task.getOnlyNodeId());
    }
}
