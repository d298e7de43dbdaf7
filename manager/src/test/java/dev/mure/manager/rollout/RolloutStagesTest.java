package dev.mure.manager.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.util.Durations;
import dev.mure.manager.planning.Scenario;
import dev.mure.v1.PauseCause;
import dev.mure.v1.SetRollout;
import dev.mure.v1.Share;
import dev.mure.v1.TaskState;
import dev.mure.v1.UpdateConfig;
import dev.mure.v1.UpdateConfig.FailureAction;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** Canary, stages, steps, and what a user may do to a rollout under way. */
class RolloutStagesTest {

    private static Share count(int slots) {
        return Share.newBuilder().setCount(slots).build();
    }

    private static Share percent(int percent) {
        return Share.newBuilder().setPercent(percent).build();
    }

    private static Scenario updating(int replicas, UnaryOperator<UpdateConfig.Builder> policy) {
        return Scenario.nodes(3).create("v1", replicas).settleFor(5_000).policy(policy).update("v2");
    }

    // ---- canary

    @Test
    void theRolloutPausesAfterItsCanaryUntilItIsPromoted() {
        Scenario web = updating(5, update -> update.setCanary(count(2))).settleFor(60_000);
        assertThat(web.running("v2")).isEqualTo(2);
        assertThat(web.update())
                .isEqualTo("paused: update paused after its canary of 2 of 5 tasks: promote, resume or abort it");
        assertThat(web.rollout().getPauseCause()).isEqualTo(PauseCause.PAUSE_CAUSE_CANARY);
        web.steer(RolloutControl.promote(web.state(), web.service(), web.now())).settleFor(6_000);
        assertThat(web.update()).isEqualTo("completed: update completed");
        assertThat(web.running("v2")).isEqualTo(5);
    }

    @Test
    void aCanaryInPercentIsRoundedUp() {
        Scenario web = updating(5, update -> update.setCanary(percent(25))).settleFor(20_000);
        assertThat(web.running("v2")).isEqualTo(2);
    }

    @Test
    void aCanaryThatIsWatchedForASetTimeIsPromotedByItself() {
        Scenario web = updating(3,
                update -> update.setCanary(count(1)).setCanaryWait(Durations.fromSeconds(30))).settle();
        web.pass(29_999).settle();
        assertThat(web.running("v2")).isEqualTo(1);
        assertThat(web.update()).isEqualTo("updating: update in progress");
        web.pass(1).settle();
        assertThat(web.running("v2")).isEqualTo(3);
    }

    @Test
    void aCanaryThatFailsWhileItWaitsTurnsTheUpdateBack() {
        Scenario web = updating(3, update -> update.setCanary(count(1)).setFailureAction(FailureAction.ROLLBACK))
                .settleFor(5_000);
        assertThat(web.update()).startsWith("paused: update paused after its canary");
        web.pass(60_000).observe(1, TaskState.TASK_STATE_FAILED);
        assertThat(web.update()).startsWith("rollback_started: update rolled back due to failure");
    }

    @Test
    void aCanaryThatFailsSoonNeverCountsAsDone() {
        Scenario web = updating(3, update -> update.setCanary(count(1))).settle().pass(4_999);
        assertThat(web.update()).as("it is watched for the monitor time").isEqualTo("updating: update in progress");
        web.observe(1, TaskState.TASK_STATE_FAILED);
        assertThat(web.update()).startsWith("paused: update paused due to failure");
    }

    @Test
    void aCanaryOfAllIsNoStage() {
        Scenario web = updating(2, update -> update.setCanary(count(2))).settleFor(6_000);
        assertThat(web.update()).isEqualTo("completed: update completed");
    }

    // ---- stages

    @Test
    void eachStageWaitsForAResume() {
        Scenario web = updating(6, update -> update.addPauseAfter(count(1)).addPauseAfter(percent(50)))
                .settleFor(5_000);
        assertThat(web.running("v2")).isEqualTo(1);
        assertThat(web.update())
                .isEqualTo("paused: update paused after a stage of 1 of 6 tasks: resume or promote it");
        web.resume().settleFor(5_000);
        assertThat(web.running("v2")).isEqualTo(3);
        assertThat(web.update()).startsWith("paused: update paused after a stage of 3 of 6 tasks");
        web.resume().settleFor(6_000);
        assertThat(web.update()).isEqualTo("completed: update completed");
    }

