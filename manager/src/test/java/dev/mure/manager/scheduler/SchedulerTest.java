package dev.mure.manager.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mure.manager.planning.Scenario;
import dev.mure.v1.Mutation;
import dev.mure.v1.Node.Availability;
import dev.mure.v1.PutNode;
import dev.mure.v1.TaskState;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Which node a task gets: update-semantics §9. */
class SchedulerTest {

    private static String whyPending(Scenario web, int slot) {
        return web.newest(slot).getStatus().getError();
    }

    @Test
    void aBatchSpreadsOverTheNodes() {
        assertThat(Scenario.nodes(3).create("v1", 6).placement()).isEqualTo("1@n1 2@n2 3@n3 4@n1 5@n2 6@n3");
    }

    @Test
    void theNodeWithFewestTasksOfTheServiceIsBest() {
        Scenario web = Scenario.nodes(3).create("v1", 4).settle().scale(5);
        assertThat(web.placement()).isEqualTo("1@n1 2@n2 3@n3 4@n1 5@n2");
    }

    @Test
    void tasksThatEndedDoNotCount() {
        Scenario web = Scenario.nodes(2).create("v1", 2).settle().observe(1, TaskState.TASK_STATE_FAILED);
        assertThat(web.placement()).isEqualTo("1@n1 2@n2");
    }

    @Test
    void anUpdatePrefersTheNodeOfThePredecessor() {
        Scenario web = Scenario.nodes(3).create("v1", 3).settle().update("v2").settleFor(5_000);
        assertThat(web.placement()).isEqualTo("1@n1 2@n2 3@n3");
    }

    @Test
    void butSpreadingCountsMore() {
        Scenario web = Scenario.nodes(1).create("v1", 2).settle();
        web.availability("n2", Availability.ACTIVE).nodeBack("n2").update("v2").settleFor(5_000);
        assertThat(web.placement()).isEqualTo("1@n2 2@n1");
    }

    @Test
    void aNodeThatComesBackAttractsNewTasksOnly() {
        Scenario web =
                Scenario.nodes(2).create("v1", 2).settle().nodeDown("n2").settle().nodeBack("n2").settleFor(10_000);
        assertThat(web.placement()).isEqualTo("1@n1 2@n1");
        assertThat(web.scale(3).placement()).isEqualTo("1@n1 2@n1 3@n2");
    }

    @Test
    void pausedDrainedAndLostNodesGetNothing() {
        Scenario web = Scenario.nodes(4)
                .availability("n1", Availability.PAUSE)
                .availability("n2", Availability.DRAIN)
                .nodeDown("n3")
                .create("v1", 2);
        assertThat(web.placement()).isEqualTo("1@n4 2@n4");
    }

    @Test
    void aTaskThatFindsNoNodeSaysWhy() {
        Scenario web = Scenario.nodes(1).availability("n1", Availability.PAUSE).create("v1", 1);
        assertThat(web.slot(1)).isEqualTo("v1 running/pending");
        assertThat(whyPending(web, 1)).isEqualTo("no suitable node (1 node not available for new tasks)");
    }

    @Test
    void theReasonIsKeptUpToDateAndGoesWithANode() {
        Scenario web = Scenario.nodes(2)
                .availability("n1", Availability.PAUSE)
                .availability("n2", Availability.PAUSE)
                .create("v1", 1);
        assertThat(whyPending(web, 1)).isEqualTo("no suitable node (2 nodes not available for new tasks)");
        web.availability("n2", Availability.ACTIVE);
        assertThat(web.placement()).isEqualTo("1@n2");
        assertThat(whyPending(web, 1)).isEmpty();
    }

    @Test
    void aManagerWithoutAnAgentIsNoCandidate() {
        Scenario web = Scenario.nodes(0)
                .commit(Mutation.newBuilder()
                        .setPutNode(
                                PutNode.newBuilder().setId("m1").setName("m1").setAvailability(Availability.ACTIVE)))
                .create("v1", 1);
        assertThat(whyPending(web, 1)).isEqualTo("no suitable node");
    }

    @Test
    void theReasonIsWrittenOnlyWhenItChanges() {
        Scenario web = Scenario.nodes(1).availability("n1", Availability.PAUSE).create("v1", 1);
        List<?> before = web.decisions();
        web.label("x").leaderChange().pass(60_000);
        assertThat(web.decisions()).hasSameSizeAs(before);
    }
}
