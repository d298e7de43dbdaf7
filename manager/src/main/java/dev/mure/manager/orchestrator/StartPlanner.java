package dev.mure.manager.orchestrator;

import dev.mure.manager.planning.Changes;
import dev.mure.manager.planning.Plan;
import dev.mure.manager.planning.Planner;
import dev.mure.manager.planning.Slot;
import dev.mure.manager.planning.Subject;
import dev.mure.manager.planning.TaskFate;
import dev.mure.manager.store.ClusterState;
import dev.mure.v1.Task;
import dev.mure.v1.TaskState;
import java.util.List;

/**
 * The one gate through which a task that is held back (desired READY) may start: its restart delay is over, no other task holds the
 * slot, and everything else in the slot has ended or is on a node that is down. There is no time after which the gate opens anyway
 * (unlike update-semantics §16.6), so a slot never runs twice because of us.
 *
 * <p>Where all that is left is one task that is stopping on the same node, the agent is told to start the new one after its end:
 * that saves a round trip.
 */
final class StartPlanner implements Planner {

    @Override
    public Plan plan(ClusterState state, Changes changed, long nowMillis) {
        Plan.Draft plan = new Plan.Draft();
        for (Slot slot : changed.slotsIn(state)) {
            slot.tasks()
                    .stream()
                    .filter(task -> heldBack(state, task))
                    .reduce((older, newer) -> newer)
                    .ifPresent(task -> letStart(state, slot, task, nowMillis, plan));
        }
        return plan.build();
    }

    private static void letStart(ClusterState state, Slot slot, Task task, long nowMillis, Plan.Draft plan) {
        List<Task> others = slot.others(task);
        if (others.stream().anyMatch(other -> TaskFate.holds(state, other) && !heldBack(state, other))) {
            return;
        }
        if (task.getRestart().getNotBeforeClockMillis() > nowMillis) {
            plan.wake(Subject.task(task.getId()), task.getRestart().getNotBeforeClockMillis());
            return;
        }
        List<Task> stopping = others.stream().filter(other -> !TaskFate.released(state, other)).toList();
        if (stopping.isEmpty()) {
            plan.desire(task, TaskState.TASK_STATE_RUNNING);
        } else if (stopping.size() == 1 && stopping.getFirst().getNodeId().equals(task.getNodeId())) {
            plan.startAfterStopOf(task, stopping.getFirst());
        }
    }

    private static boolean heldBack(ClusterState state, Task task) {
        return TaskFate.holds(state, task) && task.getDesired().getState() == TaskState.TASK_STATE_READY;
    }
}
