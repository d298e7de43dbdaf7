package dev.mure.manager.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mure.manager.planning.Scenario;
import dev.mure.v1.Node;
import dev.mure.v1.Placement;
import dev.mure.v1.PortConfig;
import dev.mure.v1.Share;
import dev.mure.v1.TaskSpec;
import dev.mure.v1.TaskState;
import dev.mure.v1.UpdateConfig.Order;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** Updates and drains where constraints and ports of the host have a say in it. */
class PlacedUpdateTest {

    private static final TaskState READY = TaskState.TASK_STATE_READY;
    private static final TaskState RUNNING = TaskState.TASK_STATE_RUNNING;
    private static final TaskState SHUTDOWN = TaskState.TASK_STATE_SHUTDOWN;

    private static UnaryOperator<TaskSpec.Builder> only(String constraint) {
        return spec -> spec.setPlacement(Placement.newBuilder().addConstraints(constraint));
    }

    private static TaskSpec.Builder port80(TaskSpec.Builder spec) {
        return spec.addPorts(PortConfig.newBuilder()
                .setMode(PortConfig.PublishMode.HOST)
                .setTargetPort(80)
                .setPublishedPort(80));
    }

    /** Nodes n1 and n2 of zone a, and one task on n1. */
    private static Scenario onN1() {
        Scenario web = Scenario.nodes(2).zone("n1", "a").zone("n2", "a").create("v1", 1).settleFor(5_000);
        assertThat(web.placement()).isEqualTo("1@n1");
        return web;
    }

    // ---- what an update of nothing but the placement left in place

    @Test
    void itIsMovedByTheNewSpecWhenItsNodeIsDrained() {
        Scenario web = onN1().update(only("node.labels.zone==a"));
        assertThat(web.tasks(1)).hasSize(1);
        web.availability("n1", Node.Availability.DRAIN).settle();
        assertThat(web.placement()).isEqualTo("1@n2");
        assertThat(web.newest(1).getRevision()).isEqualTo(2);
    }

    @Test
    void itWaitsWhereNoNodeFitsTheNewSpec() {
        Scenario web = onN1().zone("n2", "b").update(only("node.labels.zone==a"));
        web.availability("n1", Node.Availability.DRAIN).settle();
        assertThat(web.slot(1)).isEqualTo("v1 running/running, v1 ready/pending");
        web.zone("n2", "a").settle();
        assertThat(web.placement()).isEqualTo("1@n2");
    }

    @Test
    void itStaysWhenOnlyItsOldConstraintsHoldNoLonger() {
        Scenario web = onN1().update(only("node.labels.zone==a")).update("v2").settleFor(10_000);
        web.update(TaskSpec.Builder::clearPlacement).zone(web.newest(1).getNodeId(), "b").settleFor(10_000);
        assertThat(web.slot(1)).endsWith("v1 shutdown/shutdown, v2 running/running");
    }

    @Test
    void itIsUpdatedWhenItsNodeIsNoLongerOneThatTheNewSpecAsksFor() {
        Scenario web = onN1().update(only("node.labels.zone==a"));
        assertThat(web.update()).isEqualTo("none");
        web.zone("n1", "b").settleFor(10_000);
        assertThat(web.update()).isEqualTo("completed: update completed");
        assertThat(web.placement()).isEqualTo("1@n2");
    }

    @Test
    void anUpdateToTheSameSpecGoesOnWithAMoveThatIsUnderWay() {
        Scenario web = onN1().zone("n2", "b").update(only("node.labels.zone==a"));
        web.availability("n1", Node.Availability.DRAIN).update(spec -> spec);
        assertThat(web.slot(1)).isEqualTo("v1 running/running, v1 ready/pending");
        web.availability("n1", Node.Availability.ACTIVE);
        assertThat(web.slot(1)).isEqualTo("v1 running/running");
    }

    @Test
    void aMoveDuringAPauseMayLeadToWhereTheNewSpecWantsIt() {
        Scenario web = onN1().zone("n2", "b").update(only("node.labels.zone==b"));
        web.steer(RolloutControl.pause(web.state(), web.service())).settle();
        assertThat(web.placement()).isEqualTo("1@n1");
        web.availability("n1", Node.Availability.DRAIN).settle();
        assertThat(web.placement()).isEqualTo("1@n2");
        assertThat(web.newest(1).getRevision()).isEqualTo(1);
    }

    // ---- slots that a rollout was done with

    @Test
    void aSlotThatIsDirtyAgainKeepsItsTaskUntilTheNextIsReady() {
        Scenario web = Scenario.nodes(2).zone("n1", "a").zone("n2", "a").create("v1", 2).settleFor(5_000);
        web.policy(update -> update.setParallelism(Share.newBuilder().setCount(2))).update("v2").observe(1, READY)
                .observe(web.oldest(1), SHUTDOWN).update(only("node.labels.zone==a"));
        web.observe(1, RUNNING);
        assertThat(web.rollout().getSlots(0).getGood()).isTrue();
        web.zone(web.newest(1).getNodeId(), "b").pass(10_000);
        assertThat(web.slot(1)).endsWith("v2 running/running, v2 ready/assigned");
        web.observe(1, READY);
        assertThat(web.slot(1)).endsWith("v2 shutdown/running, v2 ready/ready");
    }

    // ---- ports

    @Test
    void startFirstTakesBackWhatWasPlacedToTakeOver() {
        Scenario web = Scenario.nodes(2).create("v0", 1).update(PlacedUpdateTest::port80).settleFor(20_000);
        String home = web.newest(1).getNodeId();
        web.update("v2");
        assertThat(web.newest(1).getNodeId()).isEqualTo(home);
        web.policy(update -> update.setOrder(Order.START_FIRST)).update(spec -> spec);
        assertThat(web.slot(1)).endsWith("v0 running/running, v2 remove/assigned, v2 ready/assigned");
        assertThat(web.newest(1).getNodeId()).isNotEqualTo(home);
        web.settleFor(10_000);
        assertThat(web.wanted()).isEqualTo("1 v2 running/running");
    }
}
