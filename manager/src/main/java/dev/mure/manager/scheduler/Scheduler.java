package dev.mure.manager.scheduler;

import dev.mure.manager.planning.Changes;
import dev.mure.manager.planning.Plan;
import dev.mure.manager.planning.Planner;
import dev.mure.manager.planning.Subject;
import dev.mure.manager.store.ClusterState;
import dev.mure.manager.store.TaskStates;
import dev.mure.v1.Task;
import dev.mure.v1.TaskState;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Gives each task that waits a node, once and for all (update-semantics §9). Where no node fits, the task says why, and is tried
 * again when what it waits for may have come. Nodes that come back attract new tasks only: nothing that runs is moved.
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
        if (!concernsWaiting(state, changed)) {
            return Plan.NOTHING;
        }
        Plan.Draft plan = new Plan.Draft();
        Spread spread = new Spread(state);
        List<Task> left = new ArrayList<>();
        for (Task task : state.unassignedTasks().stream().sorted(QUEUE).toList()) {
            if (isHeldOff(state, task, nowMillis)) {
                plan.wake(Subject.task(task.getId()), task.getRestart().getNotBeforeClockMillis());
                continue;
            }
            spread.place(task).ifPresentOrElse(node -> plan.assign(task, node), () -> left.add(task));
        }
        for (Task task : left) {
            String why = spread.whyNot(task);
            if (!task.getStatus().getError().equals(why)) {
                plan.explainPending(task, why);
            }
        }
        return plan.build();
    }

    /**
     * A restart is prepared while its delay runs, except where the task before it could not even be prepared: then that is what has to
     * wait, or an image that does not exist would be asked for without a pause.
     */
    private static boolean isHeldOff(ClusterState state, Task task, long nowMillis) {
        return task.getRestart().getNotBeforeClockMillis() > nowMillis && state.task(task.getPredecessorId())
                .map(before -> before.getStatus().getState())
                .filter(seen -> seen != TaskState.TASK_STATE_REJECTED)
                .isEmpty();
    }

    /**
     * Whether something changed that a waiting task may wait for: a node, the room on one, or the order in which a slot is replaced. A
     * task that has just come takes room that others may have hoped for, so then all are looked at as well.
     */
    private static boolean concernsWaiting(ClusterState state, Changes changed) {
        return state.hasUnassignedTasks() && (!changed.nodes().isEmpty() || !changed.services().isEmpty()
                || changed.tasks().stream().anyMatch(id -> concernsWaiting(state, state.task(id))));
    }

    /** Most changes are those of a task that occupies its node before and after, alone of its slot: they move nothing. */
    private static boolean concernsWaiting(ClusterState state, Optional<Task> changed) {
        return changed.filter(TaskStates::occupies).isEmpty()
                || state.tasksOfSlot(changed.get().getServiceId(), changed.get().getSlot())
                        .stream()
                        .anyMatch(other -> !other.getId().equals(changed.get().getId())
                                && (TaskStates.occupies(other) || waits(other)));
    }

    private static boolean waits(Task task) {
        return task.getNodeId().isEmpty() && TaskStates.wanted(task);
    }
}
