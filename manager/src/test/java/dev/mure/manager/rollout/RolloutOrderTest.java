package dev.mure.manager.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mure.manager.planning.Scenario;
import dev.mure.v1.TaskState;
import dev.mure.v1.UpdateConfig.Order;
import org.junit.jupiter.api.Test;

/** Start-first: update-semantics §5.2 and §16 no. 7. */
class RolloutOrderTest {

    private static final TaskState READY = TaskState.TASK_STATE_READY;
    private static final TaskState RUNNING = TaskState.TASK_STATE_RUNNING;
    private static final TaskState SHUTDOWN = TaskState.TASK_STATE_SHUTDOWN;
    private static final TaskState FAILED = TaskState.TASK_STATE_FAILED;

    private static Scenario startFirst(int replicas) {
        return Scenario.nodes(3)
                .create("v1", replicas)
                .settleFor(5_000)
                .policy(update -> update.setOrder(Order.START_FIRST));
    }

    @Test
    void theOldTaskStopsWhenTheNewOneIsGood() {
        Scenario web = startFirst(3).update("v2");
        assertThat(web.slot(1)).isEqualTo("v1 running/running, v2 running/assigned");
        web.observe(1, READY);
        assertThat(web.slot(1)).isEqualTo("v1 running/running, v2 running/ready");
        web.observe(1, RUNNING);
        assertThat(web.slot(1)).isEqualTo("v1 shutdown/running, v2 running/running");
        web.settleFor(6_000);
        assertThat(web.update()).isEqualTo("completed: update completed");
        assertThat(web.running("v2")).isEqualTo(3);
    }

    @Test
    void neverIsASlotOutOfService() {
        Scenario web = startFirst(3).update("v2");
        do {
            assertThat(web.running("v1") + web.running("v2")).isBetween(3L, 4L);
        } while (web.agentsStep());
    }

    @Test
    void aNewTaskThatFailsLeavesTheOldOneAlone() {
        Scenario web = startFirst(3).update("crash").settleFor(30_000);
        assertThat(web.update()).startsWith("paused: update paused due to failure");
        assertThat(web.wanted()).isEqualTo("1 v1 running/running, 2 v1 running/running, 3 v1 running/running");
        assertThat(web.tasks(1)).as("and is not restarted beside it").hasSize(2);
    }

    @Test
    void aNewerUpdateLeavesNoThirdTaskInTheSlot() {
        Scenario web = startFirst(2).update("v2").observe(1, READY).update("v3");
        assertThat(web.slot(1)).as("the newest waits for the one that stops")
                .isEqualTo("v1 running/running, v2 shutdown/ready, v3 ready/assigned");
        web.observe(web.tasks(1).get(1), SHUTDOWN);
        assertThat(web.slot(1)).isEqualTo("v1 running/running, v2 shutdown/shutdown, v3 running/assigned");
        web.settleFor(6_000);
        assertThat(web.running("v3")).isEqualTo(2);
    }

    @Test
    void theWayBackStopsTheNewTaskAndKeepsTheOldOne() {
        Scenario web = startFirst(2).update("v2").observe(1, READY).rollback();
        assertThat(web.slot(1)).isEqualTo("v1 running/running, v2 shutdown/ready");
        web.settleFor(6_000);
        assertThat(web.update()).isEqualTo("rollback_completed: rollback completed");
    }

    @Test
    void aPauseFinishesTheSlotThatRunsTwice() {
        Scenario web = startFirst(3).update("v2").observe(1, READY);
        web.steer(RolloutControl.pause(web.state(), web.service())).settleFor(10_000);
        assertThat(web.wanted()).isEqualTo("1 v2 running/running, 2 v1 running/running, 3 v1 running/running");
    }

    @Test
    void aFailureOfTheOldOneMeanwhileHurtsNobody() {
        Scenario web = startFirst(2).update("v2").observe(1, READY);
        web.observe(web.oldest(1), FAILED);
        assertThat(web.update()).isEqualTo("updating: update in progress");
        assertThat(web.slot(1)).isEqualTo("v1 shutdown/failed, v2 running/ready");
        web.settleFor(6_000);
        assertThat(web.update()).isEqualTo("completed: update completed");
    }

    @Test
    void autoStartsFirstWhereThereIsRoom() {
        Scenario web = Scenario.nodes(3)
                .create("v1", 3)
                .settleFor(5_000)
                .policy(update -> update.setOrder(Order.AUTO))
                .update("v2");
        assertThat(web.rollout().getSlots(0).getOrder()).isEqualTo(Order.START_FIRST);
        assertThat(web.slot(1)).isEqualTo("v1 running/running, v2 running/assigned");
    }
}
