package dev.mure.manager.orchestrator;

import dev.mure.manager.planning.Changes;
import dev.mure.manager.planning.Plan;
import dev.mure.manager.planning.Planner;
import dev.mure.manager.planning.Slot;
import dev.mure.manager.planning.TaskFate;
import dev.mure.manager.rollout.Rollback;
import dev.mure.manager.store.ClusterState;
import dev.mure.manager.store.TaskStates;
import dev.mure.v1.Cluster;
import dev.mure.v1.Revision;
import dev.mure.v1.Service;
import dev.mure.v1.Task;
import dev.mure.v1.TaskState;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Forgets: tasks that were to be removed and are gone, tasks beyond the history limit of their slot (update-semantics §12), and
 * revisions that nothing needs. A task is old by its place in the log, not by a clock (§16.18).
 */
final class ReaperPlanner implements Planner {

    private static final int DEFAULT_HISTORY_LIMIT = 5;
    private static final int KEPT_REVISIONS = 10;

    @Override
    public Plan plan(ClusterState state, Changes changed, long nowMillis) {
        Plan.Draft plan = new Plan.Draft();
        for (Task task : changed.tasksIn(state)) {
            if (!TaskStates.wanted(task) && (toBeRemoved(task) || TaskFate.unassigned(task))) {
                forgetWhenGone(state, task, plan);
            }
        }
        for (Slot slot : changed.slotsIn(state)) {
            trimHistory(state, slot, plan);
        }
        for (Service service : changed.concernedServicesIn(state)) {
            trimRevisions(state, service, plan);
        }
        return plan.build();
    }

    /** A task that never had a node never was a run, so it leaves no history. */
    private static void forgetWhenGone(ClusterState state, Task task, Plan.Draft plan) {
        if (TaskFate.released(state, task)) {
            forget(state, task, plan);
        }
    }

    /**
     * Keeps the newest tasks up to the limit, the live ones included. Of a slot that ended for good the last task stays whatever
     * the limit is, for it says that the slot is not to be filled again.
     */
    private static void trimHistory(ClusterState state, Slot slot, Plan.Draft plan) {
        int limit = historyLimit(state);
        if (limit < 0) {
            return;
        }
        List<Task> kept = slot.tasks().stream().filter(task -> !toBeRemoved(task)).toList();
        Optional<Task> last = slot.wanted().isEmpty() ? slot.last() : Optional.empty();
        int surplus = kept.size() - limit;
        for (Task task : kept) {
            if (surplus > 0 && isHistory(state, task) && !last.equals(Optional.of(task))) {
                forget(state, task, plan);
                surplus--;
            }
        }
    }

    private static boolean isHistory(ClusterState state, Task task) {
        return !TaskStates.wanted(task) && !TaskFate.unassigned(task) && TaskFate.released(state, task);
    }

    /** What an agent of a node that is down still holds is cleared by a verdict when it comes back. */
    private static void forget(ClusterState state, Task task, Plan.Draft plan) {
        if (TaskFate.lost(state, task)) {
            plan.orphan(task, "the task's node is down");
        }
        plan.remove(task);
    }

    private static void trimRevisions(ClusterState state, Service service, Plan.Draft plan) {
        if (service.getRemoved() || state.revisionsOf(service.getId()).size() <= KEPT_REVISIONS) {
            return;
        }
        List<Revision> revisions = List.copyOf(state.revisionsOf(service.getId()));
        Set<Long> needed = new HashSet<>();
        needed.add(service.getRevision());
        state.revisionsOf(service.getId())
                .stream()
                .filter(Revision::getStable)
                .reduce((older, newer) -> newer)
                .ifPresent(stable -> needed.add(stable.getNumber()));
        Rollback.target(state, service).ifPresent(target -> needed.add(target.getNumber()));
        state.rollout(service.getId()).ifPresent(rollout -> {
            needed.add(rollout.getFromRevision());
            needed.add(rollout.getToRevision());
        });
        state.tasksOfService(service.getId()).forEach(task -> needed.add(task.getRevision()));
        revisions.subList(0, revisions.size() - KEPT_REVISIONS)
                .stream()
                .filter(revision -> !needed.contains(revision.getNumber()))
                .forEach(revision -> plan.removeRevision(service.getId(), revision.getNumber()));
    }

    private static boolean toBeRemoved(Task task) {
        return task.getDesired().getState() == TaskState.TASK_STATE_REMOVE;
    }

    private static int historyLimit(ClusterState state) {
        return state.cluster().map(Cluster::getTaskHistoryLimit).orElse(DEFAULT_HISTORY_LIMIT);
    }
}
