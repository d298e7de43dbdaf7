package dev.mure.manager.rollout;

import dev.mure.manager.planning.RolloutStates;
import dev.mure.manager.planning.StateTime;
import dev.mure.manager.store.ClusterState;
import dev.mure.v1.PauseCause;
import dev.mure.v1.Rollout;
import dev.mure.v1.RolloutState;
import java.time.Duration;
import java.util.Locale;

/**
 * The states in which a rollout no longer goes on by itself, in Docker's words (update-semantics §5.4); where Docker calls a rollback
 * an update, it is called a rollback here (§16.4).
 */
final class Endings {

    private Endings() {}

    /** Pauses it. */
    static void pause(Rollout.Builder rollout, PauseCause cause, String why) {
        boolean rollback = rollback(rollout);
        rollout.setState(rollback
                ? RolloutState.ROLLOUT_STATE_ROLLBACK_PAUSED
                : RolloutState.ROLLOUT_STATE_PAUSED)
                .setMessage((rollback ? "rollback" : "update") + " paused " + why)
                .setPauseCause(cause)
                .clearProgressDeadlineClockMillis()
                .clearCanaryUntilClockMillis();
    }

    static void complete(Rollout.Builder rollout, ClusterState state, long nowMillis) {
        boolean rollback = rollback(rollout);
        rollout.setState(rollback
                ? RolloutState.ROLLOUT_STATE_ROLLBACK_COMPLETED
                : RolloutState.ROLLOUT_STATE_COMPLETED)
                .setMessage(rollback ? "rollback completed" : "update completed")
                .setCompletedAt(StateTime.wallTime(state, nowMillis))
                .clearProgressDeadlineClockMillis()
                .clearCanaryUntilClockMillis();
    }

    static String dueToFailureOf(String taskId) {
        return "due to failure or early termination of task " + taskId;
    }

    static String withoutProgress(long millis, String why) {
        return "without progress for " + duration(millis) + (why.isEmpty() ? "" : ": " + why);
    }

    /** As a user writes it: {@code 10m}, {@code 1m30s}. */
    static String duration(long millis) {
        return Duration.ofMillis(millis).toString().substring(2).toLowerCase(Locale.ROOT);
    }

    private static boolean rollback(Rollout.Builder rollout) {
        return RolloutStates.rollback(rollout.buildPartial());
    }
}
