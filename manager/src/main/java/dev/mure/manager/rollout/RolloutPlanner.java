package dev.mure.manager.rollout;

import dev.mure.manager.planning.Changes;
import dev.mure.manager.planning.CurrentSpec;
import dev.mure.manager.planning.IdSource;
import dev.mure.manager.planning.Plan;
import dev.mure.manager.planning.Planner;
import dev.mure.manager.planning.Slot;
import dev.mure.manager.store.ClusterState;
import dev.mure.v1.Rollout;
import dev.mure.v1.RolloutState;
import dev.mure.v1.Service;
import dev.mure.v1.Task;
import dev.mure.v1.TaskState;
import java.util.List;
import java.util.Optional;

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
        for (Service service : changed.concernedServicesIn(state)) {
            if (!service.getRemoved() && (changed.services().contains(service.getId()) || underWay(state, service))) {
                plan(state, service, nowMillis, plan);
            }
        }
        return plan.build();
    }

    /** Only a change of the service makes a rollout necessary; one that is there follows its tasks. */
    private static boolean underWay(ClusterState state, Service service) {
        return state.rollout(service.getId())
                .filter(rollout -> rollout.getState() != RolloutState.ROLLOUT_STATE_COMPLETED)
                .isPresent();
    }

    private void plan(ClusterState state, Service service, long nowMillis, Plan.Draft plan) {
        CurrentSpec target = new CurrentSpec(state, service);
        List<SlotMove> moves = Slot.existingOf(state, service.getId())
                .stream()
                .map(slot -> SlotMove.of(state, target, slot))
                .toList();
        for (SlotMove move : moves) {
            for (Task task : move.superfluous()) {
                // Not merely shut down: it never was to run, so it is no part of the slot's history.
                plan.desire(task, TaskState.TASK_STATE_REMOVE);
            }
        }
        Optional<Rollout> known = state.rollout(service.getId());
        Optional<Rollout> current = current(state, service, moves, known, nowMillis);
        if (current.isPresent()) {
            Plan.Draft tasks = new Plan.Draft();
            Rollout next = new RolloutStep(state, service, moves, ids, nowMillis).next(current.get(), tasks);
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
                .filter(rollout -> rollout.getState() != RolloutState.ROLLOUT_STATE_COMPLETED
                        || moves.stream().noneMatch(SlotMove::dirty))
                .or(() -> RolloutStart.begun(state, service, moves, known, nowMillis));
    }
}
