package dev.mure.manager.planning;

import dev.mure.manager.store.ClusterState;
import dev.mure.manager.store.TaskStates;
import dev.mure.v1.Rollout;
import dev.mure.v1.Service;
import dev.mure.v1.Share;
import dev.mure.v1.SlotProgress;
import dev.mure.v1.Task;
import dev.mure.v1.UpdateConfig;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * How many more running slots of a service may be taken out of service: one budget for updates, rollbacks and evictions, whoever
 * asks. It is read off the state: a slot is out as long as no task of it is seen running and meant to go on, whatever the
 * reason, so a node that dies slows down what else would stop tasks.
 *
 * <p>Without a limit of the service's own the parallelism is the limit, and slots don't count that no waiting would bring back:
 * those that the rollout has given up as failed, those that crash again and again, those that have not come to run for as long as
 * a new task may take to start, and those that wait for a place although nothing was done to them.
 */
public final class DisruptionBudget {

    private static final long DEFAULT_START_MILLIS = 5 * 60_000;

    /** So many restarts in a row make a crash loop. */
    private static final int CRASH_LOOP = 3;

    private final ClusterState state;
    private final Service service;
    private final Optional<Rollout> rollout;
    private final UpdateConfig policy;
    private final List<Slot> slots;
    private final long nowMillis;

    /**
     * The budget of a service now.
     *
     * @param slots those that are to be counted
     */
    public DisruptionBudget(ClusterState state, Service service, List<Slot> slots, long nowMillis) {
        this.state = state;
        this.service = service;
        this.rollout = state.rollout(service.getId());
        this.policy = rollout.filter(RolloutStates::underWay).map(Rollout::getPolicy).orElse(service.getUpdate());
        this.slots = slots;
        this.nowMillis = nowMillis;
    }

    /** How many running slots may be stopped now; negative if more than allowed are out already. */
    public int left() {
        return allowed() - (int) slots.stream().filter(this::counts).count();
    }

    /** State time at which there may be more because a slot is not waited for any longer; empty if there is none. */
    public OptionalLong growsAtMillis() {
        return service.hasMaxUnavailable()
                ? OptionalLong.empty()
                : slots.stream().filter(this::counts).mapToLong(this::patienceEndsMillis).min();
    }

    /** Time that a new task has to be prepared, and again to start. */
    public static long startDeadlineMillis(UpdateConfig policy) {
        long millis = StateTime.millis(policy.getStartDeadline());
        return millis > 0 ? millis : DEFAULT_START_MILLIS;
    }

    /** Slots that may be in work at once by a policy: absent = 1, a count of 0 = all. */
    public static int lanes(Share parallelism, int slots) {
        return switch (parallelism.getKindCase()) {
            case KIND_NOT_SET -> 1;
            case COUNT -> parallelism.getCount() == 0 ? Integer.MAX_VALUE : parallelism.getCount();
            case PERCENT -> Math.max(1, Shares.of(parallelism, slots));
        };
    }

    private int allowed() {
        return service.hasMaxUnavailable()
                ? Math.max(1, Shares.of(service.getMaxUnavailable(), slots.size()))
                : lanes(policy.getParallelism(), slots.size());
    }

    private boolean counts(Slot slot) {
        boolean runs = slot.tasks().stream().anyMatch(task -> TaskFate.holds(state, task) && TaskStates.running(task));
        return !runs && !slot.wanted().isEmpty() && (service.hasMaxUnavailable() || mayComeBack(slot));
    }

    private boolean mayComeBack(Slot slot) {
        List<Task> wanted = slot.wanted();
        Optional<SlotProgress> progress = rollout.stream()
                .flatMap(update -> update.getSlotsList().stream())
                .filter(known -> known.getSlot() == slot.number())
                .findFirst();
        boolean givenUp = progress
                .filter(known -> !known.getFailedTaskId().isEmpty() && known.getSettledClockMillis() > 0)
                .isPresent();
        boolean crashes = wanted.stream().anyMatch(task -> task.getRestart().getInARow() >= CRASH_LOOP);
        boolean begun = progress.filter(known -> known.getStartedClockMillis() > 0).isPresent();
        boolean placed = wanted.stream().anyMatch(task -> !waitsForAPlace(task));
        return !givenUp && !crashes && (begun || placed) && nowMillis < patienceEndsMillis(slot);
    }

    /** Looked at and found no place, or is not to be looked at yet. One that was only just made may get one the next moment. */
    private boolean waitsForAPlace(Task task) {
        return TaskFate.unassigned(task) && (!task.getStatus().getError().isEmpty()
                || task.getRestart().getNotBeforeClockMillis() > nowMillis);
    }

    /** Counts from the last time that something was seen of the slot. */
    private long patienceEndsMillis(Slot slot) {
        return startDeadlineMillis(policy)
                + slot.tasks().stream().mapToLong(task -> task.getStatus().getClockMillis()).max().orElse(0);
    }
}
