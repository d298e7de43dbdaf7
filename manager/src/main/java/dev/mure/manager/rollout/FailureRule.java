package dev.mure.manager.rollout;

import dev.mure.manager.planning.StateTime;
import dev.mure.manager.store.ClusterState;
import dev.mure.v1.RestartPolicy;
import dev.mure.v1.Revision;
import dev.mure.v1.Task;
import dev.mure.v1.TaskState;

/**
 * What counts as the failure of a new task (update-semantics §5.3): any end by itself as long as the rollout runs. The loss of its
 * node does not count. Other than in SwarmKit an exit with 0 is no failure where the restart policy does not restart after it, for
 * then it is what the task is there for.
 */
final class FailureRule {

    private final ClusterState state;

    FailureRule(ClusterState state) {
        this.state = state;
    }

    /** Whether a task that ended although it was wanted counts as failed. */
    boolean isFailure(Task ended) {
        return switch (ended.getStatus().getState()) {
            case TASK_STATE_ORPHANED -> false;
            case TASK_STATE_COMPLETE -> switch (restartPolicy(ended).getCondition()) {
                case NONE, ON_FAILURE -> false;
                case ANY, CONDITION_UNSPECIFIED, UNRECOGNIZED -> true;
            };
            default -> ended.getStatus().getState() != TaskState.UNRECOGNIZED;
        };
    }

    /** When a slot is tried again whose new task failed while the old one serves: after the restart delay, but never at once. */
    long retryAt(Task failed) {
        long delay = StateTime.millis(restartPolicy(failed).getDelay());
        return failed.getStatus().getClockMillis() + Math.max(1, delay);
    }

    private RestartPolicy restartPolicy(Task task) {
        return state.revision(task.getServiceId(), task.getRevision())
                .map(Revision::getTask)
                .map(spec -> spec.getRestart())
                .orElseGet(RestartPolicy::getDefaultInstance);
    }
}
