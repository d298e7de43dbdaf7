package dev.mure.manager.planning;

import dev.mure.manager.store.ClusterState;
import dev.mure.manager.store.TaskStates;
import dev.mure.v1.Node;
import dev.mure.v1.NodeState;
import dev.mure.v1.Task;
import dev.mure.v1.TaskState;

/** What can be said of a task when its node is taken into account. */
public final class TaskFate {

    private TaskFate() {}

    /** Its node is down or gone, so nobody can say whether it runs, and nobody counts on it. */
    public static boolean lost(ClusterState state, Task task) {
        return !unassigned(task) && !TaskStates.ended(task)
                && state.node(task.getNodeId())
                        .map(Node::getState)
                        .filter(found -> found != NodeState.NODE_STATE_DOWN)
                        .isEmpty();
    }

    /** Wanted, and nothing speaks against it: it holds its slot. */
    public static boolean holds(ClusterState state, Task task) {
        return TaskStates.wanted(task) && !TaskStates.ended(task) && !lost(state, task);
    }

    /** Holds its slot and may be at work: it was told to run and has a place to. */
    public static boolean serves(ClusterState state, Task task) {
        return holds(state, task) && task.getDesired().getState() == TaskState.TASK_STATE_RUNNING && !unassigned(task);
    }

    /** Nothing of it runs as far as anybody can know, so a successor may start. */
    public static boolean released(ClusterState state, Task task) {
        return TaskStates.ended(task) || unassigned(task) || lost(state, task);
    }

    public static boolean unassigned(Task task) {
        return task.getNodeId().isEmpty();
    }
}
