package dev.mure.manager.orchestrator;

import dev.mure.manager.planning.Changes;
import dev.mure.manager.planning.Plan;
import dev.mure.manager.planning.Planner;
import dev.mure.manager.store.ClusterState;
import dev.mure.v1.Revision;
import dev.mure.v1.Service;
import dev.mure.v1.Task;
import dev.mure.v1.TaskState;
import java.util.List;

/**
 * Takes a removed service apart: its tasks are told to go, and when the last has gone, so do revisions, rollout and service. No
 * task is forgotten before it ended (unlike update-semantics §16.20).
 */
final class RemovalPlanner implements Planner {

    @Override
    public Plan plan(ClusterState state, Changes changed, long nowMillis) {
        Plan.Draft plan = new Plan.Draft();
        for (Service service : changed.servicesIn(state)) {
            if (service.getRemoved()) {
                takeApart(state, service, plan);
            }
        }
        return plan.build();
    }

    private static void takeApart(ClusterState state, Service service, Plan.Draft plan) {
        List<Task> tasks = state.tasksOfService(service.getId());
        for (Task task : tasks) {
            if (task.getDesired().getState() != TaskState.TASK_STATE_REMOVE) {
                plan.desire(task, TaskState.TASK_STATE_REMOVE);
            }
        }
        if (tasks.isEmpty()) {
            state.rollout(service.getId()).ifPresent(rollout -> plan.removeRollout(service.getId()));
            for (Revision revision : state.revisionsOf(service.getId())) {
                plan.removeRevision(service.getId(), revision.getNumber());
            }
            plan.removeService(service.getId());
        }
    }
}
