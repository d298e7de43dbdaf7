package dev.mure.manager.rollout;

import dev.mure.manager.planning.Changes;
import dev.mure.manager.planning.IdSource;
import dev.mure.manager.planning.Plan;
import dev.mure.manager.planning.Planner;
import dev.mure.manager.planning.RolloutStates;
import dev.mure.manager.planning.Slot;
import dev.mure.manager.store.ClusterState;
import dev.mure.v1.Rollout;
import dev.mure.v1.Service;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Begins a rollout when slots do not run the current revision, replaces one that a newer update made pointless, and has the one
 * that is there make its next step.
 */
public final class RolloutPlanner implements Planner {

    private final IdSource ids;

    /**
     * A planner.
     *
     * @param ids for the tasks that it makes
     */
    public RolloutPlanner(IdSource ids) {
        this.ids = ids;
    }

    @Override
    public Plan plan(ClusterState state, Changes changed, long nowMillis) {
        Plan.Draft plan = new Plan.Draft();
        for (Service service : servicesToLookAt(state, changed)) {
            if (!service.getRemoved() && (changed.services().contains(service.getId()) || concerns(state, service))) {
                plan(state, service, nowMillis, plan);
            }
        }
        return plan.build();
    }

    /**
     * What is bound to a node may wait for it without being on it, so a node concerns all global services; and those with
     * constraints, which it may meet no longer.
     */
    private static List<Service> servicesToLookAt(ClusterState state, Changes changed) {
        List<Service> concerned = changed.concernedServicesIn(state);
        return changed.nodes().isEmpty()
                ? concerned
                : Stream.concat(concerned.stream(),
                        state.services().stream().filter(service -> dependsOnNodes(state, service)))
                        .distinct()
                        .toList();
    }

    /**
     * Only a change of the service makes a rollout necessary; one that is there follows its tasks. The nodes of a global service come
     * and go, and one that was away through an update has it ahead. And a task that an update of nothing but the placement left in
     * place has it ahead when its node meets the constraints no longer.
     */
    private static boolean concerns(ClusterState state, Service service) {
        return dependsOnNodes(state, service) || state.rollout(service.getId())
                .filter(rollout -> RolloutStates.underWay(rollout) || RolloutStates.paused(rollout))
                .isPresent();
    }

    private static boolean dependsOnNodes(ClusterState state, Service service) {
        return service.hasGlobal() || state.currentRevision(service)
                .filter(revision -> revision.getTask().getPlacement().getConstraintsCount() > 0)
                .isPresent();
    }

    private void plan(ClusterState state, Service service, long nowMillis, Plan.Draft plan) {
        Optional<Rollout> known = state.rollout(service.getId());
        Optional<Service> back = Rollback.unfinished(service, known);
        if (back.isPresent()) {
            plan.put(back.get());
            return;
        }
        List<Slot> slots = Slot.existingOf(state, service.getId());
        List<SlotMove> moves = SlotMove.allOf(state, service, slots);
        for (SlotMove move : moves) {
            move.superfluous().forEach(plan::takeBack);
        }
        Optional<Rollout> current = current(state, service, moves, known, nowMillis);
        if (current.isPresent()) {
            Plan.Draft tasks = new Plan.Draft();
            Rollout next = new RolloutStep(state, service, current.get().getPolicy(), slots, moves, ids, nowMillis)
                    .next(current.get(), tasks);
            if (!known.equals(Optional.of(next))) {
                // First, so that no slot is ever touched that is not known to be begun, even if the plan is cut after it.
                plan.put(next);
            }
            plan.add(tasks);
        } else if (known.isPresent()) {
            plan.removeRollout(service.getId());
        }
    }

    /**
     * The rollout to the service's revision: the known one, or a new one if there is something to move. None if the known one led
     * elsewhere and nothing is to be moved, as after an update that is taken back before it began.
     */
    private static Optional<Rollout> current(ClusterState state, Service service, List<SlotMove> moves,
            Optional<Rollout> known,
            long nowMillis) {
        return known.filter(rollout -> rollout.getToRevision() == service.getRevision())
                .filter(rollout -> RolloutStates.underWay(rollout) || RolloutStates.paused(rollout)
                        || moves.stream().noneMatch(SlotMove::dirty))
                .or(() -> RolloutStart.begun(state, service, moves, known, nowMillis));
    }
}
