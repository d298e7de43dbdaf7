package dev.mure.manager.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.util.Durations;
import dev.mure.manager.planning.Scenario;
import dev.mure.v1.RestartPolicy;
import dev.mure.v1.RolloutState;
import dev.mure.v1.Share;
import dev.mure.v1.SlotProgress;
import dev.mure.v1.Task;
import dev.mure.v1.TaskState;
import dev.mure.v1.UpdateConfig;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The rules of rolling updates: update-semantics §5 and what §16 makes better. */
class RolloutPlannerTest {

    private static final TaskState PREPARING = TaskState.TASK_STATE_PREPARING;
    private static final TaskState READY = TaskState.TASK_STATE_READY;
    private static final TaskState RUNNING = TaskState.TASK_STATE_RUNNING;
    private static final TaskState COMPLETE = TaskState.TASK_STATE_COMPLETE;
    private static final TaskState SHUTDOWN = TaskState.TASK_STATE_SHUTDOWN;
    private static final TaskState FAILED = TaskState.TASK_STATE_FAILED;
    private static final TaskState REJECTED = TaskState.TASK_STATE_REJECTED;

    private static Scenario running(int replicas) {
        return Scenario.nodes(3).create("v1", replicas).settle();
    }

    // ---- §5.1 when there is an update

    @Test
    void aNewServiceHasNoUpdate() {
        assertThat(running(3).update()).isEqualTo("none");
    }

    @Test
    void scalingAndLabelsMakeNoUpdate() {
        Scenario web = running(3).scale(5).settle().label("tier").scale(2).settle();
        assertThat(web.update()).isEqualTo("none");
    }

    @Test
    void anUpdateOfAServiceWithoutTasksMakesNone() {
        assertThat(running(0).update("v2").update()).isEqualTo("none");
    }

    @Test
    void aRevisionWithAnEqualSpecMakesNone() {
        assertThat(running(3).update("v1").update()).isEqualTo("none");
    }

    @Test
    void anUpdateIsInProgressAtOnce() {
        Scenario web = running(3).update("v2");
        assertThat(web.update()).isEqualTo("updating: update in progress");
        assertThat(web.rollout().getFromRevision()).isEqualTo(1);
        assertThat(web.rollout().getToRevision()).isEqualTo(2);
        assertThat(web.rollout().getSlotsTotal()).isEqualTo(3);
        assertThat(web.rollout().getStartedClockMillis()).isEqualTo(web.now());
        assertThat(web.rollout().getStartedAt().getSeconds()).isEqualTo(1_700_000_000L + web.now() / 1_000);
    }

    // ---- §5.2 how a slot is moved

    @Test
    void theNewTaskIsPreparedWhileTheOldOneServes() {
        Scenario web = running(3).update("v2");
        assertThat(web.wanted())
                .isEqualTo("1 v1 running/running+v2 ready/assigned, 2 v1 running/running+v2 ready/assigned, "
                        + "3 v1 running/running");
        assertThat(web.newest(1).getPredecessorId()).isEqualTo(web.oldest(1).getId());
        web.observe(1, PREPARING);
        assertThat(web.slot(1)).isEqualTo("v1 running/running, v2 ready/preparing");
    }

    @Test
    void onOneNodeTheSwapIsOneOrder() {
        Scenario web = running(3).update("v2");
        assertThat(web.newest(1).getNodeId()).isEqualTo(web.oldest(1).getNodeId());
        int decided = web.decisions().size();
        web.observe(1, READY);
        assertThat(web.slot(1)).isEqualTo("v1 shutdown/running, v2 running/ready");
        assertThat(web.newest(1).getDesired().getStartAfterStopOf()).isEqualTo(web.oldest(1).getId());
        assertThat(web.decisions()).hasSize(decided + 1);
    }

    @Test
    void betweenNodesTheNewTaskWaitsForTheEndOfTheOldOne() {
        Scenario web = Scenario.nodes(2).create("v1", 1).settle();
        web.availability(web.newest(1).getNodeId(), dev.mure.v1.Node.Availability.PAUSE).update("v2");
        assertThat(web.newest(1).getNodeId()).isNotEqualTo(web.oldest(1).getNodeId());
        web.observe(1, READY);
        assertThat(web.slot(1)).isEqualTo("v1 shutdown/running, v2 ready/ready");
        web.pass(120_000);
        assertThat(web.slot(1)).as("no time after which two run").isEqualTo("v1 shutdown/running, v2 ready/ready");
        web.observe(web.oldest(1), SHUTDOWN);
        assertThat(web.slot(1)).isEqualTo("v1 shutdown/shutdown, v2 running/ready");
        assertThat(web.newest(1).getDesired().getStartAfterStopOf()).isEmpty();
    }

