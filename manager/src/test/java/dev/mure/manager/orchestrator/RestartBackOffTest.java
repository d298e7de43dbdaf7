package dev.mure.manager.orchestrator;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.util.Durations;
import dev.mure.manager.planning.Scenario;
import dev.mure.v1.TaskState;
import org.junit.jupiter.api.Test;

/** The back-off where the restart policy has no delay (update-semantics §16.12). */
class RestartBackOffTest {

    private static final TaskState FAILED = TaskState.TASK_STATE_FAILED;

    @Test
    void withoutADelayTheFirstRestartIsAtOnceAndACrashLoopSlowsDown() {
        Scenario web = Scenario.nodes(1).create("v1", 1, restart -> restart.setDelay(Durations.ZERO));
        web.observe(1, FAILED);
        assertThat(delay(web)).isZero();
        web.observe(1, FAILED);
        assertThat(delay(web)).isEqualTo(100);
        web.pass(100).observe(1, FAILED);
        assertThat(delay(web)).isEqualTo(200);
        web.pass(200).observe(1, FAILED);
        assertThat(delay(web)).isEqualTo(400);
    }

    @Test
    void whoWantsNoBackOffSaysSo() {
        Scenario web = Scenario.nodes(1)
                .create("v1", 1, restart -> restart.setDelay(Durations.ZERO).setMaxDelay(Durations.ZERO));
        web.observe(1, FAILED).observe(1, FAILED).observe(1, FAILED);
        assertThat(delay(web)).isZero();
    }

    @Test
    void whatCouldNotBePreparedIsNotTriedAgainBeforeTheDelayIsOver() {
        Scenario web = Scenario.nodes(1).create("bad", 1).settle();
        assertThat(web.slot(1)).isEqualTo("bad shutdown/rejected, bad ready/pending");
        web.pass(4_999);
        assertThat(web.slot(1)).isEqualTo("bad shutdown/rejected, bad ready/pending");
        web.pass(1);
        assertThat(web.slot(1)).isEqualTo("bad shutdown/rejected, bad running/assigned");
        web.settle().pass(9_999);
        assertThat(web.newest(1).getNodeId()).isEmpty();
    }

    @Test
    void whatRanIsPreparedAgainWhileTheDelayRuns() {
        Scenario web = Scenario.nodes(1).create("crash", 1).settle();
        assertThat(web.slot(1)).isEqualTo("crash shutdown/failed, crash ready/ready");
    }

    private static long delay(Scenario web) {
        return web.newest(1).getRestart().getNotBeforeClockMillis() - web.now();
    }
}
