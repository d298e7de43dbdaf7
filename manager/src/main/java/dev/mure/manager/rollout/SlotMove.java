package dev.mure.manager.rollout;

import dev.mure.manager.planning.CurrentSpec;
import dev.mure.manager.planning.Slot;
import dev.mure.manager.planning.TaskFate;
import dev.mure.manager.store.ClusterState;
import dev.mure.manager.store.TaskStates;
import dev.mure.v1.Task;
import dev.mure.v1.TaskState;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * How far a slot is on its way to the current revision.
 *
 * @param fresh wanted tasks of the current revision
 * @param old wanted tasks of other revisions
 * @param superfluous tasks that were prepared for nothing: another task runs in the slot, and they are not what it shall become
 */
record SlotMove(ClusterState state, CurrentSpec target, Slot slot, List<Task> fresh, List<Task> old,
        List<Task> superfluous) {

    static SlotMove of(ClusterState state, CurrentSpec target, Slot slot) {
        List<Task> wanted = slot.wanted();
        List<Task> superfluous = wanted.size() < 2 ? List.of() : superfluous(state, target, wanted);
        List<Task> fresh = new ArrayList<>(1);
        List<Task> old = new ArrayList<>(1);
        for (Task task : wanted) {
            if (!superfluous.contains(task)) {
                (target.clean(task) ? fresh : old).add(task);
            }
        }
        return new SlotMove(state, target, slot, fresh, old, superfluous);
    }

    private static List<Task> superfluous(ClusterState state, CurrentSpec target, List<Task> wanted) {
        Optional<Task> told = wanted.stream()
                .filter(task -> TaskFate.holds(state, task))
                .filter(task -> task.getDesired().getState() == TaskState.TASK_STATE_RUNNING)
                .findFirst();
        boolean toldIsFresh = told.filter(target::clean).isPresent();
        return wanted.stream()
                .filter(task -> told.isPresent() && task.getDesired().getState() == TaskState.TASK_STATE_READY)
                .filter(task -> toldIsFresh || !target.clean(task))
                .toList();
    }

    int number() {
        return slot.number();
    }

    /** Whether the slot is not on the current revision yet. One that ended for good counts by the task that was its last. */
    boolean dirty() {
        return (fresh.isEmpty() && old.isEmpty())
                ? slot.last().filter(last -> !target.clean(last)).isPresent()
                : !old.isEmpty();
    }

    /** The new task, if one is on its way or in place. */
    Optional<Task> successor() {
        return fresh.stream().filter(task -> TaskFate.holds(state, task)).findFirst();
    }

    /** New tasks that ended although they are wanted. A restart takes that wish away, so each is seen so once. */
    List<Task> endedSuccessors() {
        return fresh.stream().filter(TaskStates::ended).toList();
    }

    /** Old tasks that may be at work. */
    List<Task> serving() {
        return old.stream().filter(task -> TaskFate.serves(state, task)).toList();
    }

    /** Whether a task of the slot is seen running. */
    boolean running() {
        return slot.tasks().stream().anyMatch(task -> TaskFate.holds(state, task) && TaskStates.running(task));
    }

    /** Whether nobody will ever run the slot again, so nothing is to be waited for. */
    boolean endedForGood() {
        return slot.wanted().isEmpty();
    }

    /**
     * Whether the old task can be told to stop: the new one is prepared, and nothing else of the slot is still stopping, so that the
     * new one can start the moment the old one has ended.
     */
    boolean readyToSwap() {
        return successor().filter(task -> !TaskStates.before(task.getStatus().getState(), TaskState.TASK_STATE_READY))
                .isPresent()
                && slot.tasks()
                        .stream()
                        .filter(task -> !TaskStates.wanted(task))
                        .allMatch(task -> TaskFate.released(state, task));
    }
}