    @Test
    void whenTheOldNodeIsLostTheNewTaskStarts() {
        Scenario web = Scenario.nodes(2).create("v1", 1).settle();
        String old = web.newest(1).getNodeId();
        web.availability(old, dev.mure.v1.Node.Availability.PAUSE).update("v2").observe(1, READY).nodeDown(old);
        assertThat(web.slot(1)).isEqualTo("v1 shutdown/running, v2 running/ready");
    }

    @Test
    void oneSlotAtATimeByDefault() {
        Scenario web = running(3).update("v2");
        List<Long> out = new ArrayList<>();
        do {
            out.add(3 - web.running("v1") - web.running("v2"));
        } while (web.agentsStep());
        assertThat(out).allMatch(slots -> slots <= 1);
        assertThat(web.running("v2")).isEqualTo(3);
    }

    @Test
    void parallelismSaysHowManySlotsAreInWork() {
        Scenario web = running(5).policy(update -> update.setParallelism(Share.newBuilder().setCount(2))).update("v2");
        assertThat(web.rollout().getSlotsList()).extracting(SlotProgress::getSlot).containsExactly(1, 2);
    }

    @Test
    void parallelismZeroMeansAll() {
        Scenario web = running(5).policy(update -> update.setParallelism(Share.newBuilder().setCount(0))).update("v2");
        assertThat(web.rollout().getSlotsList()).hasSize(5);
    }

    @Test
    void aLaneIsFreeTheDelayAfterItsSlotSettled() {
        Scenario web = running(3).policy(update -> update.setDelay(Durations.fromSeconds(10))).update("v2").settle();
        assertThat(web.running("v2")).isEqualTo(1);
        web.pass(9_999).settle();
        assertThat(web.running("v2")).isEqualTo(1);
        web.pass(1).settle();
        assertThat(web.running("v2")).isEqualTo(2);
    }

    @Test
    void lanesAreIndependentPipelines() {
        Scenario web =
                running(4).policy(update -> update.setParallelism(Share.newBuilder().setCount(2))
                        .setDelay(Durations.fromSeconds(10))).update("v2");
        web.observe(1, READY).observe(web.oldest(1), SHUTDOWN).observe(1, RUNNING).pass(4_000);
        web.observe(2, READY).observe(web.oldest(2), SHUTDOWN).observe(2, RUNNING).pass(6_000);
        assertThat(web.rollout().getSlotsList()).extracting(SlotProgress::getSlot).containsExactly(1, 2, 3);
        web.pass(4_000);
        assertThat(web.rollout().getSlotsList()).hasSize(4);
    }

    @Test
    void brokenSlotsComeFirstThenBySlotNumber() {
        Scenario web = running(4).observe(3, FAILED).update("v2");
        assertThat(web.rollout().getSlotsList()).extracting(SlotProgress::getSlot).containsExactly(3);
        assertThat(web.wanted()).contains("3 v2 running/assigned");
        web.settle();
        List<Integer> order = web.rollout()
                .getSlotsList()
                .stream()
                .sorted(java.util.Comparator.comparingLong(SlotProgress::getStartedClockMillis))
                .map(SlotProgress::getSlot)
                .toList();
        assertThat(order).containsExactlyInAnyOrder(1, 2, 3, 4);
    }

    @Test
    void anOldTaskThatDoesNotServeIsNotWaitedFor() {
        Scenario web = Scenario.nodes(0).create("v1", 1).update("v2");
        assertThat(web.slot(1)).isEqualTo("v2 running/pending");
    }

    @Test
    void aCompletedSlotTakesPartInUpdates() {
        Scenario web =
                Scenario.nodes(1).create("v1", 1, restart -> restart.setCondition(RestartPolicy.Condition.ON_FAILURE));
        web.settle().observe(1, COMPLETE);
        assertThat(web.slot(1)).isEqualTo("v1 shutdown/complete");
        web.update("v2").settle();
        assertThat(web.slot(1)).isEqualTo("v1 shutdown/complete, v2 running/running");
    }

