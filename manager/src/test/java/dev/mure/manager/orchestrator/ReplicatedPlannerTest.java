package dev.mure.manager.orchestrator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mure.manager.planning.Scenario;
import dev.mure.v1.RestartPolicy;
import dev.mure.v1.Task;
import dev.mure.v1.TaskState;
import org.junit.jupiter.api.Test;

/** How many slots a service has: update-semantics §4. */
class ReplicatedPlannerTest {

    @Test
    void aServiceGetsItsSlotsAtOnce() {
        Scenario web = Scenario.nodes(3).create("v1", 3);
        assertThat(web.wanted()).isEqualTo("1 v1 running/assigned, 2 v1 running/assigned, 3 v1 running/assigned");
    }

    @Test
    void scalingUpFillsTheLowestFreeNumbersWithTheCurrentRevision() {
        Scenario web = Scenario.nodes(3).create("v1", 6).settle().scale(3).settle();
        assertThat(web.placement()).isEqualTo("1@n1 2@n2 3@n3");
        web.scale(5);
        assertThat(web.placement()).isEqualTo("1@n1 2@n2 3@n3 4@n1 5@n2");
    }

    @Test
    void scalingDownKeepsTheRestSpread() {
        // n1 has 1 and 4, n2 has 2 and 5, n3 has 3 and 6: one copy of each node stays.
        Scenario web = Scenario.nodes(3).create("v1", 6).settle().scale(3);
        assertThat(web.placement()).isEqualTo("1@n1 2@n2 3@n3");
        assertThat(web.slot(4)).isEqualTo("v1 remove/running");
    }

    @Test
    void scalingDownCountsRunningCopiesBeforeOthers() {
        Scenario web = Scenario.nodes(2).create("v1", 4).settle().observe(1, TaskState.TASK_STATE_FAILED);
        web.scale(2);
        assertThat(web.wanted()).isEqualTo("2 v1 running/running, 3 v1 running/running");
    }

    @Test
    void scalingDownTakesSlotsWithoutANodeFirst() {
        Scenario web = Scenario.nodes(1).create("v1", 1).settle();
        web.availability("n1", dev.mure.v1.Node.Availability.PAUSE).scale(3).scale(1);
        assertThat(web.placement()).isEqualTo("1@n1");
        assertThat(web.tasks(2)).as("never had a node, leaves no history").isEmpty();
    }

    @Test
    void scalingDownTakesSlotsThatAreBeingReplacedFirst() {
        Scenario web = Scenario.nodes(3).create("v1", 3).settle().update("v2").scale(2);
        assertThat(web.wanted())
                .isEqualTo("1 v1 running/running+v2 ready/assigned, 3 v1 running/running+v2 ready/assigned");
    }

    @Test
    void scaledDownTasksAreForgottenWhenTheyEnded() {
        Scenario web = Scenario.nodes(1).create("v1", 2).settle().scale(1);
        assertThat(web.slot(2)).isEqualTo("v1 remove/running");
        web.settle();
        assertThat(web.tasks(2)).isEmpty();
    }

    @Test
    void scaledToZeroTheServiceStays() {
        Scenario web = Scenario.nodes(1).create("v1", 2).settle().scale(0).settle();
        assertThat(web.state().tasks()).isEmpty();
        assertThat(web.service().getRemoved()).isFalse();
    }

    @Test
    void aNumberThatIsUsedAgainWaitsForItsFormerTask() {
        Scenario web = Scenario.nodes(2).create("v1", 2).settle().scale(1).scale(2);
        assertThat(web.slot(2)).isEqualTo("v1 remove/running, v1 running/assigned");
        Task second = web.newest(2);
        assertThat(second.getDesired().getStartAfterStopOf()).as("on the same node the agent waits").isNotEmpty();
        web.settle();
        assertThat(web.slot(2)).isEqualTo("v1 running/running");
    }

    @Test
    void aSlotThatCompletedIsNotFilledAgain() {
        Scenario web = Scenario.nodes(1)
                .create("v1", 2, restart -> restart.setCondition(RestartPolicy.Condition.NONE))
                .settle();
        web.observe(1, TaskState.TASK_STATE_COMPLETE).label("looked-at").settleFor(10_000);
        assertThat(web.slot(1)).isEqualTo("v1 shutdown/complete");
        assertThat(web.slot(2)).isEqualTo("v1 running/running");
    }
}
