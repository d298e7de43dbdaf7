package dev.mure.manager.simulator;

import dev.mure.manager.store.ClusterState;
import dev.mure.v1.Mutation;
import dev.mure.v1.Rollout;
import dev.mure.v1.SlotProgress;
import dev.mure.v1.Task;
import dev.mure.v1.TaskState;
import java.util.stream.Collectors;

/** Objects in a few words, for traces. */
final class Describe {

    private Describe() {}

    static String state(TaskState state) {
        return state.name().replace("TASK_STATE_", "");
    }

    static String task(Task task) {
        return "%s.%d %s r%d on %s %s/%s".formatted(task.getServiceId(), task.getSlot(), task.getId(),
                task.getRevision(),
                task.getNodeId(), state(task.getDesired().getState()), state(task.getStatus().getState()));
    }

    static String mutation(ClusterState after, Mutation mutation) {
        return switch (mutation.getKindCase()) {
            case CREATE_TASK -> "create " + task(mutation.getCreateTask());
            case SET_DESIRED_STATE -> "desire " + state(mutation.getSetDesiredState().getState())
                    + (mutation.getSetDesiredState().getStartAfterStopOf().isEmpty()
                            ? ""
                            : " after " + mutation.getSetDesiredState().getStartAfterStopOf())
                    + " of " + after.task(mutation.getSetDesiredState().getTaskId()).map(Describe::task).orElse("?");
            case OBSERVE_TASK ->
                    "observe " + after.task(mutation.getObserveTask().getTaskId()).map(Describe::task).orElse("?");
            case PUT_ROLLOUT -> "rollout " + rollout(mutation.getPutRollout());
            case PUT_SERVICE ->
                    "service " + mutation.getPutService().getId() + " r" + mutation.getPutService().getRevision()
                            + " x" + mutation.getPutService().getReplicated().getReplicas()
                            + (mutation.getPutService().getRemoved() ? " removed" : "") + " "
                            + mutation.getPutService().getUpdate().toString().replaceAll("\\s+", " ");
            case PUT_REVISION -> "revision " + mutation.getPutRevision().getNumber() + " "
                    + mutation.getPutRevision().getTask().toString().replaceAll("\\s+", " ");
            default -> mutation.toString().replaceAll("\\s+", " ");
        };
    }

    private static String rollout(Rollout rollout) {
        return "%s r%d->r%d %s \"%s\" total %d watch %d [%s]".formatted(rollout.getServiceId(),
                rollout.getFromRevision(),
                rollout.getToRevision(), rollout.getState().name().replace("ROLLOUT_STATE_", ""), rollout.getMessage(),
                rollout.getSlotsTotal(), rollout.getWatchUntilClockMillis(),
                rollout.getSlotsList().stream().map(Describe::progress).collect(Collectors.joining(", ")));
    }

    private static String progress(SlotProgress slot) {
        return slot.getSlot() + ": started " + slot.getStartedClockMillis()
                + (slot.getSettledClockMillis() == 0 ? "" : " settled " + slot.getSettledClockMillis())
                + (slot.getFailedTaskId().isEmpty() ? "" : " failed " + slot.getFailedTaskId())
                + (slot.getRetryClockMillis() == 0 ? "" : " retry " + slot.getRetryClockMillis());
    }
}
