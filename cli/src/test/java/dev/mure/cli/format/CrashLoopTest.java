package dev.mure.cli.format;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mure.cli.testing.Samples;
import dev.mure.v1.DesiredState;
import dev.mure.v1.Restart;
import dev.mure.v1.Task;
import dev.mure.v1.TaskState;
import dev.mure.v1.TaskStatus;
import org.junit.jupiter.api.Test;

class CrashLoopTest {
    /** Prepared five seconds ago, at state time 100 s; may start at 140 s. */
    private static Task waiting(int restartsInARow) {
        return Task.newBuilder().setDesired(DesiredState.newBuilder().setState(TaskState.TASK_STATE_READY))
                .setStatus(TaskStatus.newBuilder().setState(TaskState.TASK_STATE_READY).setClockMillis(100_000)
                        .setAt(Samples.secondsAgo(5)))
                .setRestart(Restart.newBuilder().setInARow(restartsInARow).setNotBeforeClockMillis(140_000))
                .build();
    }

    @Test
    void tellsWhenTheNextRestartIs() {
        assertThat(CrashLoop.words(waiting(4), Samples.NOW)).isEqualTo("crash loop: 4 restarts in a row, next in 35s");
        assertThat(CrashLoop.words(waiting(4), Samples.NOW.plusSeconds(34).plusMillis(1)))
                .isEqualTo("crash loop: 4 restarts in a row, next in 1s");
        assertThat(CrashLoop.words(waiting(4), Samples.NOW.plusSeconds(35)))
                .isEqualTo("crash loop: 4 restarts in a row, next is due");
    }

    @Test
    void leavesTheTimeOutWhereItIsNotKnown() {
        Task.Builder task = waiting(2).toBuilder();
        task.getStatusBuilder().clearClockMillis();

        assertThat(CrashLoop.words(task.build(), Samples.NOW)).isEqualTo("crash loop: 2 restarts in a row");
        assertThat(CrashLoop.words(task.build())).isEqualTo("crash loop: 2 restarts in a row");
    }

    @Test
    void saysNothingOfASingleRestartOrARunningTask() {
        assertThat(CrashLoop.words(waiting(1), Samples.NOW)).isEmpty();
        assertThat(CrashLoop.words(waiting(4).toBuilder()
                .setDesired(DesiredState.newBuilder().setState(TaskState.TASK_STATE_RUNNING)).build(), Samples.NOW))
                .isEmpty();
    }
}
