package dev.mure.manager.rollout;

import dev.mure.manager.planning.IdSource;
import dev.mure.manager.planning.NewTask;
import dev.mure.manager.planning.Plan;
import dev.mure.manager.planning.Slot;
import dev.mure.manager.planning.StateTime;
import dev.mure.manager.planning.Subject;
import dev.mure.manager.planning.TaskFate;
import dev.mure.manager.store.ClusterState;
import dev.mure.manager.store.TaskStates;
import dev.mure.v1.Rollout;
import dev.mure.v1.RolloutState;
import dev.mure.v1.Service;
import dev.mure.v1.SlotProgress;
import dev.mure.v1.Task;
import dev.mure.v1.TaskState;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * One step of a rollout (update-semantics §5): notes what became of the slots in work, pauses if too much failed, moves on the slots
 * in work, hands out free lanes, completes.
 *
 * <p>A slot is moved by preparing its new task while the old one serves; only when the new one is ready is the old one told to stop.
 * So a new task that can't be prepared costs no service.
 */
final class RolloutStep {

    private final ClusterState state;
    private final Service service;
    private final List<SlotMove> moves;
    private final UpdatePolicy policy;
    private final FailureRule failures;
    private final IdSource ids;
    private final long nowMillis;

    RolloutStep(ClusterState state, Service service, List<SlotMove> moves, IdSource ids, long nowMillis) {
        this.state = state;
        this.service = service;
        this.moves = moves;
        this.policy = UpdatePolicy.of(service.getUpdate());
        this.failures = new FailureRule(state);
        this.ids = ids;
        this.nowMillis = nowMillis;
    }

    /** The rollout after this step; what it does to tasks goes into the plan. */
    Rollout next(Rollout known, Plan.Draft plan) {
        if (known.getState() == RolloutState.ROLLOUT_STATE_COMPLETED) {
            return known;
        }
        Progress progress = new Progress(known);
        progress.retain(moves.stream().map(SlotMove::number).collect(Collectors.toSet()), nowMillis);
        for (SlotMove move : moves) {
            progress.of(move.number()).ifPresent(slot -> note(move, slot, progress));
        }
        moveOn(progress, plan);
        if (progress.rollout().getState() == RolloutState.ROLLOUT_STATE_UPDATING) {
            handOut(progress, plan);
            completeIfDone(progress, plan);
        }
        return progress.build();
    }

    /** What became of a slot in work: settled, failed, to be tried again. */
    private void note(SlotMove move, SlotProgress.Builder slot, Progress progress) {
        for (Task ended : move.endedSuccessors()) {
            if (failures.isFailure(ended)) {
                noteFailure(ended, slot, progress);
            }
            if (!move.serving().isEmpty()) {
                slot.setRetryClockMillis(failures.retryAt(ended));
            }
        }
        if (slot.getSettledClockMillis() == 0) {
            settledAt(move, slot).ifPresent(at -> progress.settle(slot, at, policy));
        }
    }

    /**
     * A slot settles when its new task is seen running or ended. If that one ended while the old one was still to serve, the slot
     * settles only when it does serve: an earlier swap may have left it between two tasks.
     */
    private Optional<Long> settledAt(SlotMove move, SlotProgress.Builder slot) {
        if (slot.getRetryClockMillis() > 0 && move.dirty()) {
            return move.running() ? Optional.of(nowMillis) : Optional.empty();
        }
        if (!move.endedSuccessors().isEmpty()) {
            Task ended = move.endedSuccessors().getFirst();
            long ran = ended.getStatus().getRunningClockMillis();
            return Optional.of(ran > 0 ? ran : ended.getStatus().getClockMillis());
        }
        if (!move.dirty() && move.endedForGood()) {
            return Optional.of(nowMillis);
        }
        return move.successor()
                .filter(TaskStates::running)
                .map(task -> Math.max(slot.getStartedClockMillis(), task.getStatus().getRunningClockMillis()));
    }

    /** Counts once per slot. Too many pause an update that is in progress and not told to continue. */
    private void noteFailure(Task task, SlotProgress.Builder slot, Progress progress) {
        if (!slot.getFailedTaskId().isEmpty()) {
            return;
        }
        slot.setFailedTaskId(task.getId());
        Rollout.Builder rollout = progress.rollout();
        if (rollout.getState() == RolloutState.ROLLOUT_STATE_UPDATING && policy.pausesOnFailure()
                && policy.tooMany(progress.failures(), rollout.getSlotsTotal())) {
            rollout.setState(RolloutState.ROLLOUT_STATE_PAUSED)
                    .setMessage("update paused due to failure or early termination of task " + task.getId());
        }
    }

    /**
     * Moves on the slots that were begun. A pause hands out no more slots, but those in work are finished. Lanes alone don't limit
     * how many slots are out of service, for slots in work may be taken over from an earlier update or an earlier parallelism: so
     * a task that runs is stopped only while fewer slots than that serve nobody.
     */
    private void moveOn(Progress progress, Plan.Draft plan) {
        long mayStop = policy.lanes() - moves.stream().filter(move -> isBetweenTasks(move, progress)).count();
        for (SlotMove move : moves) {
            Optional<SlotProgress.Builder> begun = progress.of(move.number()).filter(slot -> move.dirty());
            if (begun.isPresent() && moveOn(move, begun.get(), mayStop > 0, progress, plan)) {
                mayStop--;
            }
        }
    }

