package dev.mure.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mure.it.cluster.LocalCluster;
import dev.mure.v1.RolloutState;
import dev.mure.v1.Task;
import dev.mure.v1.TaskState;
import dev.mure.v1.TaskView;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * A service as a test sees it: the tasks in the state on one side, the processes of the machine on the other.
 *
 * @param name
 *            of the service
 */
public record ObservedService(LocalCluster cluster, String name) {

    private static final Duration LOOK = Duration.ofMillis(20);

    /** All its tasks, history too, ordered by slot, oldest first. */
    public List<Task> tasks() {
        return cluster.control().tasks(name).stream().map(TaskView::getTask)
                .sorted(Comparator.comparingInt(Task::getSlot)
                        .thenComparingLong(task -> task.getMeta().getCreatedVersion()))
                .toList();
    }

    List<Task> running(long revision) {
        return tasks().stream().filter(task -> task.getRevision() == revision && runs(task)).toList();
    }

    /** Waits until so many tasks of a revision run and no other is meant to. */
    public void awaitRunning(long revision, int count) {
        await(name + " runs " + count + " tasks of revision " + revision).atMost(LocalCluster.SETTLE_LIMIT)
                .pollDelay(Duration.ZERO).pollInterval(LOOK)
                .untilAsserted(() -> {
                    List<Task> live = tasks().stream().filter(ObservedService::isWanted).toList();
                    assertThat(live).hasSize(count)
                            .allMatch(task -> task.getRevision() == revision && runs(task), "runs the revision");
                });
    }

    /** Waits until some task meets a condition, and returns the first that does. */
    Task awaitTask(String what, Predicate<Task> condition) {
        return await(what).atMost(LocalCluster.SETTLE_LIMIT).pollDelay(Duration.ZERO).pollInterval(LOOK)
                .until(() -> tasks().stream().filter(condition).findFirst(), java.util.Optional::isPresent)
                .orElseThrow();
    }

    /** Waits until its rollout says so. */
    public void awaitRollout(RolloutState state) {
        await("rollout of " + name + " is " + state).atMost(LocalCluster.SETTLE_LIMIT)
                .pollDelay(Duration.ZERO).pollInterval(LOOK)
                .untilAsserted(() -> assertThat(rolloutState()).isEqualTo(state));
    }

    RolloutState rolloutState() {
        return cluster.control().service(name).getRollout().getState();
    }

    /** By task id: the leading processes of those tasks that the state says are running. Fails if one of them has none. */
    public Map<String, SortedSet<Long>> processes() {
        Map<String, SortedSet<Long>> all = cluster.taskProcesses();
        Map<String, SortedSet<Long>> own = new TreeMap<>();
        for (Task task : tasks()) {
            if (runs(task)) {
                assertThat(all).as("processes by task").containsKey(task.getId());
                own.put(task.getId(), all.get(task.getId()));
            }
        }
        return own;
    }

    /**
     * After an update: each slot has the task that it had before, stopped as told, and one new task, which runs. Nothing
     * else was ever started or stopped.
     *
     * @param before
     *            its tasks before the update, one per slot
     */
    public void assertEachSlotReplacedOnce(List<Task> before, long newRevision) {
        Map<Integer, List<Task>> slots = tasks().stream().collect(Collectors.groupingBy(Task::getSlot));
        assertThat(slots).hasSameSizeAs(before);
        for (Task old : before) {
            List<Task> slot = slots.get(old.getSlot());
            assertThat(slot).as("tasks of slot %s", old.getSlot()).hasSize(2);
            assertThat(slot.getFirst().getId()).isEqualTo(old.getId());
            assertThat(slot.getFirst().getStatus().getState()).as("state of the old task of slot %s", old.getSlot())
                    .isEqualTo(TaskState.TASK_STATE_SHUTDOWN);
            assertThat(slot.getLast().getRevision()).isEqualTo(newRevision);
            assertThat(runs(slot.getLast())).as("new task of slot %s runs: %s", old.getSlot(), slot.getLast()).isTrue();
        }
    }

    /** The machine runs what the state says, and nothing more. */
    public static void assertMachineMatchesState(LocalCluster cluster) {
        await("the machine runs what the state says").atMost(LocalCluster.SETTLE_LIMIT).pollDelay(Duration.ZERO)
                .pollInterval(LOOK).untilAsserted(() -> {
                    List<String> running = cluster.control().tasks().stream().map(TaskView::getTask)
                            .filter(ObservedService::runs).map(Task::getId).toList();
                    assertThat(cluster.taskProcesses().keySet()).containsExactlyInAnyOrderElementsOf(running);
                });
    }

    static boolean runs(Task task) {
        return isWanted(task) && task.getStatus().getState() == TaskState.TASK_STATE_RUNNING;
    }

    private static boolean isWanted(Task task) {
        return task.getDesired().getState().getNumber() <= TaskState.TASK_STATE_RUNNING_VALUE;
    }
}
