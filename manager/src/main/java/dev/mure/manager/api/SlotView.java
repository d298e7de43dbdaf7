package dev.mure.manager.api;

import dev.mure.manager.planning.CurrentSpec;
import dev.mure.manager.planning.Slot;
import dev.mure.manager.planning.StateTime;
import dev.mure.manager.planning.TaskFate;
import dev.mure.manager.store.ClusterState;
import dev.mure.manager.store.TaskStates;
import dev.mure.v1.Node;
import dev.mure.v1.Revision;
import dev.mure.v1.Service;
import dev.mure.v1.SlotProgress;
import dev.mure.v1.Task;
import dev.mure.v1.TaskState;
import dev.mure.v1.UpdateConfig;
import java.util.List;
import java.util.Optional;

/**
 * How far one slot is in a rollout, and what it waits for.
 *
 * @param fresh the newest wanted task that runs what it should, ended ones left out
 */
record SlotView(ClusterState state, Service service, Slot slot, Optional<Task> fresh, boolean dirty,
        Optional<SlotProgress> progress, UpdateConfig policy, long nowMillis) {

    private static final long DEADLINE_NEAR_MILLIS = 60_000;
    /** Fewer restarts in a row are an accident. */
    private static final int CRASH_LOOP = 2;

    static SlotView of(ClusterState state, Service service, CurrentSpec target, Slot slot,
            Optional<SlotProgress> progress, UpdateConfig policy, long nowMillis) {
        List<Task> wanted = slot.wanted();
        Optional<Task> fresh = wanted.stream()
                .filter(task -> target.clean(task) && TaskFate.holds(state, task))
                .reduce((older, newer) -> newer);
        boolean dirty = wanted.isEmpty()
                ? slot.last().filter(last -> !target.clean(last)).isPresent()
                : wanted.stream().anyMatch(task -> !target.clean(task));
        return new SlotView(state, service, slot, fresh, dirty, progress, policy, nowMillis);
    }

    /** It runs what it should and is good, at once or after a failure; or it has done what it should and ended. */
    boolean done() {
        return !toMove() && (slot.wanted().isEmpty() || fresh.filter(this::good).isPresent());
    }

    private boolean good(Task task) {
        boolean seen = progress.filter(SlotView::begun).map(SlotProgress::getGood).orElse(true);
        return TaskStates.running(task) && (seen || goodAt(task) <= nowMillis);
    }

    private long goodAt(Task task) {
        long started = progress.map(SlotProgress::getStartedClockMillis).orElse(0L);
        return Math.max(started, task.getStatus().getRunningClockMillis()) + StateTime.millis(policy.getMinHealthy());
    }

    /** The rollout has not finished with it. */
    boolean toMove() {
        return dirty || inWork();
    }

    boolean inWork() {
        return progress.filter(known -> begun(known) && known.getSettledClockMillis() == 0).isPresent();
    }

    /** It is to be replaced and has not been begun. */
    boolean toBegin() {
        return dirty && progress.filter(SlotView::begun).isEmpty();
    }

    /** State time at which the lane that it is done with is free. */
    Optional<Long> laneFreeAt() {
        return progress.filter(known -> begun(known) && known.getSettledClockMillis() > 0)
                .map(known -> known.getSettledClockMillis() + StateTime.millis(policy.getDelay()));
    }

    private static boolean begun(SlotProgress known) {
        return known.getStartedClockMillis() > 0;
    }

    /** Its new task finds no place, and nobody can say when it will. */
    boolean stuck() {
        return inWork() && fresh.filter(TaskFate::unassigned).isPresent();
    }

    /** One line if it waits for something. */
    Optional<String> waitsFor() {
        if (inWork()) {
            return Optional.of(name() + " " + workLine() + deadline());
        }
        Optional<String> retry = retry();
        return retry.or(this::crashLoop).map(line -> name() + " " + line);
    }

    private String name() {
        String place = service.hasGlobal()
                ? slot.wanted().stream().findFirst().or(slot::last).map(this::globalPlace).orElse("?")
                : Integer.toString(slot.number());
        return service.getName() + "." + place;
    }

    private String globalPlace(Task task) {
        return nodeName(task.getOnlyNodeId().isEmpty() ? task.getNodeId() : task.getOnlyNodeId());
    }

    private String workLine() {
        return fresh.map(this::line).or(this::retry).or(this::crashLoop).orElse("waits for its new task");
    }

    private String line(Task task) {
        String on = " on " + nodeName(task.getNodeId());
        TaskState seen = task.getStatus().getState();
        if (TaskFate.unassigned(task)) {
            String why = task.getStatus().getError();
            return "waits for a node" + (why.isEmpty() ? "" : ": " + why);
        }
        if (TaskStates.before(seen, TaskState.TASK_STATE_READY)) {
            String trouble = task.getStatus().getError();
            return "is being prepared" + on + (trouble.isEmpty() ? "" : ": " + trouble);
        }
        if (seen == TaskState.TASK_STATE_READY) {
            return crashLoop().orElseGet(() -> "is prepared" + on + waitsForOther(task));
        }
        if (!TaskStates.running(task)) {
            return (checked(task) ? "waits for its health check" : "is starting") + on;
        }
        long left = goodAt(task) - nowMillis;
        return left > 0
                ? "runs" + on + ", min-healthy: " + TimeText.left(left) + " left"
                : "runs" + on;
    }

    private String waitsForOther(Task task) {
        boolean told = task.getDesired().getState() == TaskState.TASK_STATE_RUNNING;
        Optional<Task> other = slot.others(task)
                .stream()
                .filter(found -> !TaskFate.released(state, found))
                .findFirst();
        boolean startsBeside = told && task.getDesired().getStartAfterStopOf().isEmpty();
        if (other.isEmpty() || startsBeside) {
            return ", about to start";
        }
        String on = nodeName(other.get().getNodeId());
        return TaskStates.wanted(other.get())
                ? ", waits until the old task on " + on + " may be stopped"
                : ", waits for the end of the old task on " + on;
    }

    private boolean checked(Task task) {
        return state.revision(task.getServiceId(), task.getRevision())
                .map(Revision::getTask)
                .map(spec -> spec.getContainer().getHealth())
                .filter(health -> health.getTestCount() > 1)
                .isPresent();
    }

    private Optional<String> retry() {
        return progress.filter(known -> known.getRetryClockMillis() > nowMillis)
                .map(known -> "failed" + failure(known) + "; tried again in "
                        + TimeText.left(known.getRetryClockMillis() - nowMillis));
    }

    private String failure(SlotProgress known) {
        return state.task(known.getFailedTaskId())
                .map(task -> task.getStatus().getError())
                .filter(error -> !error.isEmpty())
                .map(error -> " (" + error + ")")
                .orElse("");
    }

    private Optional<String> crashLoop() {
        return fresh.filter(task -> task.getRestart().getInARow() >= CRASH_LOOP && !TaskStates.running(task))
                .map(task -> "crash loop: " + task.getRestart().getInARow() + " restarts in a row" + nextTry(task));
    }

    private String nextTry(Task task) {
        long left = task.getRestart().getNotBeforeClockMillis() - nowMillis;
        return left > 0 ? ", next in " + TimeText.left(left) : "";
    }

    private String deadline() {
        return progress.map(SlotProgress::getDeadlineClockMillis)
                .filter(at -> at > 0 && at - nowMillis <= DEADLINE_NEAR_MILLIS)
                .map(at -> " (start-deadline: " + TimeText.left(at - nowMillis) + " left)")
                .orElse("");
    }

    private String nodeName(String nodeId) {
        return state.node(nodeId).map(Node::getName).orElse(nodeId);
    }
}
