package dev.mure.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mure.it.cluster.ClusterShape;
import dev.mure.it.cluster.LocalCluster;
import dev.mure.it.cluster.MureCli;
import dev.mure.it.docker.EngineContainer;
import dev.mure.it.golden.DockerTable;
import dev.mure.it.golden.GoldenText;
import dev.mure.v1.RolloutState;
import dev.mure.v1.Task;
import dev.mure.v1.TaskView;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The tutorial with real containers. After each step the engine holds what the state says. */
class DockerTutorialIT {

    @RegisterExtension
    @Order(1)
    static final SharedEngine ENGINE = new SharedEngine();

    @RegisterExtension
    @Order(2)
    static final SharedCluster SHARED = SharedCluster.ofDocker(ClusterShape.of(3, 3), () -> ENGINE.get().socket());

    @Test
    void rollsRedisToTheNextImageAndBack() {
        LocalCluster cluster = SHARED.get();
        MureCli mure = cluster.cli();
        ObservedService redis = new ObservedService(cluster, "redis");

        mure.run("service", "create", "--replicas", "3", "--name", "redis", "--update-delay", "1s",
                "--update-monitor", "2s", "redis:3.0.6")
                .succeeded();
        GoldenText.load("tutorial/ps-created.txt").assertMatchesTable(mure.run("service", "ps", "redis").succeeded());
        assertEngineMatchesState();

        List<Task> before = redis.tasks();
        mure.run("service", "update", "--image", "redis:3.0.7", "redis").succeeded();
        GoldenText.load("tutorial/ps-updated.txt").assertMatchesTable(mure.run("service", "ps", "redis").succeeded());
        redis.assertEachSlotReplacedOnce(before, 2);
        assertEngineMatchesState();
        assertThat(running()).extracting(EngineContainer::image).containsOnly("redis:3.0.7").hasSize(3);

        assertThat(mure.run("service", "update", "--image", "redis:bad", "redis").exitCode()).isEqualTo(10);
        assertThat(redis.rolloutState()).isEqualTo(RolloutState.ROLLOUT_STATE_PAUSED);
        assertThat(DockerTable.parse(mure.run("service", "ps", "redis").succeeded()).column("ERROR"))
                .contains("\"task: non-zero exit (1)\"");
        mure.run("service", "update", "--image", "redis:3.0.7", "redis").succeeded();
        assertThat(mure.run("service", "ls").succeeded()).contains("3/3");
        assertEngineMatchesState();

        mure.run("service", "rm", "redis").succeeded();
        await("no container is left").atMost(LocalCluster.SETTLE_LIMIT).pollInterval(Duration.ofMillis(100))
                .untilAsserted(() -> assertThat(containers()).isEmpty());
    }

    /** A container runs for each task that runs, and none is there of which the state knows no task. */
    private static void assertEngineMatchesState() {
        await("the engine holds what the state says").atMost(LocalCluster.SETTLE_LIMIT)
                .pollInterval(Duration.ofMillis(100)).untilAsserted(() -> {
                    List<Task> tasks = SHARED.get().control().tasks().stream().map(TaskView::getTask).toList();
                    assertThat(running()).extracting(EngineContainer::taskId).containsExactlyInAnyOrderElementsOf(
                            tasks.stream().filter(ObservedService::runs).map(Task::getId).toList());
                    assertThat(tasks).extracting(Task::getId)
                            .containsAll(containers().stream().map(EngineContainer::taskId).toList());
                });
    }

    private static List<EngineContainer> running() {
        return containers().stream().filter(EngineContainer::isRunning).toList();
    }

    private static List<EngineContainer> containers() {
        return ENGINE.get().api().containers(EngineContainer.TASK_LABEL);
    }
}
