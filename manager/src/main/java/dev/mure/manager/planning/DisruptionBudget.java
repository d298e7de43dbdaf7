package dev.mure.manager.planning;

import dev.mure.manager.store.ClusterState;
import dev.mure.manager.store.TaskStates;
import dev.mure.v1.Rollout;
import dev.mure.v1.Service;
import dev.mure.v1.Share;
import dev.mure.v1.SlotProgress;
import java.util.List;
import java.util.Optional;

/**
 * How many more running slots of a service may be taken out of service: one budget for updates, rollbacks and evictions, whoever
 * asks. It is read off the state: a slot is out as long as no task of it is seen running and meant to go on, whatever the
 * reason, so a node that dies slows down what else would stop tasks.
 *
 * <p>Without a limit of the service's own the parallelism is the limit, and slots don't count that no waiting would bring back:
 * those that the rollout has given up as failed, and those that wait for a place although nothing was done to them.
 */
public final class DisruptionBudget {

    private final ClusterState state;
    private final Service service;
    private final Optional<Rollout> rollout;

    private DisruptionBudget(ClusterState state, Service service) {
        this.state = state;
        this.service = service;
        this.rollout = state.rollout(service.getId());
    }

    /** How many running slots may be stopped now; negative if more than allowed are out already. */
    public static int left(ClusterState state, Service service, List<Slot> slots) {
        DisruptionBudget budget = new DisruptionBudget(state, service);
        return budget.allowed(slots.size()) - (int) slots.stream().filter(budget::out).count();
    }

    /** Slots that may be in work at once by a policy: absent = 1, a count of 0 = all. */
    public static int lanes(Share parallelism, int slots) {
        return switch (parallelism.getKindCase()) {
            case KIND_NOT_SET -> 1;
            case COUNT -> parallelism.getCount() == 0 ? Integer.MAX_VALUE : parallelism.getCount();
            case PERCENT -> Math.max(1, Shares.of(parallelism, slots));
        };
    }

    private int allowed(int slots) {
        return service.hasMaxUnavailable()
                ? Math.max(1, Shares.of(service.getMaxUnavailable(), slots))
                : lanes(rollout.filter(RolloutStates::underWay).map(Rollout::getPolicy).orElse(service.getUpdate())
                        .getParallelism(), slots);
    }

    private boolean out(Slot slot) {
        boolean runs = slot.tasks().stream().anyMatch(task -> TaskFate.holds(state, task) && TaskStates.running(task));
        return !runs && !slot.wanted().isEmpty() && (service.hasMaxUnavailable() || mayComeBack(slot));
    }

    private boolean mayComeBack(Slot slot) {
        Optional<SlotProgress> progress = rollout.stream()
                .flatMap(update -> update.getSlotsList().stream())
                .filter(known -> known.getSlot() == slot.number())
                .findFirst();
        boolean givenUp = progress
                .filter(known -> !known.getFailedTaskId().isEmpty() && known.getSettledClockMillis() > 0)
                .isPresent();
        boolean begun = progress.filter(known -> known.getStartedClockMillis() > 0).isPresent();
        return !givenUp && (begun || slot.wanted().stream().anyMatch(task -> !TaskFate.unassigned(task)));
    }
}
