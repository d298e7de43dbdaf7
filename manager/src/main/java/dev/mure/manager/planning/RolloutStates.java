package dev.mure.manager.planning;

import dev.mure.v1.Rollout;

/** Questions about where a rollout stands. */
public final class RolloutStates {

    private RolloutStates() {}

    /** It goes on by itself. */
    public static boolean underWay(Rollout rollout) {
        return switch (rollout.getState()) {
            case ROLLOUT_STATE_UPDATING, ROLLOUT_STATE_ROLLBACK_STARTED -> true;
            default -> false;
        };
    }

    /** It waits until somebody resumes, replaces or aborts it. */
    public static boolean paused(Rollout rollout) {
        return switch (rollout.getState()) {
            case ROLLOUT_STATE_PAUSED, ROLLOUT_STATE_ROLLBACK_PAUSED -> true;
            default -> false;
        };
    }

    /** It leads back to an older revision. */
    public static boolean rollback(Rollout rollout) {
        return switch (rollout.getState()) {
            case ROLLOUT_STATE_ROLLBACK_STARTED, ROLLOUT_STATE_ROLLBACK_PAUSED, ROLLOUT_STATE_ROLLBACK_COMPLETED ->
                    true;
            default -> false;
        };
    }
}
