package dev.mure.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mure.it.cluster.CliResult;
import dev.mure.it.cluster.ClusterShape;
import dev.mure.it.cluster.LocalCluster;
import dev.mure.it.cluster.ManagerNode;
import dev.mure.it.cluster.MureCli;
import dev.mure.it.cluster.RunningCli;
import dev.mure.v1.PauseCause;
import dev.mure.v1.Rollout;
import dev.mure.v1.RolloutState;
import dev.mure.v1.Task;
import dev.mure.v1.TaskState;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * A rollout under a user's hand, and one that goes wrong, each with the leader killed in the middle. Real containers where an engine
 * can be had, else processes.
 */
class RolloutControlIT {

    private static final String OLD = "redis:3.0.6";
    private static final String NEW = "redis:3.0.7";
    private static final String BAD = "redis:bad";
    private static final Duration CLI_LIMIT = Duration.ofSeconds(60);
    private static final int REPLICAS = 3;

    @RegisterExtension
    @Order(1)
    static final OptionalEngine ENGINE = new OptionalEngine();

    @RegisterExtension
    @Order(2)
    static final SharedCluster SHARED = SharedCluster.of(ClusterShape.of(3, 3), ENGINE::runtime);

    private final LocalCluster cluster = SHARED.get();
    private final MureCli mure = cluster.cli();
    private final ObservedService web = new ObservedService(cluster, "web");

    @BeforeEach
    void createTheService() {
        mure.run("service", "create", "--name", "web", "--replicas", "" + REPLICAS, "--update-monitor", "1s",
                "--rollback-monitor", "1s", "--restart-delay", "1s", OLD).succeeded();
        await("revision 1 is stable").atMost(LocalCluster.SETTLE_LIMIT)
                .until(() -> mure.run("service", "history", "web").succeeded().contains("stable"));
    }

    @AfterEach
    void removeIt() {
        mure.run("service", "rm", "web").succeeded();
        await("its tasks are gone").atMost(LocalCluster.SETTLE_LIMIT)
                .until(() -> cluster.control().tasks().isEmpty());
    }

    @Test
    void aPauseHoldsOverALostLeaderAndAResumeGoesOnAtTheSameSlot() {
        List<Task> before = web.tasks();
        mure.run("service", "update", "--detach", "--image", NEW, "--update-delay", "1s", "web").succeeded();
        web.awaitTask("the first new task runs", task -> task.getRevision() == 2 && ObservedService.runs(task));
        mure.run("rollout", "pause", "web").succeeded();
        long begun = begun(2);
        killLeader();
        await("nothing more is begun").during(Duration.ofSeconds(3)).atMost(LocalCluster.SETTLE_LIMIT)
                .until(() -> begun(2) == begun);
        assertThat(rollout().getState()).isEqualTo(RolloutState.ROLLOUT_STATE_PAUSED);
        assertThat(rollout().getMessage()).isEqualTo("update paused by request");
        mure.run("rollout", "resume", "web").succeeded();
        web.awaitRollout(RolloutState.ROLLOUT_STATE_COMPLETED);
        web.awaitRunning(2, REPLICAS);
        assertThat(web.tasks().stream().filter(task -> task.getRevision() == 1)).as("each old task was stopped once")
                .hasSameSizeAs(before);
    }

    @Test
    void anUpdateThatFailsTurnsBackUnderAnotherLeader() {
        RunningCli update = mure.start("service", "update", "--image", BAD, "--update-failure-action", "rollback",
                "--rollback-delay", "1s", "web");
        web.awaitRollout(RolloutState.ROLLOUT_STATE_ROLLBACK_STARTED);
        killLeader();
        CliResult result = update.await(CLI_LIMIT);
        assertThat(result.exitCode()).as("exit code of %s", result).isEqualTo(11);
        assertThat(rollout().getState()).isEqualTo(RolloutState.ROLLOUT_STATE_ROLLBACK_COMPLETED);
        web.awaitRunning(1, REPLICAS);
        String status = mure.run("rollout", "status", "web").succeeded();
        assertThat(status).contains("rollback completed", "non-zero exit (1)");
    }

