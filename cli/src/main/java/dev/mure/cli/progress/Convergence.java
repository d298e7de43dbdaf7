package dev.mure.cli.progress;

import dev.mure.cli.format.FailureReport;
import dev.mure.cli.format.GoDuration;
import dev.mure.cli.format.Words;
import dev.mure.cli.process.ExitCode;
import dev.mure.cli.progress.Picture.SlotLine;
import dev.mure.cli.progress.Picture.Verification;
import dev.mure.v1.PauseCause;
import dev.mure.v1.Rollout;
import dev.mure.v1.RolloutState;
import dev.mure.v1.ServiceProgress;
import dev.mure.v1.ServiceView;
import dev.mure.v1.TaskState;
import dev.mure.v1.TaskView;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Decides when a service is as asked. A rollout says itself when it is over, and it has watched its tasks; without one, all
 * tasks have to run for the service's monitor time as this command sees it. Pure: time comes in.
 */
public final class Convergence {
    /** With more slots only the sum is shown. */
    private static final int MAX_SLOT_LINES = 20;
    private static final int MAX_ERROR_LINES = 5;
    private static final Duration DEFAULT_MONITOR = Duration.ofSeconds(5);
    private static final Duration DEFAULT_PROGRESS_DEADLINE = Duration.ofMinutes(10);

    private final String name;
    private final Goal goal;

    private @Nullable ServiceProgress newest;
    private long newestNanos;
    /** Since when all tasks run; only while {@link #allRun}. */
    private long allRunSinceNanos;
    private boolean allRun;
    private boolean failureDetected;
    /** The most tasks that ran at once while no rollout was under way, and since when. */
    private int mostRunning = -1;
    private long progressSinceNanos;
    /** Why it is being rolled back, as the rollback's beginning said it. */
    private String rollback = "";
    private boolean sawUpdate;
    private final WaitingReasons waiting = new WaitingReasons();

    /**
     * @param name of the service as the user typed it
     * @param goal what the command waits for
     */
    public Convergence(String name, Goal goal) {
        this.name = name;
        this.goal = goal;
    }

    /** Takes in what a manager sent. */
    public void observe(ServiceProgress progress, long nowNanos) {
        newest = progress;
        newestNanos = nowNanos;
        int running = runningTasks(progress);
        boolean run = running == slots(progress);
        if (run && !allRun) {
            allRunSinceNanos = nowNanos;
            failureDetected = false;
        } else if (!run && allRun) {
            failureDetected = true;
        }
        allRun = run;
        RolloutState state = state(progress.getService());
        if (isUnderWay(state)) {
            mostRunning = -1;
        } else if (running > mostRunning) {
            mostRunning = running;
            progressSinceNanos = nowNanos;
        }
        waiting.observe(progress.getRollout().getWaitingForList(), nowNanos);
        sawUpdate |= state == RolloutState.ROLLOUT_STATE_UPDATING;
        if (state == RolloutState.ROLLOUT_STATE_ROLLBACK_STARTED) {
            rollback = progress.getService().getRollout().getMessage();
        } else if (state == RolloutState.ROLLOUT_STATE_UPDATING) {
            rollback = "";
        }
    }

    /** Whether the command can end. */
    public Verdict verdict(long nowNanos) {
        if (newest == null) {
            return new Verdict.Pending();
        }
        ServiceView service = newest.getService();
        RolloutState state = state(service);
        if (isReplaced(service, state)) {
            return new Verdict.Stopped(ExitCode.FAILURE,
                    "service update replaced: revision " + service.getRevision() + " was asked for in the meantime",
                    List.of());
        }
        Rollout rollout = service.getRollout();
        return switch (state) {
            case ROLLOUT_STATE_PAUSED -> stopped(
                    rollout.getPauseCause() == PauseCause.PAUSE_CAUSE_NO_PROGRESS
                            ? ExitCode.TIMED_OUT
                            : ExitCode.PAUSED,
                    "service update paused: ", rollout);
            case ROLLOUT_STATE_ROLLBACK_PAUSED -> stopped(
                    isPlanned(rollout.getPauseCause()) ? ExitCode.PAUSED : ExitCode.ROLLBACK_FAILED,
                    "service rollback paused: ", rollout);
            case ROLLOUT_STATE_UPDATING, ROLLOUT_STATE_ROLLBACK_STARTED -> new Verdict.Pending();
            case ROLLOUT_STATE_COMPLETED ->
                    goal instanceof Goal.Stable ? afterWatching(nowNanos) : new Verdict.Done();
            case ROLLOUT_STATE_ROLLBACK_COMPLETED -> switch (goal) {
                case Goal.Stable() -> sawUpdate
                        ? stopped(ExitCode.ROLLED_BACK, "service rolled back: ", rollout)
                        : afterWatching(nowNanos);
                case Goal.TakenBack(_) -> new Verdict.Done();
                case Goal.Updated(_) -> stopped(ExitCode.ROLLED_BACK, "service rolled back: ", rollout);
                case Goal.RolloutOver() -> sawUpdate || rollout.hasFailure()
                        ? stopped(ExitCode.ROLLED_BACK, "service rolled back: ", rollout)
                        : new Verdict.Done();
            };
            case ROLLOUT_STATE_UNSPECIFIED, UNRECOGNIZED -> afterWatching(nowNanos);
        };
    }

