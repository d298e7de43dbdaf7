package dev.mure.manager.scheduler;

import dev.mure.manager.planning.Changes;
import dev.mure.manager.planning.Plan;
import dev.mure.manager.planning.Planner;
import dev.mure.manager.planning.TaskFate;
import dev.mure.manager.store.ClusterState;
import dev.mure.manager.store.TaskStates;
import dev.mure.v1.Node;
import dev.mure.v1.Task;
import java.util.Comparator;
import java.util.List;

/**
 * Gives each task that waits a node, once and for all (update-semantics §9). Where no node fits, the task says why. Nodes that come
 * back attract new tasks only: nothing that runs is moved.
 */
public final class Scheduler implements Planner {

    /** Not by id, which is random: the same history has to give the same placement. */
    private static final Comparator<Task> QUEUE =
            Comparator.comparingLong((Task task) -> task.getMeta().getCreatedVersion())
                    .thenComparing(Task::getServiceId)
                    .thenComparingInt(Task::getSlot)
                    .thenComparing(Task::getId);

    @Override
    public Plan plan(ClusterState state, Changes changed, long nowMillis) {
        List<Task> waiting = waiting(state, changed).stream().sorted(QUEUE).toList();
        if (waiting.isEmpty()) {
            return Plan.NOTHING;
        }
        Plan.Draft plan = new Plan.Draft();
        List<Node> eligible = state.nodes().stream().filter(Eligibility::fits).toList();
        Spread spread = new Spread(state, eligible);
        for (Task task : waiting) {
            spread.place(task).ifPresentOrElse(node -> plan.assign(task, node), () -> explain(state, task, plan));
        }
        return plan.build();
    }

    /** A task that found no node waits for a change of the nodes, so only then all are tried again. */
    private static List<Task> waiting(ClusterState state, Changes changed) {
        return changed.nodes().isEmpty()
                ? changed.tasksIn(state)
                        .stream()
                        .filter(task -> TaskFate.unassigned(task) && TaskStates.wanted(task))
                        .toList()
                : state.unassignedTasks();
    }

    private static void explain(ClusterState state, Task task, Plan.Draft plan) {
        String why = Eligibility.whyNone(state.nodes());
        if (!task.getStatus().getError().equals(why)) {
            plan.explainPending(task, why);
        }
    }
}
