package dev.mure.agent.task;

import dev.mure.agent.runtime.ContainerState;
import dev.mure.agent.runtime.Health;
import dev.mure.agent.task.Step.Action;
import dev.mure.agent.task.Step.Report;
import dev.mure.v1.FailureKind;
import dev.mure.v1.TaskState;

/**
 * Decides what comes next for a task. Pure and level-triggered: the same facts always give the same step, however they came
 * about, so that a restarted agent goes on where the last one was killed.
 *
 * <p>Rules that hold everywhere: without an order nothing is done; a task that has ended is never started; a container is
 * stopped only on SHUTDOWN or REMOVE or because it is unhealthy, and removed only on REMOVE. As in Swarm, a task with a
 * health check is RUNNING only when it is healthy, and one that is unhealthy fails once it has been stopped: as long as its
 * container runs, nobody may take its place.
 */
final class TaskStep {

    private TaskStep() {}

    static Step next(TaskFacts facts) {
        if (facts.desired() == TaskState.TASK_STATE_NEW || facts.desired() == TaskState.UNRECOGNIZED) {
            return Step.of(Action.WAIT);
        }
        return TaskStates.stops(facts.desired()) ? towardsEnd(facts) : towardsRunning(facts);
    }

    /** Whether an order makes an action pointless that is under way, so that it should be broken off. */
    static boolean abandons(TaskState desired, Action underWay) {
        return underWay == Action.PREPARE && TaskStates.stops(desired);
    }

    private static Step towardsEnd(TaskFacts facts) {
        return switch (facts.container()) {
            case ContainerState.Unknown _ -> Step.of(Action.LOOK);
            case ContainerState.Running _ -> Step.of(Action.STOP);
            case ContainerState.Absent _ -> shutDown(facts, Action.WAIT);
            case ContainerState.Created _,ContainerState.Exited _,ContainerState.Lost _ -> shutDown(facts,
                    facts.desired() == TaskState.TASK_STATE_SHUTDOWN ? Action.WAIT : Action.REMOVE);
        };
    }

    private static Step shutDown(TaskFacts facts, Action action) {
        return facts.ended()
                ? Step.of(action)
                : Step.of(Report.progress(TaskState.TASK_STATE_SHUTDOWN, "shutdown"), action);
    }

    private static Step towardsRunning(TaskFacts facts) {
        if (facts.ended()) {
            return Step.of(Action.WAIT);
        }
        if (facts.fault().isPresent()) {
            return refused(facts.observed(), facts.fault().get());
        }
        return switch (facts.container()) {
            case ContainerState.Unknown _ -> Step.of(Action.LOOK);
            case ContainerState.Absent _ -> absent(facts.observed());
            case ContainerState.Created _ -> created(facts);
            case ContainerState.Running _ -> running(facts.observed(), facts.health());
            case ContainerState.Exited(int code, String cause) ->
                    facts.health() instanceof Health.Unhealthy(String output)
                            ? failed("task: unhealthy container" + detail(output), FailureKind.FAILURE_KIND_APPLICATION)
                            : exited(code, cause);
            case ContainerState.Lost(String reason) ->
                    failed("task: " + reason, FailureKind.FAILURE_KIND_INFRASTRUCTURE);
        };
    }

    private static Step absent(TaskState observed) {
        return TaskStates.atLeast(observed, TaskState.TASK_STATE_STARTING)
                ? removed()
                : advance(observed, TaskState.TASK_STATE_PREPARING, "preparing", Action.PREPARE);
    }

    private static Step created(TaskFacts facts) {
        if (facts.observed() == TaskState.TASK_STATE_RUNNING) {
            return removed(); // What ran is not this container, which never did.
        }
        return TaskStates.atLeast(facts.desired(), TaskState.TASK_STATE_RUNNING) && facts.mayStart()
                ? advance(facts.observed(), TaskState.TASK_STATE_STARTING, "starting", Action.START)
                : advance(facts.observed(), TaskState.TASK_STATE_READY, "prepared", Action.WAIT);
    }

    private static Step running(TaskState observed, Health health) {
        return switch (health) {
            case Health.None _,Health.Healthy _ ->
                    advance(observed, TaskState.TASK_STATE_RUNNING, "started", Action.WAIT);
            case Health.Starting _ -> advance(observed, TaskState.TASK_STATE_STARTING, "starting", Action.WAIT);
            case Health.Unhealthy _ -> Step.of(Action.STOP);
        };
    }

    private static Step removed() {
        return failed("task: container was removed", FailureKind.FAILURE_KIND_INFRASTRUCTURE);
    }

    private static Step exited(int code, String cause) {
        if (code == 0) {
            return Step.of(Report.progress(TaskState.TASK_STATE_COMPLETE, "finished"), Action.WAIT);
        }
        return failed("task: non-zero exit (" + code + ")" + detail(cause), FailureKind.FAILURE_KIND_APPLICATION);
    }

    private static String detail(String text) {
        return text.isEmpty() ? "" : ": " + text;
    }

    private static Step failed(String error, FailureKind kind) {
        return Step.of(new Report(TaskState.TASK_STATE_FAILED, "started", error, kind), Action.WAIT);
    }

    private static Step refused(TaskState observed, TaskFault fault) {
        boolean starting = TaskStates.atLeast(observed, TaskState.TASK_STATE_STARTING);
        return Step.of(new Report(starting ? TaskState.TASK_STATE_FAILED : TaskState.TASK_STATE_REJECTED,
                starting ? "starting" : "preparing", fault.error(), fault.kind()), Action.WAIT);
    }

    private static Step advance(TaskState observed, TaskState state, String message, Action action) {
        return TaskStates.before(observed, state)
                ? Step.of(Report.progress(state, message), action)
                : Step.of(action);
    }
}
