package dev.mure.manager.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.util.Durations;
import dev.mure.manager.planning.Scenario;
import dev.mure.v1.FailureKind;
import dev.mure.v1.Node;
import dev.mure.v1.PauseCause;
import dev.mure.v1.Share;
import dev.mure.v1.SlotProgress;
import dev.mure.v1.TaskState;
import dev.mure.v1.UpdateConfig;
import dev.mure.v1.UpdateConfig.FailureAction;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** No wait without an end, and who is to blame: update-semantics §16 nos. 5 and 15. */
class RolloutDeadlinesTest {

    private static final long MINUTE = 60_000;

    private static Scenario updating(int replicas, String image, UnaryOperator<UpdateConfig.Builder> policy) {
        return Scenario.nodes(3).create("v1", replicas).settleFor(5_000).policy(policy).update(image);
    }

    // ---- gates

    @Test
    void aTaskIsGoodWhenItHasRunForTheMinimum() {
        Scenario web = updating(2, "v2", update -> update.setMinHealthy(Durations.fromSeconds(20))).settle();
        web.pass(19_999).settle();
        assertThat(web.running("v2")).isEqualTo(1);
        assertThat(web.rollout().getSlots(0).getSettledClockMillis()).isZero();
        web.pass(1).settle();
        assertThat(web.running("v2")).isEqualTo(2);
        assertThat(web.rollout().getSlots(0).getGood()).isTrue();
    }

    @Test
    void oneThatFailsBeforeItWasGoodHasFailed() {
        Scenario web = updating(2, "v2", update -> update.setMinHealthy(Durations.fromSeconds(20))).settle();
        web.pass(10_000).observe(1, TaskState.TASK_STATE_FAILED);
        assertThat(web.update()).startsWith("paused: update paused due to failure");
        assertThat(web.rollout().getSlots(0).getGood()).isFalse();
    }

    // ---- the deadline of a slot

    @Test
    void aTaskThatNeverGetsHealthyCountsAfterItsDeadline() {
        Scenario web = updating(3, "hang", update -> update).settle();
        web.pass(5 * MINUTE + 9_999);
        assertThat(web.update()).isEqualTo("updating: update in progress");
        web.pass(1);
        assertThat(web.update()).isEqualTo("paused: update paused due to failure or early termination of task "
                + web.newest(1).getId());
        assertThat(web.rollout().getFailure().getError()).startsWith("not running within 5m");
        assertThat(web.running("v1")).isEqualTo(2);
    }

    @Test
    void aSlotWithoutAPlaceSaysWhyAndCountsAfterItsDeadline() {
        Scenario web = Scenario.nodes(1).create("v1", 2).settleFor(5_000);
        web.availability("n1", Node.Availability.PAUSE)
                .policy(update -> update.setStartDeadline(Durations.fromSeconds(30)))
                .update("v2")
                .pass(39_999);
        assertThat(web.update()).isEqualTo("updating: update in progress");
        web.pass(1);
        assertThat(web.update()).startsWith("paused: update paused due to failure or early termination of task ");
        assertThat(web.rollout().getFailure().getError())
                .isEqualTo("not running within 30s: no suitable node (1 node not available for new tasks)");
        assertThat(web.wanted()).as("the old tasks serve, the new ones are taken back")
                .isEqualTo("1 v1 running/running, 2 v1 running/running");
    }

    @Test
    void theTimeToStopTheOldTaskIsNotTheNewOnesFault() {
        Scenario web = updating(2, "v2", update -> update.setStartDeadline(Durations.fromSeconds(30)))
                .pass(35_000)
                .observe(1, TaskState.TASK_STATE_READY);
        assertThat(web.slot(1)).isEqualTo("v1 shutdown/running, v2 running/ready");
        web.pass(39_999);
        assertThat(web.update()).isEqualTo("updating: update in progress");
        web.pass(1);
        assertThat(web.update()).startsWith("paused: ");
    }

