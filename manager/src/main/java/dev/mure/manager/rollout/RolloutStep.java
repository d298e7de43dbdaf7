package dev.mure.manager.rollout;

import dev.mure.manager.planning.DisruptionBudget;
import dev.mure.manager.planning.Eviction;
import dev.mure.manager.planning.IdSource;
import dev.mure.manager.planning.NewTask;
import dev.mure.manager.planning.Plan;
import dev.mure.manager.planning.RolloutStates;
import dev.mure.manager.planning.Room;
import dev.mure.manager.planning.Slot;
import dev.mure.manager.planning.Subject;
import dev.mure.manager.planning.TaskFate;
import dev.mure.manager.store.ClusterState;
import dev.mure.manager.store.TaskStates;
import dev.mure.v1.PauseCause;
import dev.mure.v1.Revision;
import dev.mure.v1.Rollout;
import dev.mure.v1.Service;
import dev.mure.v1.SlotProgress;
import dev.mure.v1.Task;
import dev.mure.v1.TaskState;
import dev.mure.v1.UpdateConfig;
import dev.mure.v1.UpdateConfig.FailureAction;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * One step of a rollout (update-semantics §5): notes what became of the slots, pauses or turns back if too much failed, moves on the
 * slots in work, hands out free lanes, prepares what comes next, completes.
 *
 * <p>A slot is moved by preparing its new task while the old one serves; only when the new one is ready is the old one told to stop
 * (or, start-first, when the new one is good). So a new task that can't be prepared costs no service.
 */
final class RolloutStep {

    private final ClusterState state;
    private final Service service;
    private final List<SlotMove> moves;
    private final List<Slot> slots;
    private final UpdatePolicy policy;
    private final SlotOrder order;
    private final IdSource ids;
    private final long nowMillis;

    RolloutStep(ClusterState state, Service service, UpdateConfig config, List<Slot> slots, List<SlotMove> moves,
            IdSource ids, long nowMillis) {
        this.state = state;
        this.service = service;
        this.moves = moves;
        this.slots = slots;
        this.policy = new UpdatePolicy(config, slots.size());
        this.order = new SlotOrder(state, service, config.getOrder());
        this.ids = ids;
        this.nowMillis = nowMillis;
    }

    /** The rollout after this step; what it does to tasks goes into the plan. */
    Rollout next(Rollout known, Plan.Draft plan) {
        if (!RolloutStates.underWay(known) && !RolloutStates.paused(known)) {
            return known;
        }
        Progress progress = new Progress(known);
        progress.retain(slots.stream().map(Slot::number).collect(Collectors.toSet()), nowMillis);
        progress.suspend(moves.stream().map(SlotMove::number).collect(Collectors.toSet()),
                nowMillis + policy.startDeadlineMillis() + policy.minHealthyMillis());
        takeOver(progress);
        Optional<Task> blamed = new SlotNotes(state, service, policy, nowMillis).note(moves, progress, plan);
        if (blamed.isPresent() && failuresMatter(progress)
                && policy.tooMany(progress.failures(), progress.rollout().getSlotsTotal())) {
            String why = Endings.dueToFailureOf(blamed.get().getId());
            Optional<Rollout> rollback = giveUp(PauseCause.PAUSE_CAUSE_FAILURE, why, progress);
            if (rollback.isPresent()) {
                return rollback.get();
            }
        }
        if (underWay(progress) && outOfTime(progress, plan)) {
            String why = Endings.withoutProgress(policy.progressDeadlineMillis(), whatIsMissing(progress));
            Optional<Rollout> rollback = giveUp(PauseCause.PAUSE_CAUSE_NO_PROGRESS, why, progress);
            if (rollback.isPresent()) {
                return rollback.get();
            }
        }
        moveOn(progress, plan);
        SlotMove.waitingOf(state, service, slots).forEach(move -> takeBackUnbegun(move, progress, plan));
        if (underWay(progress)) {
            new Stages(policy, nowMillis).pauseOrPass(moves, progress).ifPresent(at -> wake(at, plan));
        }
        if (underWay(progress)) {
            handOut(progress, plan);
            moves.stream()
                    .filter(move -> move.serving().isEmpty())
                    .forEach(move -> takeBackUnbegun(move, progress, plan));
            prepareAhead(progress, plan);
            completeIfDone(progress, plan);
        } else {
            takeBack(progress, plan);
        }
        return progress.build();
    }

