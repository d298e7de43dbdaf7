package dev.mure.cli.progress;

import static dev.mure.v1.TaskState.TASK_STATE_FAILED;
import static dev.mure.v1.TaskState.TASK_STATE_PREPARING;
import static dev.mure.v1.TaskState.TASK_STATE_READY;
import static dev.mure.v1.TaskState.TASK_STATE_REMOVE;
import static dev.mure.v1.TaskState.TASK_STATE_RUNNING;
import static dev.mure.v1.TaskState.TASK_STATE_SHUTDOWN;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mure.cli.process.ExitCode;
import dev.mure.cli.progress.Picture.SlotLine;
import dev.mure.cli.testing.Samples;
import dev.mure.v1.GlobalMode;
import dev.mure.v1.PauseCause;
import dev.mure.v1.ReplicatedMode;
import dev.mure.v1.Restart;
import dev.mure.v1.Rollout;
import dev.mure.v1.RolloutFailure;
import dev.mure.v1.RolloutState;
import dev.mure.v1.ServiceProgress;
import dev.mure.v1.ServiceView;
import dev.mure.v1.TaskView;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConvergenceTest {
    private static final long SECOND = 1_000_000_000L;

    private final Convergence convergence = new Convergence("redis", new Goal.Stable());
    private final Convergence update = new Convergence("redis", new Goal.Updated(0));

    static ServiceProgress progress(int revision, TaskView... tasks) {
        return ServiceProgress.newBuilder()
                .setService(Samples.redis().toBuilder().setRevision(revision))
                .addAllTasks(Stream.of(tasks)
                        .map(view -> view.toBuilder().setUpToDate(view.getTask().getRevision() == revision).build())
                        .toList())
                .setClockMillis(1_000_000)
                .build();
    }

    static ServiceProgress progress(int revision, Rollout rollout, TaskView... tasks) {
        ServiceProgress.Builder progress = progress(revision, tasks).toBuilder();
        progress.getServiceBuilder().setRollout(rollout);
        return progress.build();
    }

    private static Picture picture(Convergence convergence, long nanos) {
        return requireNonNull(convergence.picture(nanos));
    }

    @Test
    void hasNothingToShowAtFirst() {
        assertThat(convergence.picture(0)).isNull();
        assertThat(convergence.verdict(0)).isEqualTo(new Verdict.Pending());
    }

    @Test
    void showsASlotPerReplica() {
        convergence.observe(
                progress(1, Samples.running(1, 1),
                        Samples.task("b", 2, 1, TASK_STATE_RUNNING, TASK_STATE_PREPARING, 1, "")),
                0);

        assertThat(picture(convergence, 0)).isEqualTo(new Picture("", "overall progress: 1 out of 3 tasks",
                List.of(new SlotLine("1/3", "running", 9, ""), new SlotLine("2/3", "preparing", 6, ""),
                        new SlotLine("3/3", "", 0, "")),
                List.of(), Optional.empty(), new Picture.NotYet()));
    }

    @Test
    void watchesForTheMonitorTimeWhenThereIsNoRollout() {
        convergence.observe(progress(1, Samples.running(1, 1), Samples.running(2, 1), Samples.running(3, 1)),
                7 * SECOND);

        assertThat(picture(convergence, 7 * SECOND).verification()).isEqualTo(new Picture.Waiting(5));
        assertThat(picture(convergence, 9 * SECOND + 1).verification()).isEqualTo(new Picture.Waiting(3));
        assertThat(convergence.verdict(12 * SECOND - 1)).isEqualTo(new Verdict.Pending());
        assertThat(convergence.verdict(12 * SECOND)).isEqualTo(new Verdict.Done());
        assertThat(picture(convergence, 12 * SECOND).verification()).isEqualTo(new Picture.Converged("redis", ""));
    }

    @Test
    void beginsToWatchAnewWhenATaskFails() {
        TaskView failed = Samples.task("c", 3, 1, TASK_STATE_SHUTDOWN, TASK_STATE_FAILED, 0, "task: non-zero exit (1)");
        convergence.observe(progress(1, Samples.running(1, 1), Samples.running(2, 1), Samples.running(3, 1)), 0);
        convergence.observe(progress(1, Samples.running(1, 1), Samples.running(2, 1), failed), SECOND);

        assertThat(picture(convergence, SECOND).verification()).isEqualTo(new Picture.FailureDetected());
        assertThat(picture(convergence, SECOND).slots().getLast())
                .isEqualTo(new SlotLine("3/3", "", 0, "task: non-zero exit (1)"));
        assertThat(convergence.verdict(10 * SECOND)).isEqualTo(new Verdict.Pending());

        convergence.observe(progress(1, Samples.running(1, 1), Samples.running(2, 1), Samples.running(3, 1)),
                10 * SECOND);
        assertThat(picture(convergence, 10 * SECOND).verification()).isEqualTo(new Picture.Waiting(5));
        assertThat(convergence.verdict(15 * SECOND)).isEqualTo(new Verdict.Done());
    }

    @Test
    void countsOnlyTasksOfTheWantedRevision() {
        Rollout rollout = Samples.rollout(RolloutState.ROLLOUT_STATE_UPDATING, "update in progress");
        update.observe(progress(2, rollout, Samples.running(1, 2), Samples.running(2, 1), Samples.running(3, 1)), 0);

        assertThat(picture(update, 0).overall()).isEqualTo("overall progress: 1 out of 3 tasks");
        assertThat(picture(update, 0).slots()).containsExactly(new SlotLine("1/3", "running", 9, ""),
                new SlotLine("2/3", "", 0, ""),
                new SlotLine("3/3", "", 0, ""));
    }

    @Test
    void countsTasksOfAnOlderRevisionThatRunTheSame() {
        ServiceProgress takenBack = progress(4, Samples.running(1, 4), Samples.running(2, 2), Samples.running(3, 2));
        ServiceProgress.Builder equal = takenBack.toBuilder();
        equal.getTasksBuilderList().forEach(view -> view.setUpToDate(true));
        convergence.observe(equal.build(), 0);

        assertThat(picture(convergence, 0).overall()).isEqualTo("overall progress: 3 out of 3 tasks");
        assertThat(convergence.verdict(6 * SECOND)).isEqualTo(new Verdict.Done());
    }

    @Test
    void endsWithTheRolloutWhichWatchedItself() {
        Rollout updating = Samples.rollout(RolloutState.ROLLOUT_STATE_UPDATING, "update in progress").toBuilder()
                .setWatchUntilClockMillis(1_004_200)
                .build();
        TaskView[] tasks = {Samples.running(1, 2), Samples.running(2, 2), Samples.running(3, 2)};
        update.observe(progress(2, updating, tasks), 0);

        assertThat(picture(update, 0).verification()).isEqualTo(new Picture.Waiting(5));
        assertThat(picture(update, SECOND).verification()).isEqualTo(new Picture.Waiting(4));
        assertThat(picture(update, 60 * SECOND).verification()).isEqualTo(new Picture.Waiting(1));
        assertThat(update.verdict(60 * SECOND)).isEqualTo(new Verdict.Pending());

        update.observe(progress(2, Samples.rollout(RolloutState.ROLLOUT_STATE_COMPLETED, "update completed"), tasks),
                61 * SECOND);
        assertThat(update.verdict(61 * SECOND)).isEqualTo(new Verdict.Done());
        assertThat(picture(update, 61 * SECOND).verification()).isEqualTo(new Picture.Converged("redis", ""));
    }

    @Test
    void waitsForTheRolloutToBegin() {
        Rollout old = Samples.rollout(RolloutState.ROLLOUT_STATE_PAUSED, "an older one");
        update.observe(progress(3, old, Samples.running(1, 2), Samples.running(2, 2), Samples.running(3, 2)), 0);

        assertThat(update.verdict(99 * SECOND)).isEqualTo(new Verdict.Pending());
    }

    @Test
    void endsWithoutARolloutWhenThereIsNothingToRoll() {
        ServiceProgress nothing = progress(2);
        ServiceView.Builder service = nothing.getService().toBuilder();
        service.getSpecBuilder().setReplicated(ReplicatedMode.newBuilder().setReplicas(0));
        update.observe(nothing.toBuilder().setService(service).build(), 0);

        assertThat(picture(update, 0).overall()).isEqualTo("overall progress: 0 out of 0 tasks");
        assertThat(update.verdict(5 * SECOND)).isEqualTo(new Verdict.Done());
    }

    @Test
    void doesNotTakeACompletedRolloutForTheEndOfScaling() {
        Rollout completed = Samples.rollout(RolloutState.ROLLOUT_STATE_COMPLETED, "update completed");
        convergence.observe(progress(2, completed, Samples.running(1, 2), Samples.running(2, 2)), 0);
        assertThat(convergence.verdict(99 * SECOND)).isEqualTo(new Verdict.Pending());

        convergence.observe(progress(2, completed, Samples.running(1, 2), Samples.running(2, 2), Samples.running(3, 2)),
                100 * SECOND);
        assertThat(convergence.verdict(105 * SECOND)).isEqualTo(new Verdict.Done());
    }

    @Test
    void tellsWhyAnUpdateIsPaused() {
        update.observe(progress(2, Samples.rollout(RolloutState.ROLLOUT_STATE_PAUSED, "update paused due to x"),
                Samples.running(1, 1)), 0);

        assertThat(update.verdict(0)).isEqualTo(
                new Verdict.Stopped(ExitCode.PAUSED, "service update paused: update paused due to x", List.of()));
    }

    @Test
    void leavesOutSlotsThatGo() {
        TaskView going = Samples.task("d", 4, 1, TASK_STATE_REMOVE, TASK_STATE_RUNNING, 9, "");
        convergence.observe(
                progress(1, Samples.running(1, 1), Samples.running(2, 1), going, Samples.running(5, 1)), 0);

        assertThat(picture(convergence, 0).overall()).isEqualTo("overall progress: 3 out of 3 tasks");
        assertThat(picture(convergence, 0).slots()).extracting(SlotLine::id).containsExactly("1/3", "2/3", "3/3");
    }

    @Test
    void cutsLongErrors() {
        String error = "no suitable\nnode " + "x".repeat(100);
        convergence.observe(
                progress(1, Samples.task("a", 1, 1, TASK_STATE_RUNNING, TASK_STATE_PREPARING, 0, error)), 0);

        assertThat(picture(convergence, 0).slots().getFirst().error()).hasSize(75).startsWith("no suitable node x")
                .endsWith("x…");
    }

    @Test
    void showsOnlyTheSumOfManyTasks() {
        ServiceProgress few = progress(1, Samples.running(1, 1));
        ServiceView.Builder service = few.getService().toBuilder();
        service.getSpecBuilder().setReplicated(ReplicatedMode.newBuilder().setReplicas(21));
        convergence.observe(few.toBuilder().setService(service).build(), 0);

        assertThat(picture(convergence, 0).overall()).isEqualTo("overall progress: 1 out of 21 tasks");
        assertThat(picture(convergence, 0).slots()).isEmpty();
    }

    private static Verdict verdict(Goal goal, int currentRevision, Rollout.Builder rollout) {
        Convergence convergence = new Convergence("web", goal);
        convergence.observe(progress(currentRevision, rollout.setToRevision(currentRevision).build()), 0);
        return convergence.verdict(0);
    }

    private static Rollout.Builder paused(RolloutState state, PauseCause cause) {
        return Samples.rollout(state, "why").toBuilder().setPauseCause(cause);
    }

    private static final String HINT = "go on with 'mure rollout resume web', go back with 'mure rollout abort web'";

    @ParameterizedTest
    @CsvSource({
        "PAUSED,FAILURE,PAUSED,service update paused: why,false",
        "PAUSED,NO_PROGRESS,TIMED_OUT,service update paused: why,false",
        "PAUSED,REQUEST,PAUSED,service update paused: why,true",
        "PAUSED,CANARY,PAUSED,service update paused: why,true",
        "PAUSED,STAGE,PAUSED,service update paused: why,true",
        "PAUSED,STEP,PAUSED,service update paused: why,true",
        "ROLLBACK_PAUSED,FAILURE,ROLLBACK_FAILED,service rollback paused: why,false",
        "ROLLBACK_PAUSED,NO_PROGRESS,ROLLBACK_FAILED,service rollback paused: why,false",
        "ROLLBACK_PAUSED,REQUEST,PAUSED,service rollback paused: why,true"
    })
    void endsWhenTheRolloutPauses(String state, String cause, ExitCode exitCode, String message, boolean hint) {
        Rollout.Builder rollout =
                paused(RolloutState.valueOf("ROLLOUT_STATE_" + state), PauseCause.valueOf("PAUSE_CAUSE_" + cause));

        assertThat(verdict(new Goal.Updated(2), 2, rollout))
                .isEqualTo(new Verdict.Stopped(exitCode, message, hint ? List.of(HINT) : List.of()));
    }

    @Test
    void takesTheEndOfARollbackForWhatWasAskedFor() {
        Rollout.Builder back = Samples.rollout(RolloutState.ROLLOUT_STATE_ROLLBACK_COMPLETED, "rollback completed")
                .toBuilder().setFromRevision(2);
        Verdict rolledBack =
                new Verdict.Stopped(ExitCode.ROLLED_BACK, "service rolled back: rollback completed", List.of());

        assertThat(verdict(new Goal.TakenBack(1), 1, back)).isEqualTo(new Verdict.Done());
        assertThat(verdict(new Goal.Updated(2), 1, back)).isEqualTo(rolledBack);
        assertThat(verdict(new Goal.RolloutOver(), 1, back)).isEqualTo(new Verdict.Done());
        assertThat(verdict(new Goal.RolloutOver(), 1,
                back.setFailure(RolloutFailure.newBuilder().setSlot(2).setError("task: non-zero exit (1)"))))
                .isEqualTo(new Verdict.Stopped(ExitCode.ROLLED_BACK, "service rolled back: rollback completed",
                        List.of("redis.2: task: non-zero exit (1)")));
    }

    @Test
    void seesThatAWatchedUpdateWasRolledBack() {
        Convergence watch = new Convergence("redis", new Goal.RolloutOver());
        watch.observe(progress(2, Samples.rollout(RolloutState.ROLLOUT_STATE_UPDATING, "update in progress")), 0);
        Rollout.Builder back =
                Samples.rollout(RolloutState.ROLLOUT_STATE_ROLLBACK_STARTED, "manually requested rollback")
                        .toBuilder().setFromRevision(2).setToRevision(1);
        watch.observe(progress(1, back.build()), 0);

        assertThat(picture(watch, 0).rollback()).isEqualTo("manually requested rollback");
        assertThat(picture(watch, 0).overall()).isEqualTo("overall progress: rolling back update: 0 out of 3 tasks");
        assertThat(watch.verdict(0)).isEqualTo(new Verdict.Pending());

        watch.observe(progress(1, back.setState(RolloutState.ROLLOUT_STATE_ROLLBACK_COMPLETED)
                .setMessage("rollback completed").build()), 0);
        assertThat(watch.verdict(0)).isInstanceOfSatisfying(Verdict.Stopped.class,
                stopped -> assertThat(stopped.exitCode()).isEqualTo(ExitCode.ROLLED_BACK));
        assertThat(picture(watch, 0).verification())
                .isEqualTo(new Picture.Converged("redis", "rollback completed"));
    }

    @Test
    void endsWhenAnotherUpdateTakesThePlace() {
        assertThat(verdict(new Goal.Updated(2), 3,
                Samples.rollout(RolloutState.ROLLOUT_STATE_UPDATING, "update in progress").toBuilder()))
                .isEqualTo(new Verdict.Stopped(ExitCode.FAILURE,
                        "service update replaced: revision 3 was asked for in the meantime", List.of()));
        assertThat(verdict(new Goal.RolloutOver(), 3,
                Samples.rollout(RolloutState.ROLLOUT_STATE_UPDATING, "update in progress").toBuilder()))
                .isEqualTo(new Verdict.Pending());
    }

    @Test
    void doesNotWaitForEverWithoutARollout() {
        convergence.observe(progress(1, Samples.running(1, 1)), 0);
        convergence.observe(progress(1, Samples.running(1, 1), Samples.running(2, 1)), 500 * SECOND);
        convergence.observe(progress(1, Samples.running(1, 1)), 510 * SECOND);

        assertThat(convergence.verdict(1100 * SECOND)).isEqualTo(new Verdict.Pending());
        assertThat(convergence.verdict(1101 * SECOND)).isEqualTo(new Verdict.Stopped(ExitCode.TIMED_OUT,
                "service not stable: 1 out of 3 tasks run, without progress for 10m0s",
                List.of("see 'mure service ps redis'")));
    }

    @Test
    void leavesTheTimeOfARolloutToItsOwnDeadlines() {
        Rollout updating = Samples.rollout(RolloutState.ROLLOUT_STATE_UPDATING, "update in progress");
        update.observe(progress(2, updating, Samples.running(1, 1)), 0);

        assertThat(update.verdict(100_000 * SECOND)).isEqualTo(new Verdict.Pending());
    }

    @Test
    void showsWhatBlocksAndHowLongItTakes() {
        Rollout updating = Samples.rollout(RolloutState.ROLLOUT_STATE_UPDATING, "update in progress");
        ServiceProgress.Builder blocked = progress(2, updating, Samples.running(1, 1)).toBuilder();
        blocked.getRolloutBuilder().setEstimate(Samples.seconds(30))
                .addAllWaitingFor(List.of("a\nb", "c", "d", "e", "f", "g", "h"));
        update.observe(blocked.build(), 0);

        assertThat(picture(update, 2 * SECOND - 1).waitingFor()).isEmpty();
        assertThat(picture(update, 2 * SECOND).waitingFor()).containsExactly("a b", "c", "d", "e", "f", "and 2 more");
        assertThat(picture(update, 10 * SECOND).left()).contains(Duration.ofSeconds(20));
        assertThat(picture(update, 40 * SECOND).left()).contains(Duration.ofSeconds(1));

        blocked.getServiceBuilder().getRolloutBuilder().setState(RolloutState.ROLLOUT_STATE_PAUSED);
        update.observe(blocked.build(), 0);
        assertThat(picture(update, 0).waitingFor()).isEmpty();
        assertThat(picture(update, 0).left()).isEmpty();
    }

    @Test
    void showsGlobalTasksByTheirNodes() {
        ServiceProgress.Builder global = progress(1, Samples.running(1, 1), Samples.running(2, 1)).toBuilder();
        global.getServiceBuilder().setDesiredTasks(3).getSpecBuilder().setGlobal(GlobalMode.getDefaultInstance());
        global.getTasksBuilder(1).getTaskBuilder().setOnlyNodeId("pcobtxghrhld6p5uq2s6jhyb3");
        convergence.observe(global.build(), 0);

        assertThat(picture(convergence, 0).overall()).isEqualTo("overall progress: 2 out of 3 tasks");
        assertThat(picture(convergence, 0).slots()).containsExactly(new SlotLine("vyl6v0x5ghxn", "running", 9, ""),
                new SlotLine("pcobtxghrhld", "running", 9, ""));
    }

    @Test
    void tellsACrashLoop() {
        TaskView.Builder waiting = Samples.task("a", 1, 1, TASK_STATE_READY, TASK_STATE_READY, 0, "").toBuilder();
        waiting.getTaskBuilder().setRestart(Restart.newBuilder().setInARow(3));
        convergence.observe(progress(1, waiting.build()), 0);

        assertThat(picture(convergence, 0).slots().getFirst())
                .isEqualTo(new SlotLine("1/3", "", 0, "crash loop: 3 restarts in a row"));
    }

    @Test
    void tellsOnlyWhatKeepsARolloutWaitingForAWhile() {
        Rollout updating = Samples.rollout(RolloutState.ROLLOUT_STATE_UPDATING, "update in progress");
        ServiceProgress.Builder progress = progress(2, updating).toBuilder();
        progress.getRolloutBuilder().addWaitingFor("redis.1 is starting on h1")
                .addWaitingFor("delay: 10s left until the next slot");
        update.observe(progress.build(), 0);
        progress.getRolloutBuilder().clearWaitingFor().addWaitingFor("redis.2 is starting on h1")
                .addWaitingFor("delay: 9s left until the next slot");
        update.observe(progress.build(), SECOND);

        assertThat(picture(update, 2 * SECOND).waitingFor()).containsExactly("delay: 8s left until the next slot");
        assertThat(picture(update, 4 * SECOND).waitingFor()).containsExactly("redis.2 is starting on h1",
                "delay: 6s left until the next slot");
    }

    @Test
    void blamesAToleratedFailureForNoPlannedPause() {
        Rollout.Builder rollout = paused(RolloutState.ROLLOUT_STATE_PAUSED, PauseCause.PAUSE_CAUSE_CANARY)
                .setFailure(RolloutFailure.newBuilder().setSlot(1).setError("x"));

        assertThat(verdict(new Goal.Updated(2), 2, rollout))
                .isEqualTo(new Verdict.Stopped(ExitCode.PAUSED, "service update paused: why", List.of(HINT)));
    }

    @Test
    void tellsAlsoWhoOnlyScaledThatTheUpdateUnderWayWasRolledBack() {
        convergence.observe(progress(2, Samples.rollout(RolloutState.ROLLOUT_STATE_UPDATING, "update in progress")), 0);
        convergence
                .observe(
                        progress(1, Samples.rollout(RolloutState.ROLLOUT_STATE_ROLLBACK_COMPLETED, "rollback completed")
                                .toBuilder().setToRevision(1).setFailure(RolloutFailure.getDefaultInstance()).build()),
                        0);

        assertThat(convergence.verdict(0)).isEqualTo(
                new Verdict.Stopped(ExitCode.ROLLED_BACK, "service rolled back: rollback completed", List.of()));
    }

    @Test
    void namesWhatIsWrongWhenItGivesUp() {
        TaskView waiting = Samples.task("a", 2, 1, TASK_STATE_RUNNING, TASK_STATE_PREPARING, 0, "no suitable node");
        convergence.observe(progress(1, Samples.running(1, 1), waiting), 0);

        assertThat(convergence.verdict(601 * SECOND)).isInstanceOfSatisfying(Verdict.Stopped.class,
                stopped -> assertThat(stopped.details()).containsExactly("2/3: no suitable node",
                        "see 'mure service ps redis'"));
    }

    @Test
    void saysNothingOfAnEarlierRollbackToWhoOnlyScales() {
        Rollout ended = Samples.rollout(RolloutState.ROLLOUT_STATE_ROLLBACK_COMPLETED, "rollback completed");
        convergence.observe(progress(2, ended, Samples.running(1, 2), Samples.running(2, 2), Samples.running(3, 2)), 0);

        assertThat(picture(convergence, 0).overall()).isEqualTo("overall progress: 3 out of 3 tasks");
        assertThat(convergence.verdict(5 * SECOND)).isEqualTo(new Verdict.Done());
        assertThat(picture(convergence, 5 * SECOND).verification()).isEqualTo(new Picture.Converged("redis", ""));
    }

    @Test
    void saysOnceThatTasksAreWatched() {
        Rollout.Builder updating =
                Samples.rollout(RolloutState.ROLLOUT_STATE_UPDATING, "update in progress").toBuilder()
                        .setWatchUntilClockMillis(1_004_000);
        TaskView[] tasks = {Samples.running(1, 2), Samples.running(2, 2), Samples.running(3, 2)};
        ServiceProgress.Builder progress = progress(2, updating.build(), tasks).toBuilder();
        progress.getRolloutBuilder().addWaitingFor("monitor: 4s left");
        update.observe(progress.build(), 0);

        assertThat(picture(update, 2 * SECOND).verification()).isEqualTo(new Picture.Waiting(2));
        assertThat(picture(update, 2 * SECOND).waitingFor()).isEmpty();
    }

    @Test
    void tellsWhatTheLastTaskWaitsForWhileNothingIsWatched() {
        Rollout updating = Samples.rollout(RolloutState.ROLLOUT_STATE_UPDATING, "update in progress");
        ServiceProgress.Builder progress =
                progress(2, updating, Samples.running(1, 2), Samples.running(2, 2), Samples.running(3, 2)).toBuilder();
        progress.getRolloutBuilder().addWaitingFor("redis.3 runs on h1, min-healthy: 30s left");
        update.observe(progress.build(), 0);

        assertThat(picture(update, 3 * SECOND).verification()).isEqualTo(new Picture.NotYet());
        assertThat(picture(update, 3 * SECOND).waitingFor())
                .containsExactly("redis.3 runs on h1, min-healthy: 27s left");
    }
}
