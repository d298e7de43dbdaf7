package dev.mure.manager.rollout;

import dev.mure.v1.PauseCause;
import dev.mure.v1.Rollout;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Where a rollout pauses by plan: after its canary, after the stages of its policy, after the steps that somebody asked for. A stage
 * is reached when so many slots were begun, all of them are done, and the last one has been watched for the monitor time.
 */
final class Stages {

    private final UpdatePolicy policy;
    private final long nowMillis;

    Stages(UpdatePolicy policy, long nowMillis) {
        this.policy = policy;
        this.nowMillis = nowMillis;
    }

    /** How many more slots may be begun before the next stage. */
    long left(Progress progress) {
        return next(progress.rollout()).map(stage -> Math.max(0L, (long) stage.slots() - progress.begun()))
                .orElse(Long.MAX_VALUE);
    }

    /**
     * Pauses the rollout at a stage that is reached, as long as there is more to come. A canary that has to be watched for a set time
     * is passed after it.
     *
     * @return when to look again, if it is watched until then
     */
    OptionalLong pauseOrPass(List<SlotMove> moves, Progress progress) {
        Rollout.Builder rollout = progress.rollout();
        Optional<UpdatePolicy.Stage> stage = next(rollout);
        boolean reached = stage.filter(next -> progress.begun() >= next.slots()).isPresent()
                && moves.stream().noneMatch(move -> progress.inWork(move.number()))
                && moves.stream().anyMatch(SlotMove::dirty);
        if (!reached) {
            // A canary that is watched may have grown with the service.
            rollout.clearCanaryUntilClockMillis();
            return OptionalLong.empty();
        }
        long watchedUntil = progress.lastSettledMillis() + policy.monitorMillis();
        if (nowMillis < watchedUntil) {
            return OptionalLong.of(watchedUntil);
        }
        PauseCause cause = stage.get().cause();
        if (cause != PauseCause.PAUSE_CAUSE_CANARY || policy.canaryWaitMillis() == 0) {
            Endings.pause(rollout, cause, words(cause, progress.begun(), rollout.getSlotsTotal()));
            return OptionalLong.empty();
        }
        long until = progress.lastSettledMillis() + policy.canaryWaitMillis();
        if (nowMillis < until) {
            rollout.setCanaryUntilClockMillis(until);
            return OptionalLong.of(until);
        }
        pass(rollout, progress.begun());
        progress.gotOn(nowMillis, policy);
        return OptionalLong.empty();
    }

    /** Everything up to so many slots is passed. */
    static void pass(Rollout.Builder rollout, int slots) {
        rollout.setReleasedSlots(Math.max(rollout.getReleasedSlots(), slots)).clearCanaryUntilClockMillis();
        if (rollout.getStepUntilSlots() <= slots) {
            rollout.clearStepUntilSlots();
        }
    }

    private Optional<UpdatePolicy.Stage> next(Rollout.Builder rollout) {
        Optional<UpdatePolicy.Stage> step = Optional.of(rollout.getStepUntilSlots())
                .filter(slots -> slots > 0)
                .map(slots -> new UpdatePolicy.Stage(slots, PauseCause.PAUSE_CAUSE_STEP));
        if (rollout.getPromoted()) {
            return step;
        }
        Optional<UpdatePolicy.Stage> stage =
                policy.stages().stream().filter(known -> known.slots() > rollout.getReleasedSlots()).findFirst();
        return step.filter(steps -> stage.isEmpty() || steps.slots() < stage.get().slots()).or(() -> stage);
    }

    private static String words(PauseCause cause, int begun, int total) {
        String done = begun + " of " + total + " tasks";
        return switch (cause) {
            case PAUSE_CAUSE_CANARY -> "after its canary of " + done + ": promote, resume or abort it";
            case PAUSE_CAUSE_STEP -> "after the steps asked for, " + done;
            default -> "after a stage of " + done + ": resume or promote it";
        };
    }
}
