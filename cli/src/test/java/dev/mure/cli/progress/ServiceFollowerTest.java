package dev.mure.cli.progress;

import static dev.mure.cli.progress.ConvergenceTest.progress;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.mure.cli.process.CommandFailure;
import dev.mure.cli.process.ExitCode;
import dev.mure.cli.testing.FakeTime;
import dev.mure.cli.testing.Samples;
import dev.mure.v1.RolloutState;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import org.junit.jupiter.api.Test;

class ServiceFollowerTest {
    private final FakeTime time = new FakeTime();
    private final List<Picture> shown = new ArrayList<>();

    /** Gives events one after another; afterwards only time goes on. */
    private final class Script implements ProgressSource {
        private final Queue<Event> events;

        Script(Event... events) {
            this.events = new ArrayDeque<>(Arrays.asList(events));
        }

        @Override
        public Event next(Duration timeout) {
            Event event = events.poll();
            if (event == null) {
                time.pause(timeout);
                return new Nothing();
            }
            return event;
        }

        @Override
        public void close() {}
    }

    private void follow(Goal goal, ProgressSource.Event... events) {
        new ServiceFollower(new Script(events), new Convergence("redis", goal), shown::add, time).follow();
    }

    @Test
    void followsANewServiceUntilItsTasksAreStable() {
        follow(new Goal.Stable(), new ProgressSource.Changed(progress(1)),
                new ProgressSource.Changed(
                        progress(1, Samples.running(1, 1), Samples.running(2, 1), Samples.running(3, 1))));

        assertThat(time.elapsed()).isEqualTo(Duration.ofSeconds(5));
        assertThat(shown).extracting(Picture::verification).containsSubsequence(new Picture.NotYet(),
                new Picture.Waiting(5),
                new Picture.Waiting(4), new Picture.Waiting(3), new Picture.Waiting(2), new Picture.Waiting(1),
                new Picture.Converged("redis", ""));
    }

    @Test
    void endsAtOnceWhenTheRolloutIsOver() {
        follow(new Goal.Updated(0),
                new ProgressSource.Changed(
                        progress(2, Samples.rollout(RolloutState.ROLLOUT_STATE_COMPLETED, "update completed"),
                                Samples.running(1, 2), Samples.running(2, 2), Samples.running(3, 2))));

        assertThat(time.elapsed()).isZero();
    }

    @Test
    void failsWhenTheUpdateIsPaused() {
        assertThatExceptionOfType(RolloutStopped.class)
                .isThrownBy(() -> follow(new Goal.Updated(0),
                        new ProgressSource.Changed(
                                progress(2, Samples.rollout(RolloutState.ROLLOUT_STATE_PAUSED, "why")))))
                .withMessage("service update paused: why");
        assertThat(shown).hasSize(1);
    }

    @Test
    void failsWhenTheServiceIsGoneOrTheManagersAre() {
        assertThatExceptionOfType(CommandFailure.class)
                .isThrownBy(() -> follow(new Goal.Updated(0), new ProgressSource.Removed()))
                .withMessage("the service was removed");
        CommandFailure lost = new CommandFailure(ExitCode.UNREACHABLE, "lost");
        assertThatExceptionOfType(CommandFailure.class)
                .isThrownBy(() -> follow(new Goal.Updated(0), new ProgressSource.Failed(lost)))
                .isSameAs(lost);
    }
}
