package dev.mure.manager.orchestrator;

import dev.mure.manager.planning.Changes;
import dev.mure.manager.planning.IdSource;
import dev.mure.manager.planning.NewTask;
import dev.mure.manager.planning.Plan;
import dev.mure.manager.planning.Planner;
import dev.mure.manager.planning.Slot;
import dev.mure.manager.planning.SlotId;
import dev.mure.manager.planning.TaskFate;
import dev.mure.manager.store.ClusterState;
import dev.mure.v1.Service;
import dev.mure.v1.Task;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Keeps as many slots as the service has replicas (update-semantics §4): scaling up fills the lowest free numbers with the current
 * revision, scaling down removes slots so that the rest stays spread. It only counts slots; what runs in them is the business of
 * rollout and restart.
 */
final class ReplicatedPlanner implements Planner {

    private final IdSource ids;

    ReplicatedPlanner(IdSource ids) {
        this.ids = ids;
    }

    @Override
    public Plan plan(ClusterState state, Changes changed, long nowMillis) {
        Plan.Draft plan = new Plan.Draft();
        for (Service service : changed.servicesIn(state)) {
            if (!service.getRemoved() && service.hasReplicated()) {
                reconcile(state, service, plan);
            }
        }
        return plan.build();
    }

    private void reconcile(ClusterState state, Service service, Plan.Draft plan) {
        List<Slot> slots = Slot.existingOf(state, service.getId());
        int replicas = service.getReplicated().getReplicas();
        if (slots.size() < replicas) {
            scaleUp(state, service, slots, replicas, plan);
        } else if (slots.size() > replicas) {
            for (Slot slot : new ScaleDown(state).surplus(slots, replicas)) {
                plan.remove(slot);
            }
        }
    }

    private void scaleUp(ClusterState state, Service service, List<Slot> slots, int replicas, Plan.Draft plan) {
        Set<Integer> taken = slots.stream().map(Slot::number).collect(Collectors.toSet());
        int missing = replicas - slots.size();
        for (int number = 1; missing > 0; number++) {
            if (!taken.contains(number)) {
                plan.create(firstTask(state, service, new SlotId(service.getId(), number)));
                missing--;
            }
        }
    }

    /** A number that was given up only just may still have a task that is stopping: then the new one waits for its end. */
    private Task firstTask(ClusterState state, Service service, SlotId id) {
        Optional<Task> leaving = Slot.of(state, id)
                .tasks()
                .stream()
                .filter(task -> !TaskFate.released(state, task))
                .reduce((older, newer) -> newer);
        return leaving.isPresent()
                ? NewTask.heldBack(ids, id, service.getRevision(), leaving).build()
                : NewTask.running(ids, id, service.getRevision()).build();
    }
}