    // ---- §5.3 what counts as failed

    @Test
    void aNewTaskThatCannotBePreparedCostsNoService() {
        Scenario web = running(3).update("bad").settle();
        assertThat(web.running("v1")).isEqualTo(3);
        assertThat(web.slot(1)).isEqualTo("v1 running/running, bad shutdown/rejected");
    }

    @Test
    void theFirstFailurePausesByDefault() {
        Scenario web = running(3).update("crash").settle();
        Task failed = web.tasks(1).get(1);
        assertThat(web.update())
                .isEqualTo("paused: update paused due to failure or early termination of task " + failed.getId());
        assertThat(web.rollout().hasCompletedAt()).isFalse();
        assertThat(web.running("v1")).isEqualTo(2);
    }

    @Test
    void theOracle_fiveReplicasRatioAQuarter_exactlyTwoSlotsAreReplaced() {
        Scenario web = running(5).policy(update -> update.setMaxFailureRatio(0.25f)).update("crash").settleFor(60_000);
        assertThat(web.update()).startsWith("paused: update paused due to failure or early termination of task ");
        assertThat(web.running("v1")).isEqualTo(3);
        assertThat(web.rollout().getSlotsList()).extracting(SlotProgress::getSlot).containsExactly(1, 2);
    }

    @Test
    void theOracleWithAnImageThatDoesNotExist_twoSlotsAreTriedAndAllServe() {
        Scenario web = running(5).policy(update -> update.setMaxFailureRatio(0.25f)).update("bad").settleFor(60_000);
        assertThat(web.update()).startsWith("paused: ");
        assertThat(web.rollout().getSlotsList()).extracting(SlotProgress::getSlot).containsExactly(1, 2);
        assertThat(web.running("v1")).isEqualTo(5);
    }

    @Test
    void theRatioIsStrict() {
        Scenario web = running(4).policy(update -> update.setMaxFailureRatio(0.25f)).update("v2");
        web.observe(1, REJECTED);
        assertThat(web.update()).isEqualTo("updating: update in progress");
        web.observe(2, REJECTED);
        assertThat(web.update()).startsWith("paused");
    }

    @Test
    void aFailureCountsAsLongAsTheRolloutRuns() {
        Scenario web = running(2).policy(update -> update.setDelay(Durations.fromSeconds(60)))
                .update("v2")
                .settle()
                .pass(59_000);
        web.observe(1, FAILED);
        assertThat(web.update()).startsWith("paused: ");
    }

    @Test
    void aFailureWhileItWatchesPauses() {
        Scenario web = running(2).update("v2").settle().pass(4_999);
        web.observe(2, FAILED);
        assertThat(web.update()).endsWith("of task " + web.rollout().getSlots(1).getFailedTaskId());
    }

    @Test
    void aFailureAfterItCompletedDoesNotCount() {
        Scenario web = running(2).update("v2").settle().pass(5_000).observe(2, FAILED);
        assertThat(web.update()).isEqualTo("completed: update completed");
    }

    @Test
    void aSlotCountsOnceHoweverOftenItFails() {
        Scenario web =
                running(5).policy(update -> update.setMaxFailureRatio(0.2f).setDelay(Durations.fromSeconds(100)));
        web.update("crash").settleFor(30_000);
        assertThat(web.tasks(1)).hasSize(5);
        assertThat(web.rollout().getState()).isEqualTo(RolloutState.ROLLOUT_STATE_UPDATING);
    }

    @Test
    void aReplacementMadeByTheRestartPolicyCountsToo() {
        Scenario web = running(2).policy(update -> update.setDelay(Durations.fromSeconds(60))).update("v2").settle();
        String first = web.newest(1).getNodeId();
        web.nodeDown(first).settle();
        assertThat(web.update()).as("the loss of a node is no failure").isEqualTo("updating: update in progress");
        web.observe(1, FAILED);
        assertThat(web.update()).startsWith("paused: ");
    }

    @Test
    void aFailureOfAnOldTaskDoesNotCount() {
        Scenario web = running(3).update("v2").observe(3, FAILED);
        assertThat(web.update()).isEqualTo("updating: update in progress");
    }