    private Verdict afterWatching(long nowNanos) {
        if (allRun && watchLeft(nowNanos) <= 0) {
            return new Verdict.Done();
        }
        Duration deadline = progressDeadline();
        if (newest != null && nowNanos - progressSinceNanos > deadline.toNanos()) {
            return new Verdict.Stopped(ExitCode.TIMED_OUT,
                    "service not stable: " + runningTasks(newest) + " out of " + slots(newest)
                            + " tasks run, without progress for " + GoDuration.print(deadline),
                    whatIsWrong(newest));
        }
        return new Verdict.Pending();
    }

    private List<String> whatIsWrong(ServiceProgress progress) {
        List<String> lines = new ArrayList<>();
        for (SlotLine slot : SlotLines.of(progress, slots(progress))) {
            if (!slot.error().isEmpty() && lines.size() < MAX_ERROR_LINES) {
                lines.add(slot.id() + ": " + slot.error());
            }
        }
        lines.add("see 'mure service ps " + name + "'");
        return lines;
    }

    /** Whether somebody asked for something else than what is followed. A rollback is no replacement but an end of it. */
    private boolean isReplaced(ServiceView service, RolloutState state) {
        long wanted = switch (goal) {
            case Goal.Updated(long revision) -> revision;
            case Goal.TakenBack(long revision) -> revision;
            case Goal.Stable(),Goal.RolloutOver() -> 0;
        };
        return wanted != 0 && service.getRevision() != wanted && !isRollback(state);
    }

    private Verdict stopped(ExitCode exitCode, String docker, Rollout rollout) {
        List<String> details = new ArrayList<>();
        boolean planned = isPlanned(rollout.getPauseCause());
        if (!planned) {
            details.addAll(FailureReport.of(serviceName(), rollout.getFailure()));
        }
        if (planned) {
            details.add(
                    "go on with 'mure rollout resume " + name + "', go back with 'mure rollout abort " + name + "'");
        }
        return new Verdict.Stopped(exitCode, docker + rollout.getMessage(), details);
    }

    /** What there is to see; null before a manager sent anything. */
    public @Nullable Picture picture(long nowNanos) {
        if (newest == null) {
            return null;
        }
        int slots = slots(newest);
        String overall = (followsRollback(newest.getService())
                ? "overall progress: rolling back update: "
                : "overall progress: ") + Math.min(runningTasks(newest), slots) + " out of " + slots + " tasks";
        boolean underWay = isUnderWay(state(newest.getService()));
        Verification verification = verification(newest, nowNanos);
        // That tasks are watched is said already.
        boolean waits = underWay && !(verification instanceof Picture.Waiting);
        return new Picture(rollback, overall, slots > MAX_SLOT_LINES ? List.of() : SlotLines.of(newest, slots),
                waits ? waiting.lines(nowNanos) : List.of(), underWay ? left(newest, nowNanos) : Optional.empty(),
                verification);
    }

    private Optional<Duration> left(ServiceProgress progress, long nowNanos) {
        if (!progress.getRollout().hasEstimate()) {
            return Optional.empty();
        }
        Duration left = Words.of(progress.getRollout().getEstimate()).minusNanos(nowNanos - newestNanos);
        return Optional.of(left.compareTo(Duration.ofSeconds(1)) < 0 ? Duration.ofSeconds(1) : left);
    }

