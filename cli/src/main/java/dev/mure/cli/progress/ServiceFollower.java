package dev.mure.cli.progress;

import dev.mure.cli.process.CommandFailure;
import dev.mure.cli.process.ExitCode;
import dev.mure.cli.process.TimeSource;
import java.time.Duration;

/** Follows a service until it is as asked, showing how it goes. */
public final class ServiceFollower {
    /** How often to look at the clock: seconds that count down are seen to the fifth of a second. */
    private static final Duration TICK = Duration.ofMillis(200);

    private final ProgressSource source;
    private final Convergence convergence;
    private final ProgressDisplay display;
    private final TimeSource time;

    public ServiceFollower(ProgressSource source, Convergence convergence, ProgressDisplay display, TimeSource time) {
        this.source = source;
        this.convergence = convergence;
        this.display = display;
        this.time = time;
    }

    /**
     * Returns when the service is as asked.
     *
     * @throws CommandFailure when it will not be: the rollout stopped, the service is gone, no manager can be reached
     */
    public void follow() {
        while (true) {
            switch (source.next(TICK)) {
                case ProgressSource.Changed(var progress) -> convergence.observe(progress, time.nanoTime());
                case ProgressSource.Removed() -> throw new CommandFailure(ExitCode.FAILURE, "the service was removed");
                case ProgressSource.Failed(var failure) -> throw failure;
                case ProgressSource.Nothing() -> {
                    // Only time went on.
                }
            }
            long now = time.nanoTime();
            Picture picture = convergence.picture(now);
            if (picture != null) {
                display.show(picture);
            }
            switch (convergence.verdict(now)) {
                case Verdict.Pending() -> {
                    // Look again.
                }
                case Verdict.Done() -> {
                    return;
                }
                case Verdict.Stopped stopped -> throw new RolloutStopped(stopped);
            }
        }
    }
}
