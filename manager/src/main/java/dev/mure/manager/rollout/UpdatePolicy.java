package dev.mure.manager.rollout;

import dev.mure.manager.planning.StateTime;
import dev.mure.v1.UpdateConfig;

/** A service's UpdateConfig in the terms of the rules (update-semantics §5.2, §5.3, §14). */
record UpdatePolicy(int parallelism, long delayMillis, long monitorMillis, boolean pausesOnFailure,
        float maxFailureRatio) {

    private static final long DEFAULT_MONITOR_MILLIS = 5_000;

    static UpdatePolicy of(UpdateConfig config) {
        long monitor = StateTime.millis(config.getMonitor());
        return new UpdatePolicy(
                config.hasParallelism() ? config.getParallelism().getCount() : 1,
                StateTime.millis(config.getDelay()),
                monitor > 0 ? monitor : DEFAULT_MONITOR_MILLIS,
                config.getFailureAction() != UpdateConfig.FailureAction.CONTINUE,
                config.getMaxFailureRatio());
    }

    /** How many slots may be in work at once; 0 in the config means all. */
    int lanes() {
        return parallelism == 0 ? Integer.MAX_VALUE : parallelism;
    }

    /** How long the rollout watches after a settled slot before it may complete. */
    long watchMillis() {
        return delayMillis >= monitorMillis ? delayMillis + 1_000 : monitorMillis;
    }

    /** Strictly more than the ratio, in single precision like the config's. */
    boolean tooMany(int failed, int slots) {
        return (float) failed / Math.max(1, slots) > maxFailureRatio;
    }
}
