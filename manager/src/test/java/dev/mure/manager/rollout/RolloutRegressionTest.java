package dev.mure.manager.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.util.Durations;
import dev.mure.manager.planning.Scenario;
import dev.mure.v1.Node;
import dev.mure.v1.Share;
import dev.mure.v1.SlotProgress;
import dev.mure.v1.TaskState;
import dev.mure.v1.UpdateConfig.FailureAction;
import dev.mure.v1.UpdateConfig.Order;
import org.junit.jupiter.api.Test;

/** Orders of events in which rollouts and evictions once went wrong; the simulator found them. */
class RolloutRegressionTest {

    private static final TaskState READY = TaskState.TASK_STATE_READY;
    private static final TaskState STARTING = TaskState.TASK_STATE_STARTING;
    private static final TaskState RUNNING = TaskState.TASK_STATE_RUNNING;
    private static final TaskState SHUTDOWN = TaskState.TASK_STATE_SHUTDOWN;
    private static final TaskState FAILED = TaskState.TASK_STATE_FAILED;

    private static Scenario running(int replicas) {
        return Scenario.nodes(3).create("v1", replicas).settleFor(5_000);
    }

    // ---- lanes and stages

    @Test
    void whatIsPreparedAheadDoesNotStartWhenItsPredecessorFailsBeforeTheSlotsTurn() {
        Scenario web = running(3).update("v2").observe(2, READY);
        web.observe(web.oldest(2), FAILED);
        assertThat(web.slot(2)).isEqualTo("v1 shutdown/failed, v2 remove/ready, v1 ready/assigned");
        assertThat(web.rollout().getSlotsList()).extracting(SlotProgress::getSlot).containsExactly(1);
        web.settleFor(20_000);
        assertThat(web.update()).isEqualTo("completed: update completed");
    }

    @Test
    void aPausedRolloutStartsNothingThatWasPreparedWhenItsPredecessorFails() {
        Scenario web = running(3).update("v2");
        web.steer(RolloutControl.pause(web.state(), web.service()));
        web.observe(web.oldest(2), FAILED).settleFor(10_000);
        assertThat(web.wanted()).isEqualTo("1 v1 running/running, 2 v1 running/running, 3 v1 running/running");
    }

    @Test
    void aPauseStopsNoOldTaskThatIsJustStarting() {
        Scenario web = Scenario.nodes(3)
                .create("v1", 2)
                .policy(update -> update.setOrder(Order.START_FIRST).setParallelism(Share.newBuilder().setCount(2)));
        web.update("v2").steer(RolloutControl.pause(web.state(), web.service())).settle();
        assertThat(web.wanted()).isEqualTo("1 v1 running/running, 2 v1 running/running");
    }

    @Test
    void aCanaryThatGrowsWithTheServiceDoesNotHoldUpTheDeadline() {
        Scenario web = running(1).policy(update -> update.setCanary(Share.newBuilder().setPercent(49))
                .setCanaryWait(Durations.fromSeconds(5))
                .setFailureAction(FailureAction.CONTINUE)
                .setStartDeadline(Durations.fromSeconds(1))
                .setProgressDeadline(Durations.fromSeconds(20)));
        web.update("bad").settle().scale(3).settleFor(20_000);
        assertThat(web.update()).startsWith("paused: update paused without progress for 20s");
    }

    // ---- start-first

    @Test
    void anOldTaskThatDoesNotRunGetsNoOtherBesideIt() {
        Scenario web = Scenario.nodes(1).create("v1", 1).policy(update -> update.setOrder(Order.START_FIRST));
        web.observe(1, READY).observe(1, STARTING).update("v2");
        assertThat(web.slot(1)).isEqualTo("v1 running/starting, v2 ready/assigned");
        web.observe(1, READY);
        assertThat(web.slot(1)).isEqualTo("v1 shutdown/starting, v2 running/ready");
    }

    @Test
    void anOldTaskThatComesToRunMeanwhileKeepsServing() {
        Scenario web = Scenario.nodes(1).create("v1", 1).policy(update -> update.setOrder(Order.START_FIRST));
        web.observe(1, READY).observe(1, STARTING).update("v2");
        web.observe(web.oldest(1), RUNNING);
        assertThat(web.slot(1)).isEqualTo("v1 running/running, v2 running/assigned");
    }