    private Verification verification(ServiceProgress progress, long nowNanos) {
        Verdict verdict = verdict(nowNanos);
        RolloutState state = state(progress.getService());
        if (state == RolloutState.ROLLOUT_STATE_ROLLBACK_COMPLETED && followsRollback(progress.getService())
                && !(verdict instanceof Verdict.Pending)) {
            return new Picture.Converged(name, progress.getService().getRollout().getMessage());
        }
        if (verdict instanceof Verdict.Done) {
            return new Picture.Converged(name, "");
        }
        if (!allRun) {
            return failureDetected ? new Picture.FailureDetected() : new Picture.NotYet();
        }
        if (verdict instanceof Verdict.Stopped) {
            return new Picture.NotYet();
        }
        long rolloutWatches =
                progress.getService().getRollout().getWatchUntilClockMillis() - progress.getClockMillis();
        if (isUnderWay(state) && rolloutWatches <= 0) {
            return new Picture.NotYet();
        }
        long left = isUnderWay(state)
                ? rolloutWatches * 1_000_000 - (nowNanos - newestNanos)
                : watchLeft(nowNanos);
        return new Picture.Waiting(Math.max(1, (left + 999_999_999) / 1_000_000_000));
    }

    private long watchLeft(long nowNanos) {
        Duration monitor =
                newest == null ? Duration.ZERO : Words.of(newest.getService().getSpec().getUpdate().getMonitor());
        return (monitor.isZero() ? DEFAULT_MONITOR : monitor).toNanos() - (nowNanos - allRunSinceNanos);
    }

    private Duration progressDeadline() {
        Duration deadline = newest == null
                ? Duration.ZERO
                : Words.of(newest.getService().getSpec().getUpdate().getProgressDeadline());
        return deadline.isZero() ? DEFAULT_PROGRESS_DEADLINE : deadline;
    }

    private String serviceName() {
        String known = newest == null ? "" : newest.getService().getSpec().getName();
        return known.isEmpty() ? name : known;
    }

    /** The state of the rollout to the current revision; one to another revision is history. */
    private static RolloutState state(ServiceView service) {
        return service.hasRollout() && service.getRollout().getToRevision() == service.getRevision()
                ? service.getRollout().getState()
                : RolloutState.ROLLOUT_STATE_UNSPECIFIED;
    }

    private static boolean isUnderWay(RolloutState state) {
        return state == RolloutState.ROLLOUT_STATE_UPDATING || state == RolloutState.ROLLOUT_STATE_ROLLBACK_STARTED;
    }

    private static boolean isRollback(RolloutState state) {
        return state == RolloutState.ROLLOUT_STATE_ROLLBACK_STARTED
                || state == RolloutState.ROLLOUT_STATE_ROLLBACK_PAUSED
                || state == RolloutState.ROLLOUT_STATE_ROLLBACK_COMPLETED;
    }

    /** Whether a pause is what somebody asked for, now or in the policy. */
    private static boolean isPlanned(PauseCause cause) {
        return switch (cause) {
            case PAUSE_CAUSE_REQUEST, PAUSE_CAUSE_CANARY, PAUSE_CAUSE_STAGE, PAUSE_CAUSE_STEP -> true;
            case PAUSE_CAUSE_UNSPECIFIED, PAUSE_CAUSE_FAILURE, PAUSE_CAUSE_NO_PROGRESS, UNRECOGNIZED -> false;
        };
    }

    private static int slots(ServiceProgress progress) {
        return SlotLines.isGlobal(progress)
                ? progress.getService().getDesiredTasks()
                : progress.getService().getSpec().getReplicated().getReplicas();
    }

    private static int runningTasks(ServiceProgress progress) {
        int running = 0;
        for (TaskView view : progress.getTasksList()) {
            if (SlotLines.counts(view)
                    && view.getTask().getStatus().getState() == TaskState.TASK_STATE_RUNNING) {
                running++;
            }
        }
        return running;
    }

    /** Whether there is a rollback that matters here; for who only scales, one that ended before is history. */
    private boolean followsRollback(ServiceView service) {
        RolloutState state = state(service);
        return isRollback(state) && (!(goal instanceof Goal.Stable) || isUnderWay(state) || !rollback.isEmpty());
    }
}