    @Test
    void anEarlyEndWithExitCodeZeroCountsWhereThePolicyRestartsAlways() {
        assertThat(running(2).update("v2").settle().observe(1, COMPLETE).update()).startsWith("paused: ");
    }

    @Test
    void anEndWithExitCodeZeroIsNoFailureWhereThePolicySaysSo() {
        Scenario web =
                Scenario.nodes(1).create("v1", 2, restart -> restart.setCondition(RestartPolicy.Condition.ON_FAILURE));
        web.settle().update("v2").settle().observe(1, COMPLETE).observe(2, COMPLETE).settleFor(5_000);
        assertThat(web.update()).isEqualTo("completed: update completed");
        assertThat(web.slot(1)).isEqualTo("v1 shutdown/shutdown, v2 shutdown/complete");
    }

    // ---- failures that are not acted on

    @Test
    void continueGoesOnThroughFailures() {
        Scenario web = running(3).policy(update -> update.setFailureAction(UpdateConfig.FailureAction.CONTINUE));
        web.update("crash").settleFor(20_000);
        assertThat(web.update()).isEqualTo("completed: update completed");
        assertThat(web.running("v1")).isZero();
    }

    @Test
    void anImageThatDoesNotExistIsTriedAgainAfterTheRestartDelayAndTheLaneIsFreeMeanwhile() {
        Scenario web =
                running(2).policy(update -> update.setFailureAction(UpdateConfig.FailureAction.CONTINUE)).update("bad");
        web.observe(1, REJECTED);
        assertThat(web.rollout().getSlots(0).getRetryClockMillis()).isEqualTo(web.now() + 5_000);
        assertThat(web.rollout().getSlotsList()).as("the lane went on").hasSize(2);
        web.observe(2, REJECTED).pass(4_999);
        assertThat(web.wanted()).isEqualTo("1 v1 running/running, 2 v1 running/running");
        web.pass(1);
        assertThat(web.wanted()).isEqualTo("1 v1 running/running+bad ready/assigned, 2 v1 running/running");
    }

    @Test
    void whatIsTriedAgainCanSucceed() {
        Scenario web = running(2).policy(update -> update.setMaxFailureRatio(0.5f)).update("v2");
        web.observe(1, REJECTED).settleFor(12_000);
        assertThat(web.update()).isEqualTo("completed: update completed");
        assertThat(web.running("v2")).isEqualTo(2);
        assertThat(web.rollout().getSlots(0).getFailedTaskId()).isNotEmpty();
    }

    // ---- §5.4 how it ends

    @Test
    void itCompletesWhenAllSlotsAreSettledAndTheMonitorIsOver() {
        Scenario web = running(3).update("v2").settle();
        assertThat(web.running("v2")).isEqualTo(3);
        web.pass(4_999);
        assertThat(web.update()).isEqualTo("updating: update in progress");
        web.pass(1);
        assertThat(web.update()).isEqualTo("completed: update completed");
        assertThat(web.rollout().getCompletedAt().getSeconds()).isEqualTo(1_700_000_000L + web.now() / 1_000);
    }

    @Test
    void aDelayAsLongAsTheMonitorIsWatchedOneSecondLonger() {
        Scenario web = running(1).policy(update -> update.setDelay(Durations.fromSeconds(10)))
                .update("v2")
                .settle()
                .pass(10_999);
        assertThat(web.update()).isEqualTo("updating: update in progress");
        web.pass(1);
        assertThat(web.update()).isEqualTo("completed: update completed");
    }

    @Test
    void aPauseHandsOutNoMoreSlotsAndFinishesThoseBetweenTwoTasks() {
        Scenario web = running(4).policy(update -> update.setParallelism(Share.newBuilder().setCount(2))).update("v2")
                .observe(2, READY)
                .observe(1, REJECTED);
        assertThat(web.update()).startsWith("paused: ");
        web.settleFor(60_000);
        assertThat(web.wanted()).isEqualTo(
                "1 v1 running/running, 2 v2 running/running, 3 v1 running/running, 4 v1 running/running");
    }

    @Test
    void aPauseTakesBackWhatWasOnlyPrepared() {
        Scenario web = running(4).policy(update -> update.setParallelism(Share.newBuilder().setCount(2))).update("v2")
                .observe(1, REJECTED);
        assertThat(web.update()).startsWith("paused: ");
        web.settleFor(60_000);
        assertThat(web.running("v1")).isEqualTo(4);
        assertThat(web.rollout().getSlotsList()).extracting(SlotProgress::getSlot).containsExactly(1);
    }