    @Test
    void ofTwoOldTasksTheOneThatRunsIsKeptUntilTheNewOneIsGood() {
        Scenario web = running(1).policy(update -> update.setOrder(Order.START_FIRST)).update("v2");
        web.observe(1, READY).update("v3");
        assertThat(web.slot(1)).isEqualTo("v1 running/running, v2 shutdown/ready, v3 ready/assigned");
        web.observe(web.tasks(1).get(1), SHUTDOWN).observe(1, READY).observe(1, RUNNING);
        assertThat(web.slot(1)).isEqualTo("v1 shutdown/running, v2 shutdown/shutdown, v3 running/running");
    }

    @Test
    void anEvictionBeginsNothingInASlotThatHoldsTwoTasksAlready() {
        Scenario web = running(3).policy(update -> update.setOrder(Order.START_FIRST)
                .setMinHealthy(Durations.fromSeconds(60))).update("v2");
        web.observe(1, READY).observe(1, RUNNING);
        web.steer(RolloutControl.pause(web.state(), web.service()));
        web.availability(web.oldest(1).getNodeId(), Node.Availability.DRAIN);
        assertThat(web.slot(1)).isEqualTo("v1 running/running, v2 running/running");
    }

    @Test
    void anUpdateFinishesFirstWhatRunsBesideItsPredecessorAlready() {
        Scenario web = running(3).policy(update -> update.setOrder(Order.START_FIRST)
                .setParallelism(Share.newBuilder().setCount(0))
                .setMinHealthy(Durations.fromSeconds(10)));
        web.update("v2").settle();
        assertThat(web.wanted()).contains("3 v1 running/running+v2 running/running");
        web.policy(update -> update.setParallelism(Share.newBuilder().setCount(1))).update("v2");
        web.steer(RolloutControl.pause(web.state(), web.service()));
        web.settleFor(11_000);
        assertThat(web.wanted()).isEqualTo("1 v2 running/running, 2 v2 running/running, 3 v2 running/running");
    }

    // ---- pause and resume

    @Test
    void aResumeLeavesRestartsAloneInSlotsThatItNeverBegan() {
        Scenario web = running(2).update("crash").settle().scale(3).settle();
        assertThat(web.update()).startsWith("paused: ");
        assertThat(web.slot(3)).isEqualTo("crash shutdown/failed, crash ready/ready");
        web.resume();
        assertThat(web.slot(3)).isEqualTo("crash shutdown/failed, crash ready/ready");
    }

    @Test
    void noDeadlineRunsWhileItIsPaused() {
        Scenario web = running(3).update("v2").observe(1, READY);
        web.steer(RolloutControl.pause(web.state(), web.service()));
        web.settle();
        assertThat(web.rollout().getSlots(0).getGood()).isTrue();
        assertThat(web.rollout().getProgressDeadlineClockMillis()).isZero();
    }

    // ---- nodes

    @Test
    void aGlobalSlotWhoseNodeIsAwayKeepsItsPlaceAndIsNotLateWhenItIsBack() {
        Scenario web = Scenario.nodes(3).createGlobal("v1").settleFor(6_000);
        web.policy(update -> update.setStartDeadline(Durations.fromSeconds(20))).update("v2");
        assertThat(web.rollout().getSlotsList()).extracting(SlotProgress::getSlot).containsExactly(1);
        web.nodeDown(web.oldest(1).getNodeId());
        assertThat(web.rollout().getSlotsList()).extracting(SlotProgress::getSlot).contains(1);
        web.settleFor(1_000).pass(60_000).nodeBack(web.oldest(1).getNodeId());
        assertThat(web.update()).doesNotStartWith("paused");
        web.settleFor(10_000);
        assertThat(web.running("v2")).isEqualTo(3);
    }

    @Test
    void aGlobalSlotWithoutATaskOnItsNodeIsUpdatedWhenTheNodeIsBack() {
        Scenario web = Scenario.nodes(1).createGlobal("bad").settle().availability("n1", Node.Availability.PAUSE);
        assertThat(web.newest(1).getNodeId()).isEmpty();
        web.update("v2").availability("n1", Node.Availability.ACTIVE).settleFor(1_000);
        assertThat(web.running("v2")).isEqualTo(1);
    }

    @Test
    void aDrainDoesNotWaitForASlotThatCrashesAgainAndAgain() {
        Scenario web = Scenario.nodes(1).create("v1", 2).settleFor(5_000).availability("n2", Node.Availability.ACTIVE)
                .nodeBack("n2");
        for (long delay = 5_000; delay <= 20_000; delay *= 2) {
            web.observe(2, FAILED).pass(delay);
        }
        assertThat(web.newest(2).getRestart().getInARow()).isEqualTo(3);
        web.availability("n1", Node.Availability.DRAIN).observe(1, READY);
        assertThat(web.slot(1)).startsWith("v1 shutdown/running");
    }
}
