package dev.mure.manager.orchestrator;

import dev.mure.manager.planning.Changes;
import dev.mure.manager.planning.IdSource;
import dev.mure.manager.planning.Plan;
import dev.mure.manager.planning.Planner;
import dev.mure.manager.planning.Slot;
import dev.mure.manager.planning.TaskFate;
import dev.mure.manager.store.ClusterState;
import dev.mure.manager.store.TaskStates;
import dev.mure.v1.Task;
import dev.mure.v1.TaskState;
import java.util.Optional;

/**
 * Replaces tasks that ended although they were wanted, and tasks on nodes that are down (update-semantics §6, §11). The old one is
 * told to stop, so that it never comes back; its replacement is made at once and prepared while the delay runs.
 */
final class RestartPlanner implements Planner {

    private final IdSource ids;

    RestartPlanner(IdSource ids) {
        this.ids = ids;
    }

    @Override
    public Plan plan(ClusterState state, Changes changed, long nowMillis) {
        Plan.Draft plan = new Plan.Draft();
        for (Slot slot : changed.slotsIn(state)) {
            repair(state, slot, plan);
        }
        return plan.build();
    }

    /** A replacement is created before its predecessor is given up: a plan that is cut in between leaves no empty slot. */
    private void repair(ClusterState state, Slot slot, Plan.Draft plan) {
        RestartPolicyRule policy = new RestartPolicyRule(state, ids);
        boolean held = slot.tasks().stream().anyMatch(task -> TaskFate.holds(state, task));
        for (Task task : slot.wanted()) {
            if (!TaskStates.ended(task) && !(TaskFate.lost(state, task) && task.getOnlyNodeId().isEmpty())) {
                // What is bound to a node that is down can't be anywhere else: it goes on when the node is back.
                continue;
            }
            if (!held) {
                Optional<Task> replacement = policy.replacementOf(task, slot.id());
                replacement.ifPresent(plan::create);
                held = replacement.isPresent();
            }
            plan.desire(task, TaskState.TASK_STATE_SHUTDOWN);
        }
    }
}