    /**
     * A slot in which the new task runs beside the old one already, by another rollout or before its node was lost, is in work, be it
     * out of turn: it is finished first, also while this rollout is paused.
     */
    private void takeOver(Progress progress) {
        moves.stream()
                .filter(move -> move.runsBeside() && !progress.begun(move.number()))
                .forEach(move -> progress.begin(move.number(), nowMillis, deadline(move))
                        .setOrder(UpdateConfig.Order.START_FIRST));
    }

    private static boolean underWay(Progress progress) {
        return RolloutStates.underWay(progress.rollout().buildPartial());
    }

    // ---- when it goes wrong

    /** Not while somebody has it paused, or while it is paused for this reason already; where it pauses by plan it is watched. */
    private boolean failuresMatter(Progress progress) {
        return policy.failureAction() != FailureAction.CONTINUE && (underWay(progress)
                || switch (progress.rollout().getPauseCause()) {
                    case PAUSE_CAUSE_CANARY, PAUSE_CAUSE_STAGE -> true;
                    default -> false;
                });
    }

    /** Turns back if the policy says so and there is something to go back to, and that is the answer; else it is paused. */
    private Optional<Rollout> giveUp(PauseCause cause, String why, Progress progress) {
        Rollout.Builder rollout = progress.rollout();
        boolean back = policy.failureAction() == FailureAction.ROLLBACK
                && !RolloutStates.rollback(rollout.buildPartial());
        Optional<Revision> target = back ? Rollback.target(state, service) : Optional.empty();
        if (target.isEmpty()) {
            Endings.pause(rollout, cause, back ? why + "; there is no stable revision to go back to" : why);
            return Optional.empty();
        }
        Service then = service.toBuilder().setRevision(target.get().getNumber()).build();
        return Optional.of(RolloutStart.backTo(state, service, then, Optional.of(progress.build()),
                "update rolled back " + why, nowMillis)
                .toBuilder()
                .setStartedAt(rollout.getStartedAt())
                .setFailure(rollout.getFailure())
                .build());
    }

    private boolean outOfTime(Progress progress, Plan.Draft plan) {
        long deadline = progress.rollout().getProgressDeadlineClockMillis();
        if (moved(progress) || deadline == 0 || progress.rollout().getCanaryUntilClockMillis() > 0) {
            return false;
        }
        wake(deadline, plan);
        return nowMillis >= deadline;
    }

    /** Of the first slot that is in work or has failed what it waits for, in the words that its task has for it. */
    private String whatIsMissing(Progress progress) {
        return moves.stream()
                .filter(move -> move.dirty() || progress.inWork(move.number()))
                .filter(move -> progress.of(move.number()).isPresent())
                .findFirst()
                .flatMap(move -> move.successor()
                        .map(task -> task.getStatus().getError().isEmpty()
                                ? task.getStatus().getMessage()
                                : task.getStatus().getError())
                        .or(() -> Optional.of(progress.rollout().getFailure().getError()))
                        .filter(text -> !text.isEmpty())
                        .map(text -> "slot " + move.number() + ": " + text))
                .orElse("");
    }

    // ---- slots in work

    /** Moves on the slots that were begun. While it is paused nothing that serves is stopped any more. */
    private void moveOn(Progress progress, Plan.Draft plan) {
        boolean goesOn = underWay(progress);
        DisruptionBudget budget =
                new DisruptionBudget(state, service, moves.stream().map(SlotMove::slot).toList(), nowMillis);
        int mayStop = budget.left();
        long mayDouble = policy.lanes() - moves.stream().filter(SlotMove::runsBeside).count();
        for (SlotMove move : moves) {
            Optional<SlotProgress.Builder> slot =
                    progress.of(move.number()).filter(known -> progress.begun(move.number()));
            if (slot.isEmpty()) {
                continue;
            }
            if (move.successor().isEmpty()) {
                beginAgainIfDue(move, slot.get(), progress, plan);
            } else if (startsBeside(move, slot.get())) {
                mayDouble -= startBeside(move, slot.get(), goesOn && mayDouble > 0, progress, plan) ? 1 : 0;
            } else if (move.dirty()) {
                if (mayStop <= 0 && move.running() && move.readyToSwap()) {
                    budget.growsAtMillis().ifPresent(at -> wake(at, plan));
                }
                mayStop -= swap(move, goesOn, mayStop > 0, slot.get(), plan) ? 1 : 0;
            }
        }
    }

    /** An old task that does not run is not worth an extra one beside it: it goes when the new one is prepared. */
    private static boolean startsBeside(SlotMove move, SlotProgress.Builder slot) {
        return move.dirty() && slot.getOrder() == UpdateConfig.Order.START_FIRST
                && (move.running() || move.runsBeside());
    }

