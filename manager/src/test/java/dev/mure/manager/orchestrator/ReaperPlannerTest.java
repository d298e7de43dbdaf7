package dev.mure.manager.orchestrator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mure.manager.planning.Scenario;
import dev.mure.v1.RestartPolicy;
import dev.mure.v1.Revision;
import dev.mure.v1.TaskState;
import org.junit.jupiter.api.Test;

/** What is forgotten when: update-semantics §12; and how a removed service goes. */
class ReaperPlannerTest {

    private static final TaskState FAILED = TaskState.TASK_STATE_FAILED;

    private static Scenario failed(int limit, int times) {
        Scenario web =
                Scenario.nodes(1)
                        .cluster(settings -> settings.setTaskHistoryLimit(limit))
                        .create("v1", 1, restart -> restart.setMaxDelay(restart.getDelay()))
                        .settle();
        for (int i = 0; i < times; i++) {
            web.observe(1, FAILED).pass(5_000).settle();
        }
        return web;
    }

    @Test
    void fiveTasksPerSlotAreKeptTheLiveOneIncluded() {
        Scenario web = failed(5, 8);
        assertThat(web.tasks(1)).hasSize(5);
        assertThat(web.slot(1)).endsWith("v1 running/running");
    }

    @Test
    void aNegativeLimitKeepsAll() {
        assertThat(failed(-1, 8).tasks(1)).hasSize(9);
    }

    @Test
    void aLimitOfZeroKeepsWhatLives() {
        assertThat(failed(0, 3).slot(1)).isEqualTo("v1 running/running");
    }

    @Test
    void whateverTheLimitACompletedSlotIsNotFilledAgain() {
        Scenario web = Scenario.nodes(1).cluster(settings -> settings.setTaskHistoryLimit(0));
        web.create("v1", 1, restart -> restart.setCondition(RestartPolicy.Condition.NONE)).settle();
        web.observe(1, TaskState.TASK_STATE_COMPLETE).leaderChange();
        assertThat(web.slot(1)).isEqualTo("v1 shutdown/complete");
    }

    @Test
    void aSmallerLimitAppliesAtOnce() {
        Scenario web = failed(5, 8).cluster(settings -> settings.setTaskHistoryLimit(2));
        assertThat(web.tasks(1)).hasSize(2);
    }

    @Test
    void aTaskThatStillStopsIsNeverForgotten() {
        Scenario web = Scenario.nodes(1).cluster(settings -> settings.setTaskHistoryLimit(1)).create("v1", 1).settle();
        web.update("v2").observe(1, TaskState.TASK_STATE_READY);
        assertThat(web.slot(1)).isEqualTo("v1 shutdown/running, v2 running/ready");
    }

    @Test
    void aRemovedServiceGoesWhenItsLastTaskHasEnded() {
        Scenario web = Scenario.nodes(2).create("v1", 2).settle().remove();
        assertThat(web.slot(1)).isEqualTo("v1 remove/running");
        web.observe(web.oldest(1), TaskState.TASK_STATE_SHUTDOWN);
        assertThat(web.state().service("web")).isPresent();
        web.observe(web.oldest(2), TaskState.TASK_STATE_SHUTDOWN);
        assertThat(web.state().service("web")).isEmpty();
        assertThat(web.state().revisionsOf("web")).isEmpty();
    }

    @Test
    void aRemovedServiceDoesNotWaitForANodeThatIsDown() {
        Scenario web = Scenario.nodes(1).create("v1", 1).settle().remove().nodeDown("n1");
        assertThat(web.state().service("web")).isEmpty();
        assertThat(web.state().tasks()).isEmpty();
    }

    @Test
    void theHistoryOfANodeThatIsDownStays() {
        Scenario web = Scenario.nodes(2).create("v1", 1).settle();
        web.nodeDown(web.newest(1).getNodeId()).settle();
        assertThat(web.slot(1)).isEqualTo("v1 shutdown/running, v1 running/running");
    }

    @Test
    void aCondemnedTaskGoesWhenItEnded() {
        Scenario cluster = Scenario.nodes(1).condemn("stray", "n1");
        assertThat(cluster.state().task("stray")).isPresent();
        cluster.settle();
        assertThat(cluster.state().tasks()).isEmpty();
    }

    @Test
    void aCondemnedTaskGoesWhenItsNodeIsDown() {
        assertThat(Scenario.nodes(1).condemn("stray", "n1").nodeDown("n1").state().tasks()).isEmpty();
    }

    @Test
    void tenRevisionsAreKept() {
        Scenario web = Scenario.nodes(1).create("v1", 1).settle();
        for (int i = 2; i <= 15; i++) {
            web.update("v" + i).settleFor(5_000);
        }
        assertThat(web.state().revisionsOf("web")).extracting(Revision::getNumber)
                .hasSize(10)
                .startsWith(6L)
                .endsWith(15L);
    }

    @Test
    void aRevisionThatATaskRunsIsKept() {
        Scenario web = Scenario.nodes(1).create("v1", 1).settle();
        for (int i = 2; i <= 15; i++) {
            web.update("bad" + i).observe(1, TaskState.TASK_STATE_REJECTED);
        }
        assertThat(web.slot(1)).startsWith("v1 running/running");
    }
}