    @Test
    void withContinueTheLaneGoesOnAndTheSlotIsTriedAgain() {
        Scenario web = updating(2, "hang", update -> update.setFailureAction(FailureAction.CONTINUE)
                .setStartDeadline(Durations.fromSeconds(30))).settle();
        web.pass(40_000);
        assertThat(web.rollout().getSlotsList()).extracting(SlotProgress::getSlot).containsExactly(1, 2);
    }

    // ---- the deadline of the rollout

    @Test
    void anImageThatDoesNotExistIsNotTriedForEver() {
        Scenario web = updating(2, "bad", update -> update.setFailureAction(FailureAction.CONTINUE));
        web.settleFor(10 * MINUTE - 1_000);
        assertThat(web.update()).isEqualTo("updating: update in progress");
        web.settleFor(2_000);
        assertThat(web.update()).startsWith("paused: update paused without progress for 10m");
        assertThat(web.rollout().getPauseCause()).isEqualTo(PauseCause.PAUSE_CAUSE_NO_PROGRESS);
        assertThat(web.running("v1")).isEqualTo(2);
    }

    @Test
    void whatKeepsItFromGoingOnIsSaid() {
        Scenario web = Scenario.nodes(1).create("v1", 2).settleFor(5_000);
        web.availability("n1", Node.Availability.PAUSE)
                .policy(update -> update.setFailureAction(FailureAction.CONTINUE))
                .update("v2")
                .pass(11 * MINUTE);
        assertThat(web.update()).startsWith("paused: update paused without progress for 10m: slot 1: ")
                .endsWith("no suitable node (1 node not available for new tasks)");
    }

    @Test
    void withoutProgressARollbackIsMadeWhereThePolicySaysSo() {
        Scenario web = updating(2, "hang", update -> update.setFailureAction(FailureAction.ROLLBACK)
                .setMaxFailureRatio(1));
        web.settleFor(12 * MINUTE);
        assertThat(web.update()).isEqualTo("rollback_completed: rollback completed");
        assertThat(web.running("v1")).isEqualTo(2);
    }

    @Test
    void theDelaysOfThePolicyAreNoLackOfProgress() {
        Scenario web = updating(3, "v2", update -> update.setDelay(Durations.fromHours(1))).settle();
        for (int hour = 0; hour < 3; hour++) {
            web.pass(60 * MINUTE).settle();
        }
        web.pass(60 * MINUTE);
        assertThat(web.update()).isEqualTo("completed: update completed");
    }

    @Test
    void theDeadlinesFireAtTheSameTimeUnderANewLeader() {
        Scenario web = updating(3, "hang", update -> update).settle().pass(3 * MINUTE).leaderChange();
        web.pass(2 * MINUTE + 9_999);
        assertThat(web.update()).isEqualTo("updating: update in progress");
        web.pass(1);
        assertThat(web.update()).startsWith("paused: ");
    }

    // ---- whose fault it is

    @Test
    void whatIsTheNodesFaultIsTriedAgainAndNotCounted() {
        Scenario web = updating(3, "v2", update -> update);
        web.fail(1, TaskState.TASK_STATE_REJECTED, FailureKind.FAILURE_KIND_INFRASTRUCTURE);
        assertThat(web.update()).isEqualTo("updating: update in progress");
        assertThat(web.rollout().getSlots(0).getInfrastructureFailures()).isEqualTo(1);
        assertThat(web.rollout().getSlots(0).getFailedTaskId()).isEmpty();
        web.pass(999);
        assertThat(web.slot(1)).isEqualTo("v1 running/running, v2 shutdown/rejected");
        web.pass(1);
        assertThat(web.slot(1)).isEqualTo("v1 running/running, v2 shutdown/rejected, v2 ready/assigned");
        web.settleFor(6_000);
        assertThat(web.update()).isEqualTo("completed: update completed");
    }

