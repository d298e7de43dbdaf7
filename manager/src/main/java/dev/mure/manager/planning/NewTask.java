package dev.mure.manager.planning;

import dev.mure.v1.DesiredState;
import dev.mure.v1.Task;
import dev.mure.v1.TaskState;
import dev.mure.v1.TaskStatus;
import java.util.Optional;

/** Makes the tasks that planners create: without a node, waiting for the scheduler. */
public final class NewTask {

    private NewTask() {}

    /**
     * A task to be prepared and held back until {@code StartPlanner} lets it run. Where its predecessor is bound to a node, so is it.
     */
    public static Task.Builder heldBack(IdSource ids, SlotId slot, long revision, Optional<Task> predecessor) {
        Task.Builder task = in(ids, slot, revision, TaskState.TASK_STATE_READY);
        predecessor.ifPresent(old -> task.setPredecessorId(old.getId()).setOnlyNodeId(old.getOnlyNodeId()));
        return task;
    }

    /** A task to be run at once. */
    public static Task.Builder running(IdSource ids, SlotId slot, long revision) {
        return in(ids, slot, revision, TaskState.TASK_STATE_RUNNING);
    }

    private static Task.Builder in(IdSource ids, SlotId slot, long revision, TaskState desired) {
        return Task.newBuilder()
                .setId(ids.next())
                .setServiceId(slot.serviceId())
                .setSlot(slot.number())
                .setRevision(revision)
                .setDesired(DesiredState.newBuilder().setState(desired))
                .setStatus(TaskStatus.newBuilder()
                        .setState(TaskState.TASK_STATE_PENDING)
                        .setMessage("pending task scheduling"));
    }
}