    @Test
    void aPausedUpdateDoesNotCreepOnThroughCrashesOfOldTasks() {
        Scenario web = running(3).update("crash").settle().observe(3, FAILED).settleFor(6_000);
        assertThat(web.slot(3)).isEqualTo("v1 shutdown/failed, v1 running/running");
        assertThat(web.update()).startsWith("paused: ");
    }

    @Test
    void aPausedUpdateGoesOnRestartingWhatItReplaced() {
        Scenario web = running(3).update("crash").settleFor(6_000);
        assertThat(web.slot(1))
                .startsWith("v1 shutdown/shutdown, crash shutdown/failed, crash shutdown/failed, crash ready/");
    }

    // ---- §5.7 a newer update, resume

    @Test
    void aNewerUpdateReplacesTheOneInProgress() {
        Scenario web = running(3).update("v2").observe(1, READY);
        web.update("v3");
        assertThat(web.rollout().getToRevision()).isEqualTo(3);
        assertThat(web.rollout().getSlotsTotal()).isEqualTo(3);
        assertThat(web.rollout().getSlotsList()).extracting(SlotProgress::getSlot).containsExactly(1);
        web.settleFor(5_000);
        assertThat(web.running("v3")).isEqualTo(3);
        assertThat(web.update()).isEqualTo("completed: update completed");
    }

    @Test
    void whatWasPreparedForTheReplacedUpdateGoes() {
        Scenario web = running(1).update("v2").observe(1, PREPARING).update("v3");
        assertThat(web.slot(1)).isEqualTo("v1 running/running, v2 remove/preparing, v3 ready/assigned");
    }

    @Test
    void theReplacedUpdatesSlotBetweenTwoTasksKeepsItsLane() {
        Scenario web = running(3).update("v2").observe(1, READY).scale(4).update("v3");
        assertThat(web.rollout().getSlotsList()).extracting(SlotProgress::getSlot).containsExactly(1);
    }

    @Test
    void anUpdateThatIsTakenBackBeforeItStoppedAnythingLeavesNothing() {
        Scenario web = running(3).update("v2").observe(1, PREPARING).update("v1");
        assertThat(web.update()).isEqualTo("none");
        web.settle();
        assertThat(web.running("v1")).isEqualTo(3);
        assertThat(web.wanted()).isEqualTo("1 v1 running/running, 2 v1 running/running, 3 v1 running/running");
    }

    @Test
    void aPausedUpdateIsReplacedByAFixedImage() {
        Scenario web = running(3).update("crash").settle().update("v3").settleFor(5_000);
        assertThat(web.update()).isEqualTo("completed: update completed");
        assertThat(web.running("v3")).isEqualTo(3);
    }

    @Test
    void resumeMakesNoRevisionAndCountsAnew() {
        Scenario web = running(5).update("bad").settle().resume();
        assertThat(web.service().getRevision()).isEqualTo(2);
        assertThat(web.update()).isEqualTo("updating: update in progress");
        assertThat(web.rollout().getSlotsTotal()).isEqualTo(5);
        assertThat(web.rollout().getSlotsList()).allMatch(slot -> slot.getFailedTaskId().isEmpty());
        assertThat(web.wanted()).startsWith("1 v1 running/running+bad ready/assigned");
    }

    @Test
    void aResumedUpdateThatFailsAgainPausesAgain() {
        Scenario web = running(3).update("crash").settle().resume().settleFor(6_000);
        assertThat(web.update()).startsWith("paused: ");
        assertThat(web.running("v1")).isEqualTo(2);
    }

    @Test
    void aResumedUpdateOfWhichAllSlotsAreCleanWatchesAgain() {
        Scenario web = running(2).update("v2").settle().observe(2, FAILED).settleFor(6_000);
        assertThat(web.update()).startsWith("paused: ");
        web.resume();
        assertThat(web.update()).isEqualTo("updating: update in progress");
        web.pass(4_999);
        assertThat(web.update()).isEqualTo("updating: update in progress");
        web.pass(1);
        assertThat(web.update()).isEqualTo("completed: update completed");
    }