    /**
     * The slot has its lane but no new task on its way: that one was lost with its node before the swap, or failed and a try is due
     * before the slot serves, or a resume took it away.
     */
    private void beginAgainIfDue(SlotMove move, SlotProgress.Builder slot, Progress progress, Plan.Draft plan) {
        boolean missing = move.dirty() || (slot.getRetryClockMillis() > 0 && move.endedForGood());
        if (!missing || slot.getSettledClockMillis() > 0 || !underWay(progress)) {
            return;
        }
        if (slot.getRetryClockMillis() > nowMillis) {
            wake(slot.getRetryClockMillis(), plan);
        } else {
            begin(move, progress, plan);
        }
    }

    /** Returns whether a task that runs is told to stop to make way. */
    private boolean swap(SlotMove move, boolean goesOn, boolean mayStop, SlotProgress.Builder slot,
            Plan.Draft plan) {
        // An old task whose node was lost may be back beside a new one that has taken over meanwhile.
        boolean swap = slot.getGood() || (goesOn && move.readyToSwap() && (mayStop || !move.running()));
        boolean stops = false;
        if (swap && !move.serving().isEmpty()) {
            slot.setDeadlineClockMillis(deadline(move));
        }
        for (Task old : move.old()) {
            if (!TaskStates.ended(old) && (swap || !TaskFate.serves(state, old))) {
                plan.desire(old, TaskState.TASK_STATE_SHUTDOWN);
                stops |= TaskStates.running(old);
            }
        }
        return stops;
    }

    /** The new task runs beside the old one, and takes over when it is good. Returns whether it is told to. */
    private boolean startBeside(SlotMove move, SlotProgress.Builder slot, boolean mayDouble, Progress progress,
            Plan.Draft plan) {
        Task successor = move.successor().orElseThrow();
        if (slot.getGood()) {
            move.old().forEach(old -> plan.desire(old, TaskState.TASK_STATE_SHUTDOWN));
        } else if (order.mustStopFirst(successor)) {
            slot.setOrder(UpdateConfig.Order.STOP_FIRST).setOrderReason(successor.getStatus().getError());
            plan.desire(successor, TaskState.TASK_STATE_REMOVE);
            if (underWay(progress)) {
                create(move, plan);
            }
        } else if (successor.getDesired().getState() == TaskState.TASK_STATE_READY && mayDouble
                && move.readyToRunBeside()) {
            if (Room.hasRoomBeside(state, successor)) {
                plan.desire(successor, TaskState.TASK_STATE_RUNNING);
                return true;
            }
            // An earlier rollout placed it to take over from the old one.
            plan.takeBack(successor);
            create(move, plan);
        }
        return false;
    }

    /** A pause leaves alone what is between two tasks, and takes back what only was prepared. */
    private void takeBack(Progress progress, Plan.Draft plan) {
        for (SlotMove move : moves) {
            if (move.dirty() && move.preparedAhead().isPresent()) {
                plan.desire(move.preparedAhead().get(), TaskState.TASK_STATE_REMOVE);
            } else {
                takeBackUnbegun(move, progress, plan);
            }
            boolean untouched = move.dirty() && !move.serving().isEmpty()
                    && (move.successor().isEmpty() || move.preparedAhead().isPresent());
            if (untouched && progress.inWork(move.number())) {
                progress.giveBack(move.number());
            }
        }
    }

    /**
     * A task that was prepared ahead of the slot's turn must not start when its predecessor ends by itself, past lanes and stages and
     * with nobody who watches it: it goes, and the restart policy deals with the old one.
     */
    private static void takeBackUnbegun(SlotMove move, Progress progress, Plan.Draft plan) {
        if (move.dirty() && !progress.begun(move.number())) {
            move.successor()
                    .filter(task -> task.getDesired().getState() == TaskState.TASK_STATE_READY)
                    .ifPresent(task -> plan.desire(task, TaskState.TASK_STATE_REMOVE));
        }
    }

    // ---- lanes

    /**
     * Gives free lanes to slots: those that do not run first, then those that must leave their node anyway, then by number; those to be
     * tried again come last. A stage that is not passed limits how many are begun.
     */
    private void handOut(Progress progress, Plan.Draft plan) {
        long occupied = moves.stream().filter(move -> occupiesLane(move, progress)).count();
        long free = Math.min(policy.lanes() - occupied, new Stages(policy, nowMillis).left(progress));
        List<SlotMove> due = due(progress, plan);
        if (free > 0) {
            inOrder(due, progress).limit(free).forEach(move -> begin(move, progress, plan));
        }
        if (due.size() > free) {
            moves.stream()
                    .filter(move -> occupiesLane(move, progress))
                    .mapToLong(move -> progress.of(move.number())
                            .map(slot -> Progress.laneFreeAt(slot, policy))
                            .orElse(0L))
                    .min()
                    .ifPresent(at -> wake(at, plan));
        }
    }

