package dev.mure.manager.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mure.manager.planning.Scenario;
import dev.mure.v1.RolloutState;
import dev.mure.v1.SlotProgress;
import dev.mure.v1.TaskState;
import dev.mure.v1.UpdateConfig.FailureAction;
import org.junit.jupiter.api.Test;

/** The way back: update-semantics §5.4 to §5.6, and §16 nos. 2, 3 and 4. */
class RollbackTest {

    private static Scenario stable(int replicas) {
        return Scenario.nodes(3).create("v1", replicas).settleFor(5_000);
    }

    private static Scenario rollingBack(int replicas) {
        return stable(replicas).policy(update -> update.setFailureAction(FailureAction.ROLLBACK));
    }

    // ---- by itself

    @Test
    void tooManyFailuresTurnTheUpdateBack() {
        Scenario web = rollingBack(3).update("crash").settle();
        assertThat(web.update()).isEqualTo("rollback_started: update rolled back due to failure or early termination of"
                + " task " + web.rollout().getFailure().getTaskId());
        assertThat(web.service().getRevision()).isEqualTo(1);
        assertThat(web.rollout().getFromRevision()).isEqualTo(2);
        assertThat(web.rollout().getToRevision()).isEqualTo(1);
        web.settleFor(6_000);
        assertThat(web.update()).isEqualTo("rollback_completed: rollback completed");
        assertThat(web.running("v1")).isEqualTo(3);
        assertThat(web.rollout().hasCompletedAt()).isTrue();
    }

    @Test
    void slotsThatTheUpdateDidNotReachAreNotTouched() {
        Scenario web = rollingBack(3).update("crash").settleFor(20_000);
        assertThat(web.slot(3)).isEqualTo("v1 running/running");
        assertThat(web.rollout().getSlotsTotal()).as("only what the update had moved").isEqualTo(1);
    }

    @Test
    void theStartStaysThatOfTheUpdate() {
        Scenario web = rollingBack(3).pass(7_000).update("crash");
        var started = web.rollout().getStartedAt();
        web.settleFor(2_000);
        assertThat(web.rollout().getState()).isEqualTo(RolloutState.ROLLOUT_STATE_ROLLBACK_STARTED);
        assertThat(web.rollout().getStartedAt()).isEqualTo(started);
    }

    @Test
    void aServiceThatNeverWorkedHasNothingToGoBackToAndSaysSo() {
        Scenario web = Scenario.nodes(3)
                .create("crash1", 3)
                .policy(update -> update.setFailureAction(FailureAction.ROLLBACK))
                .update("crash2")
                .settle();
        assertThat(web.update()).startsWith("paused: update paused due to failure or early termination of task ")
                .endsWith("; there is no stable revision to go back to");
    }

    @Test
    void theWayBackLeadsToWhatWorkedNotToWhatWasThereBefore() {
        Scenario web = rollingBack(3).policy(update -> update.setFailureAction(FailureAction.PAUSE))
                .update("crash2")
                .settle()
                .policy(update -> update.setFailureAction(FailureAction.ROLLBACK))
                .update("crash3")
                .settleFor(8_000);
        assertThat(web.update()).isEqualTo("rollback_completed: rollback completed");
        assertThat(web.service().getRevision()).as("not revision 2, which never worked").isEqualTo(1);
        assertThat(web.running("v1")).isEqualTo(3);
    }

    @Test
    void theWayBackDoesNotLeadToAnotherRevisionOfTheSameSpec() {
        Scenario web = stable(2).update("v2").settleFor(10_000).rollback().settleFor(10_000);
        web.update("v2").settleFor(10_000);
        assertThat(web.service().getRevision()).isEqualTo(3);
        web.rollback().settleFor(10_000);
        assertThat(web.update()).isEqualTo("rollback_completed: rollback completed");
        assertThat(web.service().getRevision()).as("not revision 2, which is what is to be left").isEqualTo(1);
        assertThat(web.running("v1")).isEqualTo(2);
    }

    @Test
    void theRollbackGoesByItsOwnPolicy() {
        Scenario web = rollingBack(4).policy(update -> update.setMaxFailureRatio(0.5f))
                .rollbackPolicy(policy -> policy.setParallelism(dev.mure.v1.Share.newBuilder().setCount(0)))
                .update("crash")
                .settle();
        assertThat(web.rollout().getState()).isEqualTo(RolloutState.ROLLOUT_STATE_ROLLBACK_STARTED);
        assertThat(web.rollout().getSlotsList()).extracting(SlotProgress::getSlot).containsExactly(1, 2, 3);
    }

