package dev.mure.cli.command.service;

import dev.mure.cli.command.Flags;
import dev.mure.cli.command.Invocation;
import dev.mure.cli.process.Environment;
import dev.mure.cli.process.ExitCode;
import dev.mure.cli.process.Interrupts;
import dev.mure.cli.progress.Convergence;
import dev.mure.cli.progress.LineDisplay;
import dev.mure.cli.progress.ProgressDisplay;
import dev.mure.cli.progress.ProgressSource;
import dev.mure.cli.progress.ServiceFollower;
import dev.mure.cli.progress.TerminalDisplay;
import dev.mure.cli.progress.UpdatePaused;
import dev.mure.cli.progress.WatchedService;
import dev.mure.v1.UpdateServiceResponse;

/** What {@code create}, {@code update} and {@code scale} do after the change is made, unless {@code --detach} is given. */
final class Following {
    private Following() {}

    /**
     * Follows a service whose spec was changed.
     *
     * @param name as the user typed it
     */
    static ExitCode of(Invocation invocation, String name, UpdateServiceResponse updated) {
        boolean rolloutAsked = switch (updated.getEffect()) {
            case NEW_REVISION, RESUMED -> true;
            case SPEC_CHANGED, UNCHANGED, UNRECOGNIZED -> false;
        };
        return of(invocation, name, updated.getId(), updated.getIndex(), rolloutAsked);
    }

    /**
     * Follows a service.
     *
     * @param index state index of the change
     * @param rolloutAsked whether the change began or resumed a rollout
     */
    static ExitCode of(Invocation invocation, String name, String id, long index, boolean rolloutAsked) {
        Flags flags = invocation.flags();
        if (flags.isSet("--detach")) {
            return ExitCode.OK;
        }
        Environment environment = invocation.environment();
        environment.out().flush();
        try (Interrupts.Registration _ = environment.interrupts().before(() -> sayThatItGoesOn(environment, name));
                ProgressSource source = new WatchedService(invocation.client(), id, index, environment.time())) {
            new ServiceFollower(source, new Convergence(name, rolloutAsked), display(flags, environment),
                    environment.time()).follow();
            return ExitCode.OK;
        } catch (UpdatePaused e) {
            // In Docker's words, without our name before them: scripts look for them.
            environment.err().append(e.getMessage()).append('\n');
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
