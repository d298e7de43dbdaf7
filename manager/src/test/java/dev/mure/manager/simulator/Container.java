package dev.mure.manager.simulator;

import dev.mure.manager.store.TaskStates;
import dev.mure.v1.DesiredState;
import dev.mure.v1.FailureKind;
import dev.mure.v1.Task;
import dev.mure.v1.TaskSpec;
import dev.mure.v1.TaskState;

/** A container that an agent holds, and what it was last told to do with it. */
final class Container {

    final Task task;
    final TaskSpec spec;
    final Image image;
    FailureKind failure = FailureKind.FAILURE_KIND_NONE;
    TaskState state = TaskState.TASK_STATE_ACCEPTED;
    DesiredState desired;
    /** What the managers are known to know of it. */
    TaskState acknowledged = TaskState.TASK_STATE_ASSIGNED;
    /** Something is under way (prepare, start, stop); a newer one makes the older moot. */
    long activity;
    boolean stopping;
    /** The machine went down in the middle of it. */
    boolean interrupted;

    Container(Task task, TaskSpec spec) {
        this.task = task;
        this.spec = spec;
        this.image = Image.of(reference());
        this.desired = task.getDesired();
    }

    String reference() {
        return spec.getContainer().getImage();
    }

    /** Whether a process of it exists. */
    boolean alive() {
        return state == TaskState.TASK_STATE_STARTING || state == TaskState.TASK_STATE_RUNNING;
    }

    boolean ended() {
        return TaskStates.ended(state);
    }

    boolean wantedRunning() {
        return desired.getState() == TaskState.TASK_STATE_RUNNING;
    }

    boolean toldToEnd() {
        return TaskStates.before(TaskState.TASK_STATE_RUNNING, desired.getState());
    }
}
