package dev.mure.manager.api;

import dev.mure.manager.store.ClusterState;
import dev.mure.manager.store.TaskStates;
import dev.mure.v1.Revision;
import dev.mure.v1.Rollout;
import dev.mure.v1.RolloutState;
import dev.mure.v1.Service;
import dev.mure.v1.SlotProgress;
import dev.mure.v1.Task;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/** A paused rollout as it goes on: over the slots that are left, with a fresh count of failures. */
final class ResumedRollout {

    private ResumedRollout() {}

    static Rollout of(ClusterState pending, Service service, Rollout paused, long nowMillis) {
        List<SlotProgress> slots = paused.getSlotsList().stream()
                .map(slot -> slot.toBuilder().clearFailedTaskId().build())
                .toList();
        return paused.toBuilder()
                .setState(RolloutState.ROLLOUT_STATE_UPDATING)
                .setMessage("update in progress")
                .clearSlots()
                .addAllSlots(slots)
                .setSlotsTotal(slotsLeft(pending, service))
                .build();
    }

    private static int slotsLeft(ClusterState pending, Service service) {
        Optional<Revision> wanted = pending.currentRevision(service);
        TreeSet<Integer> dirty = new TreeSet<>();
        for (Task task : pending.tasksOfService(service.getId())) {
            boolean clean = pending.revision(service.getId(), task.getRevision())
                    .map(Revision::getTask)
                    .equals(wanted.map(Revision::getTask));
            if (TaskStates.wanted(task) && !clean) {
                dirty.add(task.getSlot());
            }
        }
        return dirty.size();
    }
}
