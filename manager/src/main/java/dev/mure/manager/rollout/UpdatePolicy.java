package dev.mure.manager.rollout;

import com.google.protobuf.Duration;
import dev.mure.manager.planning.DisruptionBudget;
import dev.mure.manager.planning.Shares;
import dev.mure.manager.planning.StateTime;
import dev.mure.v1.PauseCause;
import dev.mure.v1.UpdateConfig;
import java.util.ArrayList;
import java.util.List;

/**
 * An UpdateConfig in the terms of the rules (update-semantics §5.2, §5.3, §14), for a service of a certain size.
 *
 * @param slots what percentages refer to
 */
record UpdatePolicy(UpdateConfig config, int slots) {

    private static final long DEFAULT_MONITOR_MILLIS = 5_000;
    private static final long DEFAULT_PROGRESS_MILLIS = 10 * 60_000;

    /**
     * A number of done slots after which the rollout pauses.
     *
     * @param cause CANARY or STAGE
     */
    record Stage(int slots, PauseCause cause) {}

    /** How many slots may be in work at once. */
    int lanes() {
        return DisruptionBudget.lanes(config.getParallelism(), slots);
    }

    long delayMillis() {
        return StateTime.millis(config.getDelay());
    }

    long monitorMillis() {
        return orDefault(config.getMonitor(), DEFAULT_MONITOR_MILLIS);
    }

    /** How long the rollout watches after a settled slot before it may complete. */
    long watchMillis() {
        return delayMillis() >= monitorMillis() ? delayMillis() + 1_000 : monitorMillis();
    }

    long minHealthyMillis() {
        return StateTime.millis(config.getMinHealthy());
    }

    long startDeadlineMillis() {
        return DisruptionBudget.startDeadlineMillis(config);
    }

    /** Never shorter than what a single slot may take. */
    long progressDeadlineMillis() {
        return Math.max(orDefault(config.getProgressDeadline(), DEFAULT_PROGRESS_MILLIS),
                startDeadlineMillis() + minHealthyMillis());
    }

    UpdateConfig.FailureAction failureAction() {
        return config.getFailureAction();
    }

    /** Strictly more than the ratio, in single precision like the config's. */
    boolean tooMany(int failed, int slotsToMove) {
        return (float) failed / Math.max(1, slotsToMove) > config.getMaxFailureRatio();
    }

    /** New tasks are prepared ahead of their turn where each takes the place of an old one. */
    boolean preparesAhead() {
        return switch (config.getOrder()) {
            case STOP_FIRST, ORDER_UNSPECIFIED, UNRECOGNIZED -> true;
            case START_FIRST, AUTO -> false;
        };
    }

    /** Where the rollout pauses by itself, the smallest number of slots first. */
    List<Stage> stages() {
        List<Stage> stages = new ArrayList<>();
        if (config.hasCanary()) {
            stages.add(new Stage(Math.max(1, Shares.of(config.getCanary(), slots)), PauseCause.PAUSE_CAUSE_CANARY));
        }
        config.getPauseAfterList()
                .forEach(share -> stages.add(new Stage(Shares.of(share, slots), PauseCause.PAUSE_CAUSE_STAGE)));
        stages.sort((some, other) -> Integer.compare(some.slots(), other.slots()));
        return stages;
    }

    /** How long the canary is watched before it is promoted by itself; 0 = until somebody says so. */
    long canaryWaitMillis() {
        return StateTime.millis(config.getCanaryWait());
    }

    private static long orDefault(Duration duration, long otherwise) {
        long millis = StateTime.millis(duration);
        return millis > 0 ? millis : otherwise;
    }
}