    @Test
    void aSlotThatFailsBeforeItServesKeepsItsLane() {
        Scenario web =
                running(2).policy(update -> update.setFailureAction(UpdateConfig.FailureAction.CONTINUE)).update("v2");
        web.observe(1, READY).update("bad").observe(1, REJECTED);
        assertThat(web.slot(1)).isEqualTo("v1 shutdown/running, v2 running/ready, bad shutdown/rejected");
        assertThat(web.rollout().getSlotsList()).as("nothing runs in slot 1").extracting(SlotProgress::getSlot)
                .containsExactly(1);
        web.observe(web.oldest(1), SHUTDOWN).observe(1, RUNNING);
        assertThat(web.rollout().getSlotsList()).extracting(SlotProgress::getSlot).containsExactly(1, 2);
    }

    @Test
    void aNumberThatIsUsedAgainDuringAnUpdateWasNeverBegun() {
        Scenario web = running(3).policy(update -> update.setParallelism(Share.newBuilder().setCount(0))).update("v2")
                .scale(1).scale(3);
        assertThat(web.rollout().getSlotsList()).extracting(SlotProgress::getSlot).containsExactly(1);
    }

    @Test
    void whatStandsForADeadSlotDoesNotDependOnHowItsTasksEnded() {
        Scenario web = Scenario.nodes(2).create("v1", 1, restart -> restart.setCondition(RestartPolicy.Condition.NONE))
                .settle();
        String first = web.newest(1).getNodeId();
        web.availability(first, dev.mure.v1.Node.Availability.PAUSE).update("v2").observe(1, READY).nodeDown(first);
        String second = web.newest(1).getNodeId();
        web.nodeDown(second).settleFor(5_000);
        assertThat(web.update()).isEqualTo("completed: update completed");
        web.nodeBack(first).nodeBack(second).observe(web.oldest(1), FAILED).settle().leaderChange();
        assertThat(web.slot(1)).isEqualTo("v1 shutdown/failed, v2 shutdown/shutdown");
    }

    @Test
    void aTaskThatFailedWhileAnotherServedDoesNotStandForTheSlot() {
        Scenario web = Scenario.nodes(1).create("v1", 1, restart -> restart.setCondition(RestartPolicy.Condition.NONE))
                .settle();
        web.update("bad").settle().update("v1").settle().observe(1, COMPLETE).leaderChange().settleFor(10_000);
        assertThat(web.slot(1)).isEqualTo("v1 shutdown/complete, bad shutdown/rejected");
    }

    // ---- other things meanwhile

    @Test
    void slotsThatAreAddedDuringAnUpdateRunTheNewRevisionAtOnce() {
        Scenario web = running(2).update("v2").scale(4);
        assertThat(web.wanted()).endsWith("3 v2 running/assigned, 4 v2 running/assigned");
        web.settleFor(5_000);
        assertThat(web.update()).isEqualTo("completed: update completed");
    }

    @Test
    void slotsThatAreRemovedDuringAnUpdateAreNotWaitedFor() {
        Scenario web = running(4).update("v2").observe(1, PREPARING).scale(1).settleFor(5_000);
        assertThat(web.update()).isEqualTo("completed: update completed");
        assertThat(web.running("v2")).isEqualTo(1);
    }

    @Test
    void aServiceCanBeRemovedDuringAnUpdate() {
        Scenario web = running(3).update("v2").observe(1, READY).remove().settle();
        assertThat(web.state().services()).isEmpty();
        assertThat(web.state().rollout("web")).isEmpty();
        assertThat(web.state().tasks()).isEmpty();
    }

    @Test
    void aNewTaskLostWithItsNodeBeforeTheSwapIsMadeAnew() {
        Scenario web = running(3).update("v2");
        String node = web.newest(1).getNodeId();
        web.nodeDown(node).settleFor(10_000);
        assertThat(web.update()).isEqualTo("completed: update completed");
        assertThat(web.running("v2")).isGreaterThanOrEqualTo(3);
    }

    @Test
    void aLeaderChangeInTheMiddleChangesNothing() {
        Scenario web = running(3).policy(update -> update.setDelay(Durations.fromSeconds(10))).update("v2").settle();
        web.pass(6_000).leaderChange().pass(3_999).settle();
        assertThat(web.running("v2")).isEqualTo(1);
        web.pass(1).leaderChange().settle();
        assertThat(web.running("v2")).isEqualTo(2);
    }
}
