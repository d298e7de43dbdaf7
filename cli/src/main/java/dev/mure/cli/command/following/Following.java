package dev.mure.cli.command.following;

import dev.mure.cli.command.Flags;
import dev.mure.cli.command.Invocation;
import dev.mure.cli.process.Environment;
import dev.mure.cli.process.ExitCode;
import dev.mure.cli.process.Interrupts;
import dev.mure.cli.progress.Convergence;
import dev.mure.cli.progress.Goal;
import dev.mure.cli.progress.LineDisplay;
import dev.mure.cli.progress.ProgressDisplay;
import dev.mure.cli.progress.ProgressSource;
import dev.mure.cli.progress.RolloutStopped;
import dev.mure.cli.progress.ServiceFollower;
import dev.mure.cli.progress.TerminalDisplay;
import dev.mure.cli.progress.WatchedService;
import dev.mure.v1.UpdateServiceResponse;

/** What a command does after the change is made, unless {@code --detach} is given: it shows how it goes until it is over. */
public final class Following {
    private Following() {}

    /**
     * Follows a service whose spec was changed.
     *
     * @param name as the user typed it
     */
    public static ExitCode of(Invocation invocation, String name, UpdateServiceResponse updated) {
        Goal goal = switch (updated.getEffect()) {
            case NEW_REVISION, RESUMED -> new Goal.Updated(updated.getRevision());
            case SPEC_CHANGED, UNCHANGED, UNRECOGNIZED -> new Goal.Stable();
        };
        return of(invocation, name, updated.getId(), updated.getIndex(), goal);
    }

    /**
     * Follows a service.
     *
     * @param name as the user typed it
     * @param index state index of the change
     * @param goal what to wait for
     */
    public static ExitCode of(Invocation invocation, String name, String id, long index, Goal goal) {
        Flags flags = invocation.flags();
        if (flags.isSet("--detach")) {
            return ExitCode.OK;
        }
        Environment environment = invocation.environment();
        environment.out().flush();
        try (Interrupts.Registration _ = environment.interrupts().before(() -> sayThatItGoesOn(environment, name));
                ProgressSource source = new WatchedService(invocation.client(), id, index, environment.time())) {
            new ServiceFollower(source, new Convergence(name, goal), display(flags, environment), environment.time())
                    .follow();
            return ExitCode.OK;
        } catch (RolloutStopped e) {
            // In Docker's words, without our name before them: scripts look for them.
            environment.err().append(e.getMessage()).append('\n');
            for (String line : e.details()) {
                environment.err().append(line).append('\n');
            }
            return e.exitCode();
        }
    }

    private static void sayThatItGoesOn(Environment environment, String service) {
        environment.out().append(
                "\nOperation continuing in background.\nUse 'mure service ps " + service + "' to check progress.\n");
        environment.out().flush();
    }

    private static ProgressDisplay display(Flags flags, Environment environment) {
        if (flags.isSet("--quiet")) {
            return ProgressDisplay.QUIET;
        }
        return environment.screen().isTerminal()
                ? new TerminalDisplay(environment.out(), environment.screen().columns())
                : new LineDisplay(environment.out());
    }
}