    @Test
    void aPromoteGoesPastAllStages() {
        Scenario web = updating(6, update -> update.addPauseAfter(count(1)).addPauseAfter(count(3)))
                .settleFor(5_000);
        web.steer(RolloutControl.promote(web.state(), web.service(), web.now())).settleFor(6_000);
        assertThat(web.update()).isEqualTo("completed: update completed");
    }

    @Test
    void nothingIsPreparedBeyondAStage() {
        Scenario web = updating(4, update -> update.addPauseAfter(count(1)));
        assertThat(web.wanted()).isEqualTo("1 v1 running/running+v2 ready/assigned, 2 v1 running/running,"
                + " 3 v1 running/running, 4 v1 running/running");
    }

    // ---- pause and resume

    @Test
    void afterAPauseNoRunningTaskIsStopped() {
        Scenario web = updating(3, update -> update).observe(1, TaskState.TASK_STATE_READY);
        web.steer(RolloutControl.pause(web.state(), web.service())).settleFor(30_000);
        assertThat(web.update()).isEqualTo("paused: update paused by request");
        assertThat(web.wanted()).as("the slot between two tasks is finished")
                .isEqualTo("1 v2 running/running, 2 v1 running/running, 3 v1 running/running");
        web.resume().settleFor(6_000);
        assertThat(web.update()).isEqualTo("completed: update completed");
    }

    @Test
    void aPauseBeforeTheFirstSwapLeavesEverythingAsItWas() {
        Scenario web = updating(3, update -> update);
        web.steer(RolloutControl.pause(web.state(), web.service())).settleFor(30_000);
        assertThat(web.wanted()).isEqualTo("1 v1 running/running, 2 v1 running/running, 3 v1 running/running");
        assertThat(web.rollout().getSlotsList()).isEmpty();
    }

    @Test
    void aPausedRolloutHasNoDeadline() {
        Scenario web = updating(3, update -> update);
        web.steer(RolloutControl.pause(web.state(), web.service())).pass(24 * 3_600_000).settle();
        assertThat(web.update()).isEqualTo("paused: update paused by request");
        web.resume().settleFor(6_000);
        assertThat(web.update()).isEqualTo("completed: update completed");
    }

    @Test
    void aResumeTriesAtOnceWhatWaitedForItsRestart() {
        Scenario web = Scenario.nodes(3).create("v1", 3).settleFor(5_000).update("crash").settle();
        assertThat(web.update()).startsWith("paused: ");
        String waiting = web.newest(1).getId();
        web.resume();
        assertThat(web.newest(1).getId()).as("what was prepared before the user mended it is not used")
                .isNotEqualTo(waiting);
        assertThat(web.slot(1)).endsWith("crash running/assigned");
    }

    @Test
    void whatIsNotUnderWayCannotBePausedAndSaysWhy() {
        Scenario web = Scenario.nodes(1).create("v1", 1).settle();
        assertThat(RolloutControl.pause(web.state(), web.service())).isEqualTo(new RolloutControl.Outcome.Refused(
                "service web has no rollout in progress that could be paused"));
        assertThat(RolloutControl.resume(web.state(), web.service(), web.now()))
                .isEqualTo(new RolloutControl.Outcome.Refused(
                        "service web has no paused rollout that could be resumed"));
    }

    // ---- steps

    @Test
    void aStepBeginsSoManySlotsAndPauses() {
        Scenario web = updating(5, update -> update);
        web.steer(RolloutControl.pause(web.state(), web.service()));
        web.steer(RolloutControl.step(web.state(), web.service(), 2, web.now())).settleFor(10_000);
        assertThat(web.running("v2")).isEqualTo(2);
        assertThat(web.update()).isEqualTo("paused: update paused after the steps asked for, 2 of 5 tasks");
        web.steer(RolloutControl.step(web.state(), web.service(), 1, web.now())).settleFor(10_000);
        assertThat(web.running("v2")).isEqualTo(3);
        web.resume().settleFor(6_000);
        assertThat(web.update()).isEqualTo("completed: update completed");
    }

    // ---- set

    @Test
    void limitsCanBeChangedUnderWayAndTheServiceKeepsItsOwn() {
        Scenario web = updating(6, update -> update.setDelay(Durations.fromSeconds(600))).settle();
        assertThat(web.running("v2")).isEqualTo(1);
        web.steer(RolloutControl.set(web.state(), web.service(), SetRollout.newBuilder()
                .setDelay(Durations.ZERO)
                .setParallelism(count(5))
                .build())).settle();
        assertThat(web.running("v2")).isEqualTo(6);
        assertThat(web.service().getUpdate().getParallelism().getCount()).isEqualTo(1);
    }
}
