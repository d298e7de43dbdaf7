package dev.mure.cli.progress;

import static dev.mure.v1.TaskState.TASK_STATE_FAILED;
import static dev.mure.v1.TaskState.TASK_STATE_PREPARING;
import static dev.mure.v1.TaskState.TASK_STATE_REMOVE;
import static dev.mure.v1.TaskState.TASK_STATE_RUNNING;
import static dev.mure.v1.TaskState.TASK_STATE_SHUTDOWN;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mure.cli.progress.Picture.SlotLine;
import dev.mure.cli.testing.Samples;
import dev.mure.v1.ReplicatedMode;
import dev.mure.v1.Rollout;
import dev.mure.v1.RolloutState;
import dev.mure.v1.ServiceProgress;
import dev.mure.v1.ServiceView;
import dev.mure.v1.TaskView;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ConvergenceTest {
    private static final long SECOND = 1_000_000_000L;

    private final Convergence convergence = new Convergence("redis", false);
    private final Convergence update = new Convergence("redis", true);

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

        assertThat(picture(convergence, 0)).isEqualTo(new Picture("overall progress: 1 out of 3 tasks",
                List.of(new SlotLine("1/3", "running", 9, ""), new SlotLine("2/3", "preparing", 6, ""),
                        new SlotLine("3/3", "", 0, "")),
                new Picture.NotYet()));
    }

    @Test
    void watchesForTheMonitorTimeWhenThereIsNoRollout() {
        convergence.observe(progress(1, Samples.running(1, 1), Samples.running(2, 1), Samples.running(3, 1)),
                7 * SECOND);

        assertThat(picture(convergence, 7 * SECOND).verification()).isEqualTo(new Picture.Waiting(5));
        assertThat(picture(convergence, 9 * SECOND + 1).verification()).isEqualTo(new Picture.Waiting(3));
        assertThat(convergence.verdict(12 * SECOND - 1)).isEqualTo(new Verdict.Pending());
        assertThat(convergence.verdict(12 * SECOND)).isEqualTo(new Verdict.Done());
        assertThat(picture(convergence, 12 * SECOND).verification()).isEqualTo(new Picture.Converged("redis"));
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
        assertThat(picture(update, 61 * SECOND).verification()).isEqualTo(new Picture.Converged("redis"));
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

        assertThat(update.verdict(0)).isEqualTo(new Verdict.Paused("update paused due to x"));
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
}