    @Test
    void aFinishedUpdateIsTakenBackByHand() {
        mure.run("service", "update", "--image", NEW, "web").succeeded();
        RunningCli rollback = mure.start("service", "rollback", "web");
        web.awaitTask("the first task of the old revision runs again",
                task -> task.getRevision() == 1 && ObservedService.runs(task));
        killLeader();
        rollback.await(CLI_LIMIT).succeeded();
        web.awaitRunning(1, REPLICAS);
        assertThat(rollout().getState()).isEqualTo(RolloutState.ROLLOUT_STATE_ROLLBACK_COMPLETED);
        assertThat(mure.run("service", "inspect", "--pretty", "web").succeeded()).contains(OLD)
                .contains("rollback completed");
    }

    @Test
    void aCanaryWaitsForItsPromotionWhoeverLeads() {
        CliResult update = mure.run("service", "update", "--image", NEW, "--update-canary", "1", "web");
        assertThat(update.exitCode()).as("exit code of %s", update).isEqualTo(10);
        killLeader();
        cluster.awaitLeader();
        assertThat(rollout().getPauseCause()).isEqualTo(PauseCause.PAUSE_CAUSE_CANARY);
        assertThat(web.running(2)).hasSize(1);
        assertThat(web.running(1)).hasSize(REPLICAS - 1);
        mure.run("rollout", "promote", "web").succeeded();
        web.awaitRollout(RolloutState.ROLLOUT_STATE_COMPLETED);
        web.awaitRunning(2, REPLICAS);
    }

    @Test
    void anAbortLeadsBackUnderAnotherLeader() {
        mure.run("service", "update", "--detach", "--image", NEW, "--update-delay", "1s", "web").succeeded();
        web.awaitTask("the first new task runs", task -> task.getRevision() == 2 && ObservedService.runs(task));
        mure.run("rollout", "abort", "web").succeeded();
        killLeader();
        web.awaitRollout(RolloutState.ROLLOUT_STATE_ROLLBACK_COMPLETED);
        web.awaitRunning(1, REPLICAS);
    }

    @Test
    void aPlanSaysWhatWouldHappenAndChangesNothing() {
        String plan = mure.run("service", "update", "--plan", "--image", NEW, "web").succeeded();
        assertThat(plan).contains(OLD, NEW);
        killLeader();
        cluster.awaitLeader();
        assertThat(mure.run("service", "update", "--plan", "--image", NEW, "web").succeeded()).isEqualTo(plan);
        assertThat(cluster.control().service("web").getRevision()).isEqualTo(1);
        web.awaitRunning(1, REPLICAS);
    }

    @Test
    void aSlotWithoutAPlaceEndsTheUpdateWithAReason() {
        RunningCli update = mure.start("service", "update", "--image", NEW, "--constraint-add",
                "node.labels.zone==nowhere", "--update-start-deadline", "3s", "web");
        web.awaitTask("a task waits for a node", task -> task.getStatus().getError().startsWith("no suitable node"));
        killLeader();
        CliResult result = update.await(CLI_LIMIT);
        assertThat(result.exitCode()).as("exit code of %s", result).isEqualTo(10);
        assertThat(mure.run("rollout", "status", "web").succeeded())
                .contains("no suitable node (scheduling constraints not satisfied on 3 nodes)");
        web.awaitRunning(1, REPLICAS);
    }

    @Test
    void aDrainMovesTasksOneAfterTheOther() {
        String drained = web.tasks().getFirst().getNodeId();
        mure.run("node", "update", "--availability", "drain", drained).succeeded();
        killLeader();
        await("the node is empty").atMost(LocalCluster.SETTLE_LIMIT).untilAsserted(() -> {
            List<Task> running = web.running(1);
            assertThat(running).hasSize(REPLICAS).noneMatch(task -> task.getNodeId().equals(drained));
        });
        mure.run("node", "update", "--availability", "active", drained).succeeded();
    }

    private Rollout rollout() {
        return cluster.control().service("web").getRollout();
    }

    /** Those that were told to run, whether they do yet or not. */
    private long begun(long revision) {
        return web.tasks().stream()
                .filter(task -> task.getRevision() == revision
                        && task.getDesired().getState() == TaskState.TASK_STATE_RUNNING)
                .count();
    }

    private void killLeader() {
        ManagerNode leader = cluster.awaitLeader();
        leader.process().kill();
    }
}
