package dev.mure.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mure.it.cluster.ClusterShape;
import dev.mure.it.cluster.LocalCluster;
import dev.mure.it.cluster.ManagerNode;
import dev.mure.it.cluster.MureProcess;
import dev.mure.v1.RolloutState;
import dev.mure.v1.ServiceSpec;
import dev.mure.v1.Task;
import dev.mure.v1.TaskState;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * The leader is killed at five points of an update. Each time the update ends, every slot was replaced once, nothing beyond
 * the plan was stopped, and no acknowledged write is lost. The killed manager comes back each time.
 */
class LeaderKilledDuringUpdateIT {

    private static final int REPLICAS = 3;
    private static final String OLD = "steered:1";
    private static final String NEW = "steered:2";

    @RegisterExtension
    static final SharedCluster SHARED = SharedCluster.ofProcesses(ClusterShape.of(3, 3));

    /** What happens between the update's answer and the moment of the kill, and what after it. */
    private interface Point {

        void reach(ObservedService service);

        default void afterKill() {}
    }

    @BeforeAll
    static void runABystander() {
        SHARED.get().control().create(Specs.service("bystander", OLD, REPLICAS));
        bystander().awaitRunning(1, REPLICAS);
    }

    @Test
    void beforeTheFirstSlot() {
        killLeaderAt(Specs.service("before", OLD, REPLICAS), _ -> {});
    }

    @Test
    void whileTheOldTaskStops() {
        LocalCluster cluster = SHARED.get();
        cluster.steering().holdStopping();
        killLeaderAt(Specs.service("stopping", OLD, REPLICAS), new Point() {
            @Override
            public void reach(ObservedService service) {
                List<String> ids = service.tasks().stream().map(Task::getId).toList();
                await("a task was told to stop").atMost(LocalCluster.SETTLE_LIMIT).pollInterval(Duration.ofMillis(10))
                        .until(() -> cluster.steering().toldToStop().stream().anyMatch(ids::contains));
            }

            @Override
            public void afterKill() {
                cluster.awaitLeader();
                cluster.steering().release();
            }
        });
    }

    @Test
    void whileTheNewTaskIsOnItsWay() {
        // Agents that stand still keep the new task between assigned and running.
        List<MureProcess> agents = SHARED.get().agents();
        ServiceSpec spec = Specs.service("starting", OLD, REPLICAS);
        killLeaderAt(spec, new Point() {
            @Override
            public void reach(ObservedService service) {
                service.awaitTask("a new task that does not run yet", task -> task.getRevision() == 2
                        && task.getStatus().getState().getNumber() >= TaskState.TASK_STATE_ASSIGNED_VALUE
                        && task.getStatus().getState().getNumber() < TaskState.TASK_STATE_RUNNING_VALUE);
            }

            @Override
            public void afterKill() {
                agents.forEach(MureProcess::resume);
            }
        }, () -> agents.forEach(MureProcess::pause));
    }

    @Test
    void inTheDelay() {
        ServiceSpec spec = Specs.withDelay(Specs.service("delay", OLD, REPLICAS), 2000);
        killLeaderAt(spec, service -> {
            service.awaitTask("the first new task runs",
                    task -> task.getRevision() == 2 && ObservedService.runs(task));
            assertThat(service.running(1)).as("old tasks in the delay").hasSize(REPLICAS - 1);
        });
    }

    @Test
    void inTheMonitorTime() {
        ServiceSpec spec = Specs.withMonitor(Specs.service("monitor", OLD, REPLICAS), 3000);
        killLeaderAt(spec, service -> {
            service.awaitRunning(2, REPLICAS);
            assertThat(service.rolloutState()).isEqualTo(RolloutState.ROLLOUT_STATE_UPDATING);
        });
    }

    private static void killLeaderAt(ServiceSpec spec, Point point) {
        killLeaderAt(spec, point, () -> {});
    }

    private static void killLeaderAt(ServiceSpec spec, Point point, Runnable beforeUpdate) {
        LocalCluster cluster = SHARED.get();
        String name = spec.getName();
        ObservedService service = new ObservedService(cluster, name);
        cluster.control().create(spec);
        service.awaitRunning(1, REPLICAS);
        List<Task> before = service.tasks();
        Map<String, SortedSet<Long>> untouched = bystander().processes();
        ManagerNode leader = cluster.awaitLeader();

        try (AcknowledgedWrites writes = AcknowledgedWrites.start(cluster, "written-" + name)) {
            beforeUpdate.run();
            leader.control().update(name, current -> Specs.withImage(current, NEW));
            point.reach(service);
            leader.process().kill();
            point.afterKill();
            service.awaitRollout(RolloutState.ROLLOUT_STATE_COMPLETED);
            writes.assertAllThere();
        }

        service.assertEachSlotReplacedOnce(before, 2);
        assertThat(bystander().processes()).as("processes of a service that nobody touched").isEqualTo(untouched);
        ObservedService.assertMachineMatchesState(cluster);
        leader.process().start();
        cluster.awaitComplete();
        cluster.control().remove(name);
    }

    private static ObservedService bystander() {
        return new ObservedService(SHARED.get(), "bystander");
    }
}
