package dev.mure.manager.rollout;

import dev.mure.manager.planning.StateTime;
import dev.mure.manager.store.ClusterState;
import dev.mure.v1.FailureKind;
import dev.mure.v1.Node;
import dev.mure.v1.RestartPolicy;
import dev.mure.v1.Revision;
import dev.mure.v1.RolloutFailure;
import dev.mure.v1.SlotProgress;
import dev.mure.v1.Task;
import dev.mure.v1.TaskState;

/**
 * What counts as the failure of a new task (update-semantics §5.3): any end by itself as long as the rollout runs. The loss of its
 * node does not count. Other than in SwarmKit an exit with 0 is no failure where the restart policy does not restart after it, for
 * then it is what the task is there for; and what is the node's fault counts only when it goes on like that.
 */
final class FailureRule {

    /** So often a slot's new task may fail through no fault of its own before that counts like any other failure. */
    private static final int INFRASTRUCTURE_LIMIT = 3;
    private static final long INFRASTRUCTURE_RETRY_MILLIS = 1_000;

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

    /** Whether the failure is blamed on the node and not counted; notes it, each task once. */
    static boolean excused(Task failed, SlotProgress.Builder slot) {
        if (failed.getStatus().getFailure() != FailureKind.FAILURE_KIND_INFRASTRUCTURE) {
            return false;
        }
        if (!slot.getLastInfrastructureTaskId().equals(failed.getId())) {
            if (slot.getInfrastructureFailures() == INFRASTRUCTURE_LIMIT) {
                return false;
            }
            slot.setInfrastructureFailures(slot.getInfrastructureFailures() + 1)
                    .setLastInfrastructureTaskId(failed.getId());
        }
        return true;
    }

    /** When a slot is tried again whose new task failed while the old one serves: after the restart delay, but never at once. */
    long retryAt(Task failed) {
        long delay = StateTime.millis(restartPolicy(failed).getDelay());
        return failed.getStatus().getClockMillis() + Math.max(1, delay);
    }

    /** When a slot is tried on another node: soon, each time a little later. */
    static long retryElsewhereAt(Task failed, SlotProgress.Builder slot) {
        return failed.getStatus().getClockMillis()
                + (INFRASTRUCTURE_RETRY_MILLIS << Math.max(0, slot.getInfrastructureFailures() - 1));
    }

    /** What a user needs to see why. */
    RolloutFailure report(Task failed, String error) {
        return RolloutFailure.newBuilder()
                .setTaskId(failed.getId())
                .setSlot(failed.getSlot())
                .setNodeId(failed.getNodeId())
                .setNodeName(state.node(failed.getNodeId()).map(Node::getName).orElse(""))
                .setExitCode(failed.getStatus().getContainer().getExitCode())
                .setError(error)
                .setKind(failed.getStatus().getFailure())
                .addAllLastOutput(failed.getStatus().getLastOutputList())
                .build();
    }

    private RestartPolicy restartPolicy(Task task) {
        return state.revision(task.getServiceId(), task.getRevision())
                .map(Revision::getTask)
                .map(spec -> spec.getRestart())
                .orElseGet(RestartPolicy::getDefaultInstance);
    }
}
