package dev.mure.manager.rollout;

import dev.mure.manager.planning.Changes;
import dev.mure.manager.planning.CurrentSpec;
import dev.mure.manager.planning.Plan;
import dev.mure.manager.planning.Planner;
import dev.mure.manager.planning.RolloutStates;
import dev.mure.manager.planning.Slot;
import dev.mure.manager.planning.StateTime;
import dev.mure.manager.planning.Subject;
import dev.mure.manager.planning.TaskFate;
import dev.mure.manager.store.ClusterState;
import dev.mure.manager.store.TaskStates;
import dev.mure.v1.Revision;
import dev.mure.v1.Rollout;
import dev.mure.v1.Service;
import dev.mure.v1.Task;
import java.util.List;
import java.util.Optional;

/**
 * Notes what became of a revision: which image exactly its tag meant when it was first prepared, and that it is stable. It is stable
 * when no rollout is under way or paused and all slots have been running it at once for the time that an update would watch them;
 * so is the first revision of a service, which no rollout brought. A rollback leads to such a revision only.
 */
public final class RevisionPlanner implements Planner {

    @Override
    public Plan plan(ClusterState state, Changes changed, long nowMillis) {
        Plan.Draft plan = new Plan.Draft();
        for (Service service : changed.concernedServicesIn(state)) {
            Optional<Revision> current = state.currentRevision(service);
            if (service.getRemoved() || current.isEmpty()) {
                continue;
            }
            Revision.Builder next = current.get().toBuilder();
            if (current.get().getImageDigest().isEmpty()) {
                digest(state, changed, current.get()).ifPresent(next::setImageDigest);
            }
            if (!current.get().getStable() && atRest(state, service)) {
                noteIfStable(state, service, next, nowMillis, plan);
            }
            Revision noted = next.build();
            if (!noted.equals(current.get())) {
                plan.put(noted);
            }
        }
        return plan.build();
    }

    private static Optional<String> digest(ClusterState state, Changes changed, Revision revision) {
        return changed.tasksIn(state)
                .stream()
                .filter(task -> task.getServiceId().equals(revision.getServiceId())
                        && task.getRevision() == revision.getNumber())
                .map(task -> task.getStatus().getContainer().getImageDigest())
                .filter(digest -> !digest.isEmpty())
                .findFirst();
    }

    private static boolean atRest(ClusterState state, Service service) {
        Optional<Rollout> rollout = state.rollout(service.getId());
        return rollout.filter(known -> known.getToRevision() != service.getRevision()
                || RolloutStates.underWay(known) || RolloutStates.paused(known)).isEmpty();
    }

    private static void noteIfStable(ClusterState state, Service service, Revision.Builder revision, long nowMillis,
            Plan.Draft plan) {
        List<Slot> slots = Slot.existingOf(state, service.getId());
        long wanted = service.hasReplicated() ? service.getReplicated().getReplicas() : slots.size();
        if (slots.isEmpty() || slots.size() != wanted) {
            return;
        }
        CurrentSpec current = new CurrentSpec(state, service);
        long lastStart = 0;
        for (Slot slot : slots) {
            Optional<Task> runs = slot.tasks()
                    .stream()
                    .filter(task -> TaskFate.holds(state, task) && TaskStates.running(task)
                            && current.clean(task))
                    .findFirst();
            if (runs.isEmpty()) {
                return;
            }
            lastStart = Math.max(lastStart, runs.get().getStatus().getRunningClockMillis());
        }
        long stableAt = lastStart + new UpdatePolicy(service.getUpdate(), slots.size()).monitorMillis();
        if (nowMillis < stableAt) {
            plan.wake(Subject.service(service.getId()), stableAt);
        } else {
            revision.setStable(true).setStableAt(StateTime.wallTime(state, nowMillis));
        }
    }
}