    private boolean isBetweenTasks(SlotMove move, Progress progress) {
        return !move.running()
                && progress.of(move.number()).filter(slot -> slot.getSettledClockMillis() == 0).isPresent();
    }

    /** Returns whether a task that runs is told to stop. */
    private boolean moveOn(SlotMove move, SlotProgress.Builder slot, boolean mayStop, Progress progress,
            Plan.Draft plan) {
        boolean stops = false;
        if (move.successor().isPresent()) {
            boolean swap = move.readyToSwap() && (mayStop || !move.running());
            for (Task old : move.old()) {
                if (!TaskStates.ended(old) && (swap || !TaskFate.serves(state, old))) {
                    plan.desire(old, TaskState.TASK_STATE_SHUTDOWN);
                    stops |= TaskStates.running(old);
                }
            }
        } else if (slot.getSettledClockMillis() == 0 && slot.getRetryClockMillis() <= nowMillis
                && progress.rollout().getState() == RolloutState.ROLLOUT_STATE_UPDATING) {
            // It still has its lane: the new task was lost with its node before the swap, or a try is due before the slot served.
            begin(move, progress, plan);
        }
        return stops;
    }

    /** Gives free lanes to slots: those that do not run first, then by number; those to be tried again come last. */
    private void handOut(Progress progress, Plan.Draft plan) {
        long free = policy.lanes() - moves.stream().filter(move -> occupiesLane(move, progress)).count();
        List<SlotMove> candidates = moves.stream()
                .filter(SlotMove::dirty)
                .filter(move -> isDue(move, progress, plan))
                .sorted(Comparator.comparing((SlotMove move) -> progress.of(move.number()).isPresent())
                        .thenComparing(SlotMove::running)
                        .thenComparingInt(SlotMove::number))
                .toList();
        candidates.stream().limit(Math.max(0, free)).forEach(move -> begin(move, progress, plan));
        if (candidates.size() > free) {
            moves.stream()
                    .filter(move -> occupiesLane(move, progress))
                    .mapToLong(move -> progress.of(move.number())
                            .map(slot -> Progress.laneFreeAt(slot, policy))
                            .orElse(0L))
                    .min()
                    .ifPresent(at -> wake(at, plan));
        }
    }

    private boolean occupiesLane(SlotMove move, Progress progress) {
        return progress.of(move.number()).filter(slot -> nowMillis < Progress.laneFreeAt(slot, policy)).isPresent();
    }

    private boolean isDue(SlotMove move, Progress progress, Plan.Draft plan) {
        Optional<SlotProgress.Builder> slot = progress.of(move.number());
        if (slot.isEmpty()) {
            return true;
        }
        if (move.successor().isPresent()) {
            return false;
        }
        long retryAt = slot.get().getRetryClockMillis();
        if (retryAt > nowMillis) {
            wake(retryAt, plan);
        }
        return retryAt <= nowMillis && slot.get().getSettledClockMillis() > 0;
    }

    /** Makes the new task, unless there is one from an earlier update already. An old task that does not serve is not waited for. */
    private void begin(SlotMove move, Progress progress, Plan.Draft plan) {
        progress.begin(move.number(), nowMillis);
        if (move.successor().isEmpty()) {
            Slot slot = move.slot();
            Optional<Task> predecessor =
                    move.serving().stream().findFirst().or(() -> Optional.of(slot.tasks().getLast()));
            plan.create(NewTask.heldBack(ids, slot.id(), service.getRevision(), predecessor).build());
        }
        for (Task old : move.old()) {
            if (!TaskFate.serves(state, old)) {
                plan.desire(old, TaskState.TASK_STATE_SHUTDOWN);
            }
        }
    }

    /** Completes when every slot is on the new revision and settled, and the watch is over. */
    private void completeIfDone(Progress progress, Plan.Draft plan) {
        boolean moved = moves.stream()
                .allMatch(move -> !move.dirty()
                        && progress.of(move.number()).filter(slot -> slot.getSettledClockMillis() == 0).isEmpty());
        if (!moved) {
            return;
        }
        Rollout.Builder rollout = progress.rollout();
        if (nowMillis < rollout.getWatchUntilClockMillis()) {
            wake(rollout.getWatchUntilClockMillis(), plan);
        } else {
            rollout.setState(RolloutState.ROLLOUT_STATE_COMPLETED)
                    .setMessage("update completed")
                    .setCompletedAt(StateTime.wallTime(state, nowMillis));
        }
    }

    private void wake(long atMillis, Plan.Draft plan) {
        if (atMillis != Long.MAX_VALUE) {
            plan.wake(Subject.service(service.getId()), atMillis);
        }
    }
}
