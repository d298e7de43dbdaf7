package dev.mure.cli.progress;

import dev.mure.cli.format.Words;
import dev.mure.cli.progress.Picture.SlotLine;
import dev.mure.cli.progress.Picture.Verification;
import dev.mure.v1.Rollout;
import dev.mure.v1.RolloutState;
import dev.mure.v1.ServiceProgress;
import dev.mure.v1.ServiceView;
import dev.mure.v1.Task;
import dev.mure.v1.TaskState;
import dev.mure.v1.TaskView;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Decides when a service is as asked. A rollout says itself when it is over, and it has watched its tasks; without one, all
 * tasks have to run for the service's monitor time as this command sees it. Pure: time comes in.
 */
public final class Convergence {
    /** With more slots only the sum is shown. */
    private static final int MAX_SLOT_LINES = 20;
    private static final int MAX_ERROR_LENGTH = 75;
    private static final Duration DEFAULT_MONITOR = Duration.ofSeconds(5);

    private final String name;
    private final boolean rolloutAsked;

    private @Nullable ServiceProgress newest;
    private long newestNanos;
    /** Since when all tasks run; only while {@link #allRun}. */
    private long allRunSinceNanos;
    private boolean allRun;
    private boolean failureDetected;

    /**
     * @param name of the service as the user typed it
     * @param rolloutAsked whether the command began or resumed a rollout, so that the end of one is the end of the command
     */
    public Convergence(String name, boolean rolloutAsked) {
        this.name = name;
        this.rolloutAsked = rolloutAsked;
    }

    /** Takes in what a manager sent. */
    public void observe(ServiceProgress progress, long nowNanos) {
        newest = progress;
        newestNanos = nowNanos;
        boolean run = runningTasks(progress) == replicas(progress);
        if (run && !allRun) {
            allRunSinceNanos = nowNanos;
            failureDetected = false;
        } else if (!run && allRun) {
            failureDetected = true;
        }
        allRun = run;
    }

    /** Whether the command can end. */
    public Verdict verdict(long nowNanos) {
        if (newest == null) {
            return new Verdict.Pending();
        }
        Rollout rollout = currentRollout(newest.getService());
        RolloutState state = rollout == null ? RolloutState.ROLLOUT_STATE_UNSPECIFIED : rollout.getState();
        return switch (state) {
            case ROLLOUT_STATE_PAUSED, ROLLOUT_STATE_ROLLBACK_PAUSED ->
                    new Verdict.Paused(rollout == null ? "" : rollout.getMessage());
            case ROLLOUT_STATE_UPDATING, ROLLOUT_STATE_ROLLBACK_STARTED -> new Verdict.Pending();
            case ROLLOUT_STATE_COMPLETED, ROLLOUT_STATE_ROLLBACK_COMPLETED ->
                    rolloutAsked ? new Verdict.Done() : afterWatching(nowNanos);
            case ROLLOUT_STATE_UNSPECIFIED, UNRECOGNIZED -> afterWatching(nowNanos);
        };
    }

    private Verdict afterWatching(long nowNanos) {
        return allRun && watchLeft(nowNanos) <= 0 ? new Verdict.Done() : new Verdict.Pending();
    }

    /** What there is to see; null before a manager sent anything. */
    public @Nullable Picture picture(long nowNanos) {
        if (newest == null) {
            return null;
        }
        int replicas = replicas(newest);
        String overall =
                "overall progress: " + Math.min(runningTasks(newest), replicas) + " out of " + replicas + " tasks";
        return new Picture(overall, replicas > MAX_SLOT_LINES ? List.of() : lines(newest, replicas),
                verification(newest, nowNanos));
    }

