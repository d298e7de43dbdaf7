package dev.mure.manager.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mure.manager.planning.Scenario;
import dev.mure.v1.Revision;
import dev.mure.v1.TaskState;
import dev.mure.v1.UpdateConfig.FailureAction;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Which revisions are remembered as good: update-semantics §16 nos. 2 and 24. */
class RevisionPlannerTest {

    private static List<Long> stable(Scenario web) {
        return web.state()
                .revisionsOf("web")
                .stream()
                .filter(Revision::getStable)
                .map(Revision::getNumber)
                .toList();
    }

    @Test
    void theFirstRevisionIsStableWhenAllSlotsRanForTheMonitorTime() {
        Scenario web = Scenario.nodes(3).create("v1", 3).settle().pass(4_999);
        assertThat(stable(web)).isEmpty();
        web.pass(1);
        assertThat(stable(web)).containsExactly(1L);
    }

    @Test
    void oneThatNeverRanIsNot() {
        assertThat(stable(Scenario.nodes(3).create("crash", 3).settleFor(60_000))).isEmpty();
    }

    @Test
    void aRevisionWhoseRolloutCompletedIsStable() {
        Scenario web = Scenario.nodes(3).create("v1", 3).settleFor(5_000).update("v2").settle();
        assertThat(stable(web)).containsExactly(1L);
        web.pass(5_000);
        assertThat(stable(web)).containsExactly(1L, 2L);
    }

    @Test
    void aRolloutThatCompletedOnlyBecauseFailuresWereNotActedOnMakesNoneStable() {
        Scenario web = Scenario.nodes(3)
                .create("v1", 3)
                .settleFor(5_000)
                .policy(update -> update.setFailureAction(FailureAction.CONTINUE))
                .update("crash")
                .settleFor(60_000);
        assertThat(web.update()).isEqualTo("completed: update completed");
        assertThat(stable(web)).containsExactly(1L);
    }

    @Test
    void whileARolloutIsPausedItsRevisionIsNotStable() {
        Scenario web = Scenario.nodes(3).create("v1", 2).settleFor(5_000).update("v2").settle();
        web.observe(2, TaskState.TASK_STATE_FAILED).settleFor(60_000);
        assertThat(web.update()).startsWith("paused: ");
        assertThat(web.running("v2")).isEqualTo(2);
        assertThat(stable(web)).containsExactly(1L);
    }

    @Test
    void theNewestStableRevisionIsNeverForgotten() {
        Scenario web = Scenario.nodes(1).create("v1", 1).settleFor(5_000);
        for (int i = 2; i <= 20; i++) {
            web.update("bad" + i).settle();
        }
        assertThat(stable(web)).containsExactly(1L);
        assertThat(web.state().revisionsOf("web")).hasSizeLessThanOrEqualTo(12);
        web.rollback().settleFor(10_000);
        assertThat(web.update()).isEqualTo("rollback_completed: rollback completed");
    }
}
