package dev.mure.manager.orchestrator;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.util.Durations;
import dev.mure.manager.planning.Scenario;
import dev.mure.v1.RestartPolicy;
import dev.mure.v1.RestartPolicy.Condition;
import dev.mure.v1.TaskState;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What happens when a task ends or its node is lost: update-semantics §6 and §11. */
class RestartPlannerTest {

    private static final TaskState RUNNING = TaskState.TASK_STATE_RUNNING;
    private static final TaskState COMPLETE = TaskState.TASK_STATE_COMPLETE;
    private static final TaskState FAILED = TaskState.TASK_STATE_FAILED;

    private static Scenario one(UnaryOperator<RestartPolicy.Builder> policy) {
        return Scenario.nodes(2).create("v1", 1, policy).settle();
    }

    /** Runs, fails, waits out the delay; so many times. */
    private static Scenario failing(Scenario web, int times) {
        for (int i = 0; i < times; i++) {
            web.observe(1, FAILED).pass(5_000).settle();
        }
        return web;
    }

    @ParameterizedTest
    @CsvSource({"ANY, COMPLETE, true", "ANY, FAILED, true", "ANY, REJECTED, true", "ON_FAILURE, COMPLETE, false",
        "ON_FAILURE, FAILED, true", "ON_FAILURE, REJECTED, true", "NONE, COMPLETE, false", "NONE, FAILED, false"})
    void theConditionSaysWhatIsRestarted(Condition condition, String end, boolean restarted) {
        Scenario web = Scenario.nodes(1).create("v1", 1, policy -> policy.setCondition(condition));
        web.observe(1, TaskState.valueOf("TASK_STATE_" + end));
        assertThat(web.tasks(1)).hasSize(restarted ? 2 : 1);
        assertThat(web.oldest(1).getDesired().getState()).isEqualTo(TaskState.TASK_STATE_SHUTDOWN);
    }

    @Test
    void theReplacementIsPreparedWhileTheDelayRuns() {
        Scenario web = one(policy -> policy).observe(1, FAILED).settle();
        assertThat(web.slot(1)).isEqualTo("v1 shutdown/failed, v1 ready/ready");
        web.pass(4_999);
        assertThat(web.slot(1)).isEqualTo("v1 shutdown/failed, v1 ready/ready");
        web.pass(1);
        assertThat(web.slot(1)).isEqualTo("v1 shutdown/failed, v1 running/ready");
    }

    @Test
    void theDelayCountsFromTheEndOfTheOldTaskAlsoUnderANewLeader() {
        Scenario web = one(policy -> policy).observe(1, FAILED).settle().pass(3_000).leaderChange().pass(1_999);
        assertThat(web.slot(1)).isEqualTo("v1 shutdown/failed, v1 ready/ready");
        web.pass(1);
        assertThat(web.slot(1)).isEqualTo("v1 shutdown/failed, v1 running/ready");
    }

    @Test
    void attemptsAreCountedPerSlotAndRevision() {
        Scenario web = failing(one(policy -> policy), 3);
        assertThat(web.newest(1).getRestart().getAttempts()).isEqualTo(3);
        web.update("v2").settle().observe(1, FAILED);
        assertThat(web.newest(1).getRestart().getAttempts()).isEqualTo(1);
    }

    @Test
    void whenTheAttemptsAreUsedUpTheSlotStaysDead() {
        Scenario web = failing(one(policy -> policy.setMaxAttempts(2)), 2).observe(1, FAILED).settleFor(20_000);
        assertThat(web.slot(1)).isEqualTo("v1 shutdown/failed, v1 shutdown/failed, v1 shutdown/failed");
        web.update("v2").settle();
        assertThat(web.wanted()).as("until an update touches it").isEqualTo("1 v2 running/running");
    }

    @Test
    void withAWindowOnlyItsRestartsCount() {
        Scenario web = failing(one(policy -> policy.setMaxAttempts(2).setWindow(Durations.fromSeconds(60))), 2);
        assertThat(web.newest(1).getRestart().getRecentClockMillisList()).hasSize(2);
        web.pass(60_000).observe(1, FAILED);
        assertThat(web.newest(1).getRestart().getRecentClockMillisList()).as("the old ones are out of the window")
                .hasSize(1);
        assertThat(web.newest(1).getRestart().getAttempts()).isEqualTo(3);
    }

    @Test
    void tooManyRestartsInTheWindowEndTheSlot() {
        Scenario web = failing(one(policy -> policy.setMaxAttempts(2).setWindow(Durations.fromSeconds(60))), 2);
        web.observe(1, FAILED);
        assertThat(web.wanted()).isEqualTo("1 ");
    }

