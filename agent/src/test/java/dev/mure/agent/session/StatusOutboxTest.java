package dev.mure.agent.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mure.agent.task.Urgency;
import dev.mure.v1.StatusReport;
import dev.mure.v1.TaskObservation;
import dev.mure.v1.TaskState;
import dev.mure.v1.TaskStatus;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class StatusOutboxTest {

    private static final Duration NOW = Duration.ZERO;
    private static final Duration LONG = Duration.ofDays(1);

    private final StatusOutbox outbox = new StatusOutbox(LONG);

    @Test
    void nothingIsSentWhenThereIsNothing() throws Exception {
        assertThat(outbox.await(NOW)).isEmpty();
        assertThat(outbox.unacknowledgedFor()).isZero();
    }

    @Test
    void theFurthestStateOfATaskIsSent() throws Exception {
        report("a", TaskState.TASK_STATE_READY);
        report("a", TaskState.TASK_STATE_FAILED);
        report("a", TaskState.TASK_STATE_RUNNING);
        assertThat(text(outbox.await(NOW))).isEqualTo("1: a FAILED");
    }

    @Test
    void onlyOneReportIsOnItsWay() throws Exception {
        report("a", TaskState.TASK_STATE_RUNNING);
        assertThat(text(outbox.await(NOW))).isEqualTo("1: a RUNNING");
        report("b", TaskState.TASK_STATE_RUNNING);
        assertThat(outbox.await(NOW)).isEmpty();
        assertThat(outbox.unacknowledgedFor()).isPositive();
        outbox.acknowledge(7);
        assertThat(outbox.await(NOW)).isEmpty();
        outbox.acknowledge(1);
        assertThat(text(outbox.await(NOW))).isEqualTo("2: b RUNNING");
        outbox.acknowledge(2);
        assertThat(outbox.await(NOW)).isEmpty();
    }

    @Test
    void whatChangedOnTheWayIsSentAgain() throws Exception {
        report("a", TaskState.TASK_STATE_READY);
        report("b", TaskState.TASK_STATE_READY);
        assertThat(text(outbox.await(NOW))).isEqualTo("1: a READY, b READY");
        report("a", TaskState.TASK_STATE_RUNNING);
        outbox.acknowledge(1);
        assertThat(text(outbox.await(NOW))).isEqualTo("2: a RUNNING");
    }

    @Test
    void aNewStreamSendsAllThatWasNotAcknowledged() throws Exception {
        report("a", TaskState.TASK_STATE_COMPLETE);
        assertThat(outbox.await(NOW)).isPresent();
        report("b", TaskState.TASK_STATE_RUNNING);
        outbox.restart();
        assertThat(text(outbox.await(NOW))).isEqualTo("1: a COMPLETE, b RUNNING");
    }

    @Test
    void whatNobodyWaitsForLingersButGoesAlong() throws Exception {
        lingering("a", TaskState.TASK_STATE_PREPARING);
        assertThat(outbox.await(NOW)).isEmpty();
        lingering("b", TaskState.TASK_STATE_STARTING);
        assertThat(outbox.await(NOW)).isEmpty();
        report("c", TaskState.TASK_STATE_RUNNING);
        assertThat(text(outbox.await(NOW))).isEqualTo("1: a PREPARING, b STARTING, c RUNNING");
    }

    @Test
    void whatLingersIsSentWhenAnEarlierStatusOfItsTaskWasDue() throws Exception {
        report("a", TaskState.TASK_STATE_RUNNING);
        lingering("a", TaskState.TASK_STATE_SHUTDOWN);
        assertThat(text(outbox.await(NOW))).isEqualTo("1: a SHUTDOWN");
    }

    @Test
    void whatLingersIsNotHurriedByAStatusThatIsOnItsWay() throws Exception {
        report("a", TaskState.TASK_STATE_READY);
        assertThat(outbox.await(NOW)).isPresent();
        lingering("a", TaskState.TASK_STATE_STARTING);
        outbox.acknowledge(1);
        assertThat(outbox.await(NOW)).isEmpty();
    }

    @Test
    void lingeringEnds() throws Exception {
        StatusOutbox soon = new StatusOutbox(Duration.ofMillis(1));
        soon.report("a", TaskStatus.newBuilder().setState(TaskState.TASK_STATE_PREPARING).build(), Urgency.LINGERS);
        assertThat(text(soon.await(LONG))).isEqualTo("1: a PREPARING");
    }

    @Test
    void aReportIsBounded() throws Exception {
        for (int i = 0; i < 1_500; i++) {
            report("t" + i, TaskState.TASK_STATE_RUNNING);
        }
        assertThat(outbox.await(NOW)).get().extracting(StatusReport::getObservationsCount).isEqualTo(1_000);
        outbox.acknowledge(1);
        assertThat(outbox.await(NOW)).get().extracting(StatusReport::getObservationsCount).isEqualTo(500);
    }

    private void report(String taskId, TaskState state) {
        outbox.report(taskId, TaskStatus.newBuilder().setState(state).build(), Urgency.AT_ONCE);
    }

    private void lingering(String taskId, TaskState state) {
        outbox.report(taskId, TaskStatus.newBuilder().setState(state).build(), Urgency.LINGERS);
    }

    private static String text(Optional<StatusReport> report) {
        return report.map(sent -> sent.getSequence() + ": " + String.join(", ",
                sent.getObservationsList().stream().map(StatusOutboxTest::text).toList())).orElse("nothing");
    }

    private static String text(TaskObservation observation) {
        return observation.getTaskId() + " "
                + observation.getStatus().getState().name().substring("TASK_STATE_".length());
    }
}
