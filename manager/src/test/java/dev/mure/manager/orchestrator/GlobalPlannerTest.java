package dev.mure.manager.orchestrator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mure.manager.planning.Scenario;
import dev.mure.v1.Node;
import dev.mure.v1.TaskState;
import org.junit.jupiter.api.Test;

/** One task per node: update-semantics §7 and §16 no. 9. */
class GlobalPlannerTest {

    private static Scenario running(int nodes) {
        return Scenario.nodes(nodes).createGlobal("v1").settleFor(5_000);
    }

    @Test
    void eachNodeThatTakesTasksGetsOne() {
        Scenario web = running(3);
        assertThat(web.placement()).isEqualTo("1@n1 2@n2 3@n3");
        assertThat(web.running("v1")).isEqualTo(3);
    }

    @Test
    void aNodeThatJoinsGetsOne() {
        Scenario web = running(2).availability("n9", Node.Availability.ACTIVE).nodeBack("n9").settle();
        assertThat(web.placement()).isEqualTo("1@n1 2@n2 3@n9");
    }

    @Test
    void aDrainedNodeLosesItAndGetsItBack() {
        Scenario web = running(3).availability("n2", Node.Availability.DRAIN).settle();
        assertThat(web.placement()).isEqualTo("1@n1 3@n3");
        web.availability("n2", Node.Availability.ACTIVE).settle();
        assertThat(web.placement()).isEqualTo("1@n1 2@n2 3@n3");
    }

    @Test
    void aPausedNodeKeepsWhatItHas() {
        Scenario web = running(2).availability("n2", Node.Availability.PAUSE).settle();
        assertThat(web.running("v1")).isEqualTo(2);
    }

    @Test
    void whatFailsIsRestartedOnItsNode() {
        Scenario web = running(3).observe(2, TaskState.TASK_STATE_FAILED).settleFor(6_000);
        assertThat(web.placement()).isEqualTo("1@n1 2@n2 3@n3");
        assertThat(web.slot(2)).isEqualTo("v1 shutdown/failed, v1 running/running");
    }

    @Test
    void ofANodeThatIsDownNothingIsReplacedAndNothingIsStopped() {
        Scenario web = running(3).nodeDown("n2").settleFor(20_000);
        assertThat(web.slot(2)).isEqualTo("v1 running/running");
        web.nodeBack("n2").settleFor(5_000);
        assertThat(web.slot(2)).isEqualTo("v1 running/running");
    }

    @Test
    void anUpdateGoesNodeByNode() {
        Scenario web = running(3).update("v2");
        do {
            assertThat(3 - web.running("v1") - web.running("v2")).isLessThanOrEqualTo(1);
        } while (web.agentsStep());
        web.settleFor(6_000);
        assertThat(web.update()).isEqualTo("completed: update completed");
        assertThat(web.placement()).isEqualTo("1@n1 2@n2 3@n3");
    }

    @Test
    void anUpdateDoesNotWaitForANodeThatIsDownAndCatchesUpByTheRules() {
        Scenario web = running(3).nodeDown("n2").update("v2").settleFor(10_000);
        assertThat(web.update()).isEqualTo("completed: update completed");
        assertThat(web.slot(2)).isEqualTo("v1 running/running");
        web.nodeBack("n2");
        assertThat(web.update()).as("not past the limits of an update").isEqualTo("updating: update in progress");
        web.settleFor(10_000);
        assertThat(web.update()).isEqualTo("completed: update completed");
        assertThat(web.running("v2")).isEqualTo(3);
    }

    @Test
    void aNodeEventDoesNotMoveATaskPastAPause() {
        Scenario web = running(3).update("crash").settle();
        assertThat(web.update()).startsWith("paused: ");
        web.sessionLost("n3").nodeBack("n3").settleFor(10_000);
        assertThat(web.slot(3)).isEqualTo("v1 running/running");
    }

    @Test
    void aFailedUpdateOfAGlobalServiceCanBeTakenBack() {
        Scenario web = running(3).update("crash").settle().rollback().settleFor(10_000);
        assertThat(web.update()).isEqualTo("rollback_completed: rollback completed");
        assertThat(web.running("v1")).isEqualTo(3);
    }
}