    private List<SlotMove> due(Progress progress, Plan.Draft plan) {
        return moves.stream().filter(move -> move.dirty() && isDue(move, progress, plan)).toList();
    }

    private Stream<SlotMove> inOrder(List<SlotMove> due, Progress progress) {
        return due.stream()
                .sorted(Comparator
                        .comparing((SlotMove move) -> progress.of(move.number())
                                .filter(slot -> !slot.getFailedTaskId().isEmpty())
                                .isPresent())
                        .thenComparing(SlotMove::running)
                        .thenComparing(move -> !mustLeave(move))
                        .thenComparingInt(SlotMove::number));
    }

    private boolean mustLeave(SlotMove move) {
        return move.serving().stream().anyMatch(task -> Eviction.due(state, task));
    }

    private boolean occupiesLane(SlotMove move, Progress progress) {
        return progress.of(move.number()).filter(slot -> nowMillis < Progress.laneFreeAt(slot, policy)).isPresent();
    }

    private boolean isDue(SlotMove move, Progress progress, Plan.Draft plan) {
        Optional<SlotProgress.Builder> slot = progress.of(move.number());
        if (slot.isEmpty()) {
            return true;
        }
        if (slot.get().getRetryClockMillis() > nowMillis) {
            wake(slot.get().getRetryClockMillis(), plan);
            return false;
        }
        return !progress.begun(move.number())
                || (slot.get().getSettledClockMillis() > 0 && move.successor().isEmpty());
    }

    /** Makes the new task, unless there is one already. An old task that does not serve is not waited for. */
    private void begin(SlotMove move, Progress progress, Plan.Draft plan) {
        SlotProgress.Builder slot = progress.begin(move.number(), nowMillis, deadline(move));
        order.decide(move, slot);
        if (move.successor().isEmpty()) {
            create(move, plan);
        }
        for (Task old : move.old()) {
            if (!TaskFate.serves(state, old)) {
                plan.desire(old, TaskState.TASK_STATE_SHUTDOWN);
            }
        }
    }

    /** Prepares the tasks of the slots whose turn comes next, so that each turn begins with the swap. */
    private void prepareAhead(Progress progress, Plan.Draft plan) {
        if (!policy.preparesAhead()) {
            return;
        }
        long begun = progress.begun();
        long most = Math.min(policy.lanes(), new Stages(policy, nowMillis).left(progress));
        long prepared = moves.stream()
                .filter(move -> !progress.begun(move.number()) && move.preparedAhead().isPresent())
                .count();
        if (begun == 0 || prepared >= most) {
            return;
        }
        inOrder(due(progress, plan), progress)
                .filter(move -> !progress.begun(move.number()) && move.running() && move.successor().isEmpty())
                .limit(most - prepared)
                .forEach(move -> create(move, plan));
    }

    private void create(SlotMove move, Plan.Draft plan) {
        Slot slot = move.slot();
        Task predecessor = move.serving().stream().findFirst().orElseGet(() -> slot.tasks().getLast());
        plan.create(NewTask.heldBack(ids, slot.id(), service.getRevision(), Optional.of(predecessor)).build());
    }

    private long deadline(SlotMove move) {
        return nowMillis + move.graceMillis() + policy.startDeadlineMillis() + policy.minHealthyMillis();
    }

    // ---- the end

    /** Every slot is on the new revision and done. */
    private boolean moved(Progress progress) {
        return moves.stream().noneMatch(move -> move.dirty() || progress.inWork(move.number()));
    }

    private void completeIfDone(Progress progress, Plan.Draft plan) {
        if (!moved(progress)) {
            return;
        }
        Rollout.Builder rollout = progress.rollout();
        if (nowMillis < rollout.getWatchUntilClockMillis()) {
            wake(rollout.getWatchUntilClockMillis(), plan);
        } else {
            Endings.complete(rollout, state, nowMillis);
        }
    }

    private void wake(long atMillis, Plan.Draft plan) {
        if (atMillis != Long.MAX_VALUE) {
            plan.wake(Subject.service(service.getId()), atMillis);
        }
    }
}