    private Verification verification(ServiceProgress progress, long nowNanos) {
        if (!allRun) {
            return failureDetected ? new Picture.FailureDetected() : new Picture.NotYet();
        }
        if (verdict(nowNanos) instanceof Verdict.Done) {
            return new Picture.Converged(name);
        }
        Rollout rollout = currentRollout(progress.getService());
        long left = rollout != null && rollout.getState() == RolloutState.ROLLOUT_STATE_UPDATING
                ? (rollout.getWatchUntilClockMillis() - progress.getClockMillis()) * 1_000_000
                        - (nowNanos - newestNanos)
                : watchLeft(nowNanos);
        return new Picture.Waiting(Math.max(1, (left + 999_999_999) / 1_000_000_000));
    }

    private long watchLeft(long nowNanos) {
        Duration monitor =
                newest == null ? Duration.ZERO : Words.of(newest.getService().getSpec().getUpdate().getMonitor());
        return (monitor.isZero() ? DEFAULT_MONITOR : monitor).toNanos() - (nowNanos - allRunSinceNanos);
    }

    /** The rollout to the current revision; one to an older revision is history. */
    private static @Nullable Rollout currentRollout(ServiceView service) {
        return service.hasRollout() && service.getRollout().getToRevision() == service.getRevision()
                ? service.getRollout()
                : null;
    }

    private static int replicas(ServiceProgress progress) {
        return progress.getService().getSpec().getReplicated().getReplicas();
    }

    private static int runningTasks(ServiceProgress progress) {
        int running = 0;
        for (TaskView view : progress.getTasksList()) {
            if (counts(view)
                    && view.getTask().getStatus().getState() == TaskState.TASK_STATE_RUNNING) {
                running++;
            }
        }
        return running;
    }

    /** Whether a task runs what is wanted and is meant to live. */
    private static boolean counts(TaskView view) {
        return view.getUpToDate()
                && view.getTask().getDesired().getState().getNumber() <= TaskState.TASK_STATE_RUNNING_VALUE;
    }

    private static List<SlotLine> lines(ServiceProgress progress, int replicas) {
        List<SlotLine> lines = new ArrayList<>();
        for (TaskView view : progress.getTasksList()) {
            Task task = view.getTask();
            // A slot that goes away because of a smaller number of replicas has no line.
            if (lines.size() < replicas && task.getDesired().getState() != TaskState.TASK_STATE_REMOVE) {
                lines.add(line(lines.size() + 1 + "/" + replicas, view));
            }
        }
        while (lines.size() < replicas) {
            lines.add(SlotLine.blank(lines.size() + 1 + "/" + replicas));
        }
        return lines;
    }

    private static SlotLine line(String id, TaskView view) {
        if (!view.getUpToDate()) {
            return SlotLine.blank(id);
        }
        Task task = view.getTask();
        String error = task.getStatus().getError().replace('\n', ' ');
        if (!error.isEmpty()) {
            boolean cut = error.codePointCount(0, error.length()) > MAX_ERROR_LENGTH;
            String text = cut ? error.substring(0, error.offsetByCodePoints(0, MAX_ERROR_LENGTH - 1)) + "…" : error;
            return new SlotLine(id, "", 0, text);
        }
        int position = position(task.getStatus().getState());
        return counts(view) && position > 0
                ? new SlotLine(id, Words.of(task.getStatus().getState()), position, "")
                : SlotLine.blank(id);
    }

    /** How far on the way to running; 0 for a task that ended. Docker's numbers, in which 2 is a state of the past. */
    private static int position(TaskState state) {
        return switch (state) {
            case TASK_STATE_NEW -> 1;
            case TASK_STATE_PENDING -> 3;
            case TASK_STATE_ASSIGNED -> 4;
            case TASK_STATE_ACCEPTED -> 5;
            case TASK_STATE_PREPARING -> 6;
            case TASK_STATE_READY -> 7;
            case TASK_STATE_STARTING -> 8;
            case TASK_STATE_RUNNING -> SlotLine.END;
            case TASK_STATE_COMPLETE, TASK_STATE_SHUTDOWN, TASK_STATE_FAILED, TASK_STATE_REJECTED, TASK_STATE_REMOVE,
                    TASK_STATE_ORPHANED, UNRECOGNIZED -> 0;
        };
    }
}
