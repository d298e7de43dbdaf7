package dev.mure.cli.format;

import dev.mure.v1.Task;
import dev.mure.v1.TaskState;
import java.time.Duration;
import java.time.Instant;

/** What there is to say of a task that waits to be started again after several failures in a row. */
public final class CrashLoop {
    /** A single restart is nothing to talk about. */
    private static final int FEWEST_RESTARTS = 2;

    private CrashLoop() {}

    /** For example {@code crash loop: 4 restarts in a row}; empty for a task that does not wait, or for its first restart. */
    public static String words(Task task) {
        boolean waits = task.getDesired().getState() == TaskState.TASK_STATE_READY;
        return waits && task.getRestart().getInARow() >= FEWEST_RESTARTS
                ? "crash loop: " + task.getRestart().getInARow() + " restarts in a row"
                : "";
    }

    /**
     * The same with the time of the next start: {@code crash loop: 4 restarts in a row, next in 35s}.
     *
     * @param now compared with the task's own times, each of which is known on the state's clock and on the wall
     */
    public static String words(Task task, Instant now) {
        String words = words(task);
        if (words.isEmpty() || !task.getStatus().hasAt() || task.getStatus().getClockMillis() == 0) {
            return words;
        }
        Duration left = Duration
                .ofMillis(task.getRestart().getNotBeforeClockMillis() - task.getStatus().getClockMillis())
                .minus(Words.since(task.getStatus().getAt(), now));
        long seconds = (left.toMillis() + 999) / 1000;
        return words + (seconds > 0 ? ", next in " + GoDuration.print(Duration.ofSeconds(seconds)) : ", next is due");
    }
}
