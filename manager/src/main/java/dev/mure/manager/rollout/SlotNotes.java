package dev.mure.manager.rollout;

import dev.mure.manager.planning.Plan;
import dev.mure.manager.planning.Subject;
import dev.mure.manager.store.ClusterState;
import dev.mure.manager.store.TaskStates;
import dev.mure.v1.Service;
import dev.mure.v1.SlotProgress;
import dev.mure.v1.Task;
import dev.mure.v1.TaskState;
import dev.mure.v1.UpdateConfig;
import java.util.List;
import java.util.Optional;

/** Notes what became of the slots of a rollout: whose new task is good, failed, is late, or is to be tried again. */
final class SlotNotes {

    private final Service service;
    private final UpdatePolicy policy;
    private final FailureRule failures;
    private final long nowMillis;

    SlotNotes(ClusterState state, Service service, UpdatePolicy policy, long nowMillis) {
        this.service = service;
        this.policy = policy;
        this.failures = new FailureRule(state);
        this.nowMillis = nowMillis;
    }

    /** Notes all; returns the first task whose failure counts for the first time. */
    Optional<Task> note(List<SlotMove> moves, Progress progress, Plan.Draft plan) {
        Optional<Task> blamed = Optional.empty();
        for (SlotMove move : moves) {
            Optional<Task> counted = note(move, progress, plan);
            blamed = blamed.or(() -> counted);
        }
        return blamed;
    }

    private Optional<Task> note(SlotMove move, Progress progress, Plan.Draft plan) {
        Optional<Task> blamed = Optional.empty();
        for (Task ended : move.endedSuccessors()) {
            if (!concerned(move, ended, progress)) {
                continue;
            }
            SlotProgress.Builder slot = progress.ahead(move.number());
            boolean excused = failures.isFailure(ended) && FailureRule.excused(ended, slot);
            if (failures.isFailure(ended) && !excused && count(ended, ended.getStatus().getError(), slot, progress)) {
                blamed = blamed.or(() -> Optional.of(ended));
            }
            if (!move.serving().isEmpty()) {
                slot.setRetryClockMillis(
                        excused ? FailureRule.retryElsewhereAt(ended, slot) : failures.retryAt(ended));
            }
        }
        Optional<SlotProgress.Builder> slot = progress.of(move.number());
        if (slot.isPresent() && progress.inWork(move.number())) {
            settleIfDone(move, slot.get(), progress, plan);
            if (slot.get().getSettledClockMillis() == 0 && late(move, slot.get(), plan)) {
                blamed = blamed.or(() -> giveUp(move, slot.get(), progress));
            }
        }
        slot.ifPresent(known -> takeBackIfGivenUp(move, known, plan));
        return blamed;
    }

    /** The new task of a slot that was given up while the old one serves. The next try makes another. */
    private static void takeBackIfGivenUp(SlotMove move, SlotProgress.Builder slot, Plan.Draft plan) {
        boolean givenUp = slot.getSettledClockMillis() > 0 && !slot.getGood();
        if (givenUp && move.dirty() && !move.serving().isEmpty()) {
            move.successor().ifPresent(plan::takeBack);
        }
    }

    /**
     * Every slot that is moved, and every task of the wanted revision that was to start since the rollout began, in a slot that was
     * added meanwhile, say. What ran before and was never touched is none of its business.
     */
    private static boolean concerned(SlotMove move, Task ended, Progress progress) {
        long ran = ended.getStatus().getRunningClockMillis();
        return move.dirty() || progress.of(move.number()).isPresent() || ran == 0
                || ran >= progress.rollout().getStartedClockMillis();
    }

    /** Counts once per slot; says whether this is that once. */
    private boolean count(Task failed, String error, SlotProgress.Builder slot, Progress progress) {
        slot.setGood(false);
        if (!slot.getFailedTaskId().isEmpty()) {
            return false;
        }
        slot.setFailedTaskId(failed.getId());
        progress.rollout().setFailure(failures.report(failed, error));
        return true;
    }

    /**
     * A slot settles when its new task is good or has failed. If that one failed while the old one was still to serve, the slot
     * settles only when it does serve: an earlier swap may have left it between two tasks. A failure that is not counted settles
     * nothing.
     */
    private void settleIfDone(SlotMove move, SlotProgress.Builder slot, Progress progress, Plan.Draft plan) {
        boolean retries = slot.getRetryClockMillis() > 0 && move.dirty();
        boolean excused = slot.getFailedTaskId().isEmpty() && slot.getInfrastructureFailures() > 0;
        if (retries) {
            if (move.running() && !excused) {
                progress.settle(slot, nowMillis, policy);
            }
        } else if (!move.endedSuccessors().isEmpty()) {
            Task ended = move.endedSuccessors().getFirst();
            if (!ended.getId().equals(slot.getLastInfrastructureTaskId())) {
                long ran = ended.getStatus().getRunningClockMillis();
                progress.settle(slot, ran > 0 ? ran : ended.getStatus().getClockMillis(), policy);
            }
        } else if (!move.dirty() && move.endedForGood() && slot.getRetryClockMillis() == 0) {
            progress.settle(slot, nowMillis, policy);
            slot.setGood(move.slot().last().filter(SlotNotes::completed).isPresent());
            progress.gotOn(nowMillis, policy);
        } else {
            move.successor().filter(TaskStates::running).ifPresent(task -> settleWhenGood(task, slot, progress, plan));
        }
    }

    private static boolean completed(Task task) {
        return task.getStatus().getState() == TaskState.TASK_STATE_COMPLETE;
    }

    /** Running, and healthy, for as long as the policy wants. */
    private void settleWhenGood(Task task, SlotProgress.Builder slot, Progress progress, Plan.Draft plan) {
        long goodAt = Math.max(slot.getStartedClockMillis(), task.getStatus().getRunningClockMillis())
                + policy.minHealthyMillis();
        if (nowMillis < goodAt) {
            plan.wake(Subject.service(service.getId()), goodAt);
            return;
        }
        progress.settle(slot, goodAt, policy);
        slot.setGood(true);
        progress.gotOn(goodAt, policy);
    }

    /** Whether the slot's time is over. One that only waits for its turn to stop the old task is not late. */
    private boolean late(SlotMove move, SlotProgress.Builder slot, Plan.Draft plan) {
        boolean waitsForTheBudget =
                slot.getOrder() != UpdateConfig.Order.START_FIRST && move.readyToSwap() && move.running();
        if (waitsForTheBudget || slot.getDeadlineClockMillis() == 0) {
            return false;
        }
        plan.wake(Subject.service(service.getId()), slot.getDeadlineClockMillis());
        return nowMillis >= slot.getDeadlineClockMillis();
    }

    /** The slot counts as failed. Where the old task serves, another new one is tried later. */
    private Optional<Task> giveUp(SlotMove move, SlotProgress.Builder slot, Progress progress) {
        Task late = move.successor().orElseGet(() -> move.slot().tasks().getLast());
        String error = late.getStatus().getError().isEmpty()
                ? late.getStatus().getMessage()
                : late.getStatus().getError();
        boolean counted = count(late, "not running within " + Endings.duration(policy.startDeadlineMillis())
                + (error.isEmpty() ? "" : ": " + error), slot, progress);
        if (!move.serving().isEmpty()) {
            slot.setRetryClockMillis(Math.max(nowMillis + 1, failures.retryAt(late)));
        }
        progress.settle(slot, nowMillis, policy);
        return counted ? Optional.of(late) : Optional.empty();
    }
}
