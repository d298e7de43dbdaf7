package dev.mure.cli.progress;

import dev.mure.cli.format.CrashLoop;
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
import dev.mure.v1.ServiceSpec;
import dev.mure.v1.ServiceView;
import dev.mure.v1.Task;
import dev.mure.v1.TaskState;
import dev.mure.v1.TaskView;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Decides when a service is as asked. A rollout says itself when it is over, and it has watched its tasks; without one, all
 * tasks have to run for the service's monitor time as this command sees it. Pure: time comes in.
 */
public final class Convergence {
    /** With more slots only the sum is shown. */
    private static final int MAX_SLOT_LINES = 20;
    private static final int MAX_WAITING_LINES = 5;
    private static final int MAX_ERROR_LENGTH = 75;
    /** What keeps a rollout waiting for less is not worth a line: slots do that all the time. */
    private static final Duration WORTH_TELLING = Duration.ofSeconds(2);
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
    /** Since when the rollout waits for what it waits for, by the subjects of the reasons. */
    private Map<String, Long> waitingSinceNanos = Map.of();

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
        noteReasons(progress, nowNanos);
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
                    List.of());
        }
        return new Verdict.Pending();
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
        String overall = (isRollback(state(newest.getService()))
                ? "overall progress: rolling back update: "
                : "overall progress: ") + Math.min(runningTasks(newest), slots) + " out of " + slots + " tasks";
        boolean underWay = isUnderWay(state(newest.getService()));
        return new Picture(rollback, overall, slots > MAX_SLOT_LINES ? List.of() : lines(newest, slots),
                underWay ? waitingFor(newest, nowNanos) : List.of(),
                underWay ? left(newest, nowNanos) : Optional.empty(),
                verification(newest, nowNanos));
    }

    private void noteReasons(ServiceProgress progress, long nowNanos) {
        Map<String, Long> since = new HashMap<>();
        for (String line : progress.getRollout().getWaitingForList()) {
            String subject = Reason.of(line).subject();
            since.put(subject, waitingSinceNanos.getOrDefault(subject, nowNanos));
        }
        waitingSinceNanos = since;
    }

    private List<String> waitingFor(ServiceProgress progress, long nowNanos) {
        List<String> lines = new ArrayList<>();
        for (String line : progress.getRollout().getWaitingForList()) {
            Reason reason = Reason.of(line);
            long since = waitingSinceNanos.getOrDefault(reason.subject(), nowNanos);
            if (nowNanos - since >= WORTH_TELLING.toNanos()) {
                lines.add(reason.after(Duration.ofNanos(nowNanos - newestNanos)));
            }
        }
        if (lines.size() <= MAX_WAITING_LINES) {
            return lines;
        }
        List<String> first = new ArrayList<>(lines.subList(0, MAX_WAITING_LINES));
        first.add("and " + (lines.size() - MAX_WAITING_LINES) + " more");
        return first;
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
        if (state == RolloutState.ROLLOUT_STATE_ROLLBACK_COMPLETED && !(verdict instanceof Verdict.Pending)) {
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
        long left = isUnderWay(state)
                ? (progress.getService().getRollout().getWatchUntilClockMillis() - progress.getClockMillis())
                        * 1_000_000
                        - (nowNanos - newestNanos)
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

    private static boolean isGlobal(ServiceProgress progress) {
        return progress.getService().getSpec().getModeCase() == ServiceSpec.ModeCase.GLOBAL;
    }

    private static int slots(ServiceProgress progress) {
        return isGlobal(progress)
                ? progress.getService().getDesiredTasks()
                : progress.getService().getSpec().getReplicated().getReplicas();
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

    private static List<SlotLine> lines(ServiceProgress progress, int slots) {
        List<SlotLine> lines = new ArrayList<>();
        boolean global = isGlobal(progress);
        for (TaskView view : progress.getTasksList()) {
            Task task = view.getTask();
            // A slot that goes away because of a smaller number of replicas has no line.
            if (lines.size() < slots && task.getDesired().getState() != TaskState.TASK_STATE_REMOVE) {
                lines.add(line(global ? node(task) : lines.size() + 1 + "/" + slots, view));
            }
        }
        while (!global && lines.size() < slots) {
            lines.add(SlotLine.blank(lines.size() + 1 + "/" + slots));
        }
        return lines;
    }

    /** A global service's tasks are known by their nodes. */
    private static String node(Task task) {
        return Words.shortId(task.getOnlyNodeId().isEmpty() ? task.getNodeId() : task.getOnlyNodeId());
    }

    private static SlotLine line(String id, TaskView view) {
        if (!view.getUpToDate()) {
            return SlotLine.blank(id);
        }
        Task task = view.getTask();
        String told = task.getStatus().getError();
        String error = (told.isEmpty() ? CrashLoop.words(task) : told).replace('\n', ' ');
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