    @Test
    void aRollbackThatFailsPausesAndIsCalledARollback() {
        Scenario web = rollingBack(3).update("crash").settle();
        web.observe(1, TaskState.TASK_STATE_FAILED);
        assertThat(web.update()).startsWith("rollback_paused: rollback paused due to failure or early termination of");
        web.settleFor(60_000);
        assertThat(web.update()).as("and never turns into completed").startsWith("rollback_paused: ");
        web.resume().settleFor(20_000);
        assertThat(web.update()).isEqualTo("rollback_completed: rollback completed");
    }

    @Test
    void replicasStayAsTheyAre() {
        Scenario web = rollingBack(2).update("crash").scale(4).settleFor(20_000);
        assertThat(web.update()).isEqualTo("rollback_completed: rollback completed");
        assertThat(web.running("v1")).isEqualTo(4);
    }

    @Test
    void whatIsAddedMeanwhileCountsWhenItFails() {
        Scenario web = Scenario.nodes(3).create("v1", 3).settleFor(5_000).update("crash").scale(5);
        web.observe(4, TaskState.TASK_STATE_READY).observe(4, TaskState.TASK_STATE_FAILED);
        assertThat(web.update()).startsWith("paused: update paused due to failure");
    }

    @Test
    void aLeaderThatFindsTheRollbackBegunCarriesItThrough() {
        Scenario web = rollingBack(3).update("crash");
        for (int planning = 0; planning < 40; planning++) {
            Scenario.Failover failover = new Scenario.Failover(planning, 1, 150);
            Scenario disturbed = Scenario.nodes(3, failover)
                    .create("v1", 3)
                    .settleFor(5_000)
                    .policy(update -> update.setFailureAction(FailureAction.ROLLBACK))
                    .update("crash")
                    .settleFor(20_000);
            assertThat(disturbed.update()).as(failover.toString()).isEqualTo("rollback_completed: rollback completed");
        }
        assertThat(web.rollout().getState()).isEqualTo(RolloutState.ROLLOUT_STATE_UPDATING);
    }

    // ---- by hand

    @Test
    void aManualRollbackIsCalledSo() {
        Scenario web = stable(3).update("v2").settleFor(10_000).rollback();
        assertThat(web.update()).isEqualTo("rollback_started: manually requested rollback");
        web.settleFor(10_000);
        assertThat(web.update()).isEqualTo("rollback_completed: rollback completed");
        assertThat(web.running("v1")).isEqualTo(3);
    }

    @Test
    void anUpdateInProgressCanBeTakenBackAtAnyMoment() {
        Scenario whole = stable(3);
        int steps = 0;
        whole.update("v2");
        while (whole.agentsStep()) {
            steps++;
        }
        for (int step = 0; step <= steps; step++) {
            Scenario web = stable(3).update("v2");
            for (int i = 0; i < step; i++) {
                web.agentsStep();
            }
            web.rollback().settleFor(15_000);
            assertThat(web.update()).as("after step " + step).isEqualTo("rollback_completed: rollback completed");
            assertThat(web.wanted()).isEqualTo("1 v1 running/running, 2 v1 running/running, 3 v1 running/running");
        }
    }

    @Test
    void afterARollbackTheNextUpdateGetsANewNumber() {
        Scenario web = stable(1).update("v2").settleFor(10_000).rollback().settleFor(10_000).update("v3");
        assertThat(web.service().getRevision()).isEqualTo(3);
    }

    // ---- abort

    @Test
    void anAbortLeadsToTheLastStableRevision() {
        Scenario web = stable(3).update("v2").settle();
        web.steer(RolloutControl.abort(web.state(), web.service(), web.now()));
        assertThat(web.update())
                .isEqualTo("rollback_started: update aborted by request, rolling back to revision 1");
        web.settleFor(20_000);
        assertThat(web.running("v1")).isEqualTo(3);
    }

    @Test
    void whatIsFinishedOrTurnedBackAlreadyCannotBeAborted() {
        Scenario web = stable(2).update("v2").settleFor(10_000);
        assertThat(RolloutControl.abort(web.state(), web.service(), web.now()))
                .isEqualTo(new RolloutControl.Outcome.Refused("service web has no update in progress: to go back from"
                        + " a finished one use `service rollback`"));
        web.rollback();
        assertThat(RolloutControl.abort(web.state(), web.service(), web.now()))
                .isEqualTo(new RolloutControl.Outcome.Refused("service web is on its way back already, to revision 1:"
                        + " pause it, or update the service"));
    }
}