    @Test
    void itCountsWhenItGoesOnLikeThat() {
        Scenario web = updating(3, "v2", update -> update);
        for (int i = 0; i < 3; i++) {
            web.fail(1, TaskState.TASK_STATE_REJECTED, FailureKind.FAILURE_KIND_INFRASTRUCTURE).pass(1_000L << i);
            assertThat(web.update()).isEqualTo("updating: update in progress");
        }
        web.fail(1, TaskState.TASK_STATE_REJECTED, FailureKind.FAILURE_KIND_INFRASTRUCTURE);
        assertThat(web.update()).startsWith("paused: update paused due to failure");
        assertThat(web.running("v1")).isEqualTo(3);
    }

    @Test
    void afterTheSwapANodesFaultIsLeftToTheRestartPolicyAndNotCounted() {
        Scenario web = updating(2, "v2", update -> update).settle();
        Scenario again = updating(2, "v2", update -> update).observe(1, TaskState.TASK_STATE_READY);
        again.observe(again.oldest(1), TaskState.TASK_STATE_SHUTDOWN);
        again.fail(1, TaskState.TASK_STATE_FAILED, FailureKind.FAILURE_KIND_INFRASTRUCTURE);
        assertThat(again.update()).isEqualTo("updating: update in progress");
        assertThat(again.rollout().getSlotsList()).as("the lane is kept").extracting(SlotProgress::getSlot)
                .containsExactly(1);
        again.settleFor(12_000);
        assertThat(again.update()).isEqualTo("completed: update completed");
        assertThat(web.running("v2")).isEqualTo(2);
    }

    @Test
    void anImageThatDoesNotExistCountsAtOnceAndStopsNothing() {
        Scenario web = updating(3, "v2", update -> update);
        web.fail(1, TaskState.TASK_STATE_REJECTED, FailureKind.FAILURE_KIND_IMAGE);
        assertThat(web.update()).startsWith("paused: update paused due to failure");
        assertThat(web.running("v1")).isEqualTo(3);
    }

    // ---- the reason

    @Test
    void theReasonNamesTaskNodeAndError() {
        Scenario web = updating(2, "v2", update -> update).settle();
        web.fail(1, TaskState.TASK_STATE_FAILED, FailureKind.FAILURE_KIND_APPLICATION);
        var failure = web.rollout().getFailure();
        assertThat(failure.getTaskId()).isEqualTo(web.rollout().getSlots(0).getFailedTaskId());
        assertThat(failure.getNodeName()).isEqualTo(failure.getNodeId()).startsWith("n");
        assertThat(failure.getSlot()).isEqualTo(1);
        assertThat(failure.getError()).isEqualTo("FAILURE_KIND_APPLICATION");
        assertThat(failure.getKind()).isEqualTo(FailureKind.FAILURE_KIND_APPLICATION);
    }

    // ---- the budget

    @Test
    void aNodeThatDiesSlowsTheRolloutAndDoesNotBreakIt() {
        Scenario web = Scenario.nodes(3).create("v1", 3).settleFor(5_000).update("v2");
        web.nodeDown(web.newest(3).getNodeId()).observe(1, TaskState.TASK_STATE_READY);
        assertThat(web.slot(1)).as("slot 3 is out, so slot 1 has to wait")
                .startsWith("v1 running/running, v2 ready/ready");
        web.settleFor(12_000);
        assertThat(web.update()).isEqualTo("completed: update completed");
    }

    @Test
    void theServicesOwnLimitHoldsWhateverTheParallelism() {
        Scenario web = Scenario.nodes(3)
                .create("v1", 6)
                .settleFor(5_000)
                .maxUnavailable(1)
                .policy(update -> update.setParallelism(Share.newBuilder().setCount(0)))
                .update("v2");
        long out = 0;
        do {
            out = Math.max(out, 6 - web.running("v1") - web.running("v2"));
        } while (web.agentsStep());
        assertThat(out).isEqualTo(1);
        assertThat(web.running("v2")).isEqualTo(6);
    }
}