    @Test
    void aLostNodesTasksStartElsewhereWithoutDelayAndWithoutCounting() {
        Scenario web = failing(one(policy -> policy.setMaxAttempts(1)), 1);
        String node = web.newest(1).getNodeId();
        web.nodeDown(node);
        assertThat(web.newest(1).getNodeId()).isNotEqualTo(node);
        assertThat(web.newest(1).getDesired().getState()).isEqualTo(RUNNING);
        assertThat(web.newest(1).getRestart().getAttempts()).isEqualTo(1);
        web.settle().observe(1, FAILED);
        assertThat(web.wanted()).as("the count went on").isEqualTo("1 ");
    }

    @Test
    void theConditionNoneIsKeptWhenANodeIsLost() {
        Scenario web = one(policy -> policy.setCondition(Condition.NONE));
        web.nodeDown(web.newest(1).getNodeId());
        assertThat(web.slot(1)).isEqualTo("v1 shutdown/running");
    }

    @Test
    void theTasksOfANodeThatComesBackAreStopped() {
        Scenario web = one(policy -> policy);
        String node = web.newest(1).getNodeId();
        web.nodeDown(node).settle();
        assertThat(web.slot(1)).isEqualTo("v1 shutdown/running, v1 running/running");
        web.nodeBack(node).settle();
        assertThat(web.slot(1)).isEqualTo("v1 shutdown/shutdown, v1 running/running");
    }

    @Test
    void aTaskWithoutANodeWaitsForOneWhateverHappensToNodes() {
        Scenario web = Scenario.nodes(1).create("v1", 1).settle().nodeDown("n1");
        assertThat(web.slot(1)).isEqualTo("v1 shutdown/running, v1 running/pending");
        web.nodeBack("n1").settle();
        assertThat(web.slot(1)).isEqualTo("v1 shutdown/shutdown, v1 running/running");
    }

    @Test
    void aNodeThatComesBackBeforeTheSuccessorStartedIsWaitedFor() {
        Scenario web = Scenario.nodes(1).create("v1", 1).settle().nodeDown("n1").nodeBack("n1");
        web.settle();
        assertThat(web.running("v1")).isEqualTo(1);
    }

    @Test
    void aCompletedTaskIsNotRestartedByAnything() {
        Scenario web = one(policy -> policy.setCondition(Condition.ON_FAILURE)).observe(1, COMPLETE);
        web.nodeDown(web.oldest(1).getNodeId()).leaderChange().settleFor(10_000);
        assertThat(web.slot(1)).isEqualTo("v1 shutdown/complete");
    }

    // ---- §16.12 back-off

    private static long delayOfNextRestart(Scenario web) {
        return web.newest(1).getRestart().getNotBeforeClockMillis() - web.now();
    }

    @Test
    void theDelayDoublesWithEachRestartInARowUpToTheCap() {
        Scenario web = Scenario.nodes(1)
                .create("v1", 1, restart -> restart.setMaxDelay(Durations.fromSeconds(30)))
                .settle();
        for (long seconds : new long[]{5, 10, 20, 30, 30}) {
            web.observe(1, FAILED);
            assertThat(delayOfNextRestart(web)).isEqualTo(seconds * 1_000);
            web.pass(seconds * 1_000).settle();
        }
        assertThat(web.newest(1).getRestart().getInARow()).isEqualTo(5);
    }

    @Test
    void aTaskThatRanWellBeginsANewRow() {
        Scenario web = Scenario.nodes(1)
                .create("v1", 1, restart -> restart.setMaxDelay(Durations.fromSeconds(30)))
                .settle();
        web.observe(1, FAILED).pass(5_000).settle().observe(1, FAILED).pass(10_000).settle();
        web.pass(29_999).observe(1, FAILED);
        assertThat(delayOfNextRestart(web)).isEqualTo(20_000);
        web.pass(20_000).settle().pass(30_000).observe(1, FAILED);
        assertThat(delayOfNextRestart(web)).isEqualTo(5_000);
        assertThat(web.newest(1).getRestart().getInARow()).isEqualTo(1);
    }

    @Test
    void aCapBelowTheDelayMeansNoBackOff() {
        Scenario web = Scenario.nodes(1)
                .create("v1", 1, restart -> restart.setMaxDelay(Durations.fromSeconds(1)))
                .settle();
        for (int i = 0; i < 5; i++) {
            web.observe(1, FAILED);
            assertThat(delayOfNextRestart(web)).isEqualTo(5_000);
            web.pass(5_000).settle();
        }
    }
}
