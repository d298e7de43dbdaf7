package dev.mure.manager.orchestrator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mure.manager.planning.Scenario;
import dev.mure.v1.Node;
import dev.mure.v1.Share;
import dev.mure.v1.TaskState;
import dev.mure.v1.UpdateConfig.Order;
import org.junit.jupiter.api.Test;

/** Drain: update-semantics §11, and §16 nos. 8 and 10. */
class EvictionPlannerTest {

    private static final TaskState READY = TaskState.TASK_STATE_READY;

    /** All tasks on n1, beside a node n2 that is free. */
    private static Scenario onOneNode(int replicas) {
        return Scenario.nodes(1)
                .create("v1", replicas)
                .settleFor(5_000)
                .availability("n2", Node.Availability.ACTIVE)
                .nodeBack("n2");
    }

    private static Scenario drained(Scenario web) {
        return web.availability("n1", Node.Availability.DRAIN);
    }

    @Test
    void theNewTaskIsPreparedElsewhereBeforeTheOldOneIsStopped() {
        Scenario web = drained(onOneNode(1));
        assertThat(web.slot(1)).isEqualTo("v1 running/running, v1 ready/assigned");
        web.observe(1, READY);
        assertThat(web.slot(1)).isEqualTo("v1 shutdown/running, v1 ready/ready");
        web.settle();
        assertThat(web.placement()).isEqualTo("1@n2");
    }

    @Test
    void aDrainNeverTakesMoreOutThanTheUpdateMay() {
        Scenario web = drained(onOneNode(5).policy(update -> update.setParallelism(Share.newBuilder().setCount(2))));
        long out = 0;
        do {
            out = Math.max(out, 5 - web.running("v1"));
        } while (web.agentsStep());
        assertThat(out).isEqualTo(2);
        assertThat(web.placement()).isEqualTo("1@n2 2@n2 3@n2 4@n2 5@n2");
    }

    @Test
    void startFirstTakesNothingOut() {
        Scenario web = drained(onOneNode(3).policy(update -> update.setOrder(Order.START_FIRST)));
        do {
            assertThat(web.running("v1")).isGreaterThanOrEqualTo(3);
        } while (web.agentsStep());
        assertThat(web.placement()).isEqualTo("1@n2 2@n2 3@n2");
    }

    @Test
    void withoutAnotherNodeEverythingGoesOnAndSaysWhy() {
        Scenario web = Scenario.nodes(1).create("v1", 2).settleFor(5_000);
        drained(web).settleFor(60_000);
        assertThat(web.running("v1")).isEqualTo(2);
        assertThat(web.newest(1).getStatus().getError())
                .isEqualTo("no suitable node (1 node not available for new tasks)");
    }

    @Test
    void aDrainThatIsTakenBackLeavesEverythingAsItWas() {
        Scenario web = drained(onOneNode(2)).availability("n1", Node.Availability.ACTIVE).settleFor(10_000);
        assertThat(web.placement()).isEqualTo("1@n1 2@n1");
        assertThat(web.tasks(1)).hasSize(1);
    }

    @Test
    void aReplacementThatIsStillToBePlacedCountsAsOut() {
        Scenario web = Scenario.nodes(4).create("v1", 3).settleFor(5_000);
        web.observe(web.oldest(1), TaskState.TASK_STATE_FAILED).observe(1, READY);
        web.availability(web.oldest(2).getNodeId(), Node.Availability.DRAIN).observe(2, READY);
        assertThat(web.slot(2)).isEqualTo("v1 running/running, v1 ready/ready");
        web.nodeDown(web.newest(1).getNodeId());
        assertThat(web.slot(1)).endsWith("v1 running/assigned");
        assertThat(web.slot(2)).isEqualTo("v1 running/running, v1 ready/ready");
        web.settleFor(1_000);
        assertThat(web.running("v1")).isEqualTo(3);
    }

    @Test
    void anUpdateMovesWhatHasToLeaveFirstAndAtOnceToItsNewPlace() {
        Scenario web = Scenario.nodes(3).create("v1", 3).settleFor(5_000);
        web.update("v2").availability("n3", Node.Availability.DRAIN).settleFor(10_000);
        assertThat(web.update()).isEqualTo("completed: update completed");
        assertThat(web.running("v2")).isEqualTo(3);
        assertThat(web.placement()).doesNotContain("n3");
    }

    @Test
    void drainAndUpdateShareOneBudget() {
        Scenario web = onOneNode(4).update("v2");
        drained(web);
        long out = 0;
        do {
            out = Math.max(out, 4 - web.running("v1") - web.running("v2"));
        } while (web.agentsStep());
        assertThat(out).isEqualTo(1);
    }

    @Test
    void aPausedUpdateDoesNotKeepANodeFromBeingDrained() {
        Scenario web = onOneNode(3).update("bad").settle();
        assertThat(web.update()).startsWith("paused: ");
        drained(web).settleFor(20_000);
        assertThat(web.placement()).isEqualTo("1@n2 2@n2 3@n2");
        assertThat(web.running("v1")).as("on its own revision").isEqualTo(3);
    }

    @Test
    void aTaskThatFailsElsewhereIsTriedAgainLaterEachTimeWhileTheOldOneServes() {
        Scenario web = drained(onOneNode(1));
        web.observe(1, TaskState.TASK_STATE_REJECTED);
        assertThat(web.wanted()).isEqualTo("1 v1 running/running");
        web.pass(4_999);
        assertThat(web.wanted()).isEqualTo("1 v1 running/running");
        web.pass(1);
        assertThat(web.wanted()).isEqualTo("1 v1 running/running+v1 ready/assigned");
        web.observe(1, TaskState.TASK_STATE_REJECTED).pass(9_999);
        assertThat(web.wanted()).isEqualTo("1 v1 running/running");
        web.pass(1).settle();
        assertThat(web.placement()).isEqualTo("1@n2");
    }
}
