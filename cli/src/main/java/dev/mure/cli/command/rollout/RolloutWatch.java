package dev.mure.cli.command.rollout;

import dev.mure.cli.command.Command;
import dev.mure.cli.command.Invocation;
import dev.mure.cli.command.Specs;
import dev.mure.cli.command.following.Following;
import dev.mure.cli.process.ExitCode;
import dev.mure.cli.progress.Goal;
import dev.mure.v1.Rollout;
import picocli.CommandLine.Model.CommandSpec;

/** {@code mure rollout watch}. */
final class RolloutWatch implements Command {
    @Override
    public CommandSpec spec() {
        return Specs.command("[OPTIONS] SERVICE", "Show a rollout as it goes on, until it ends.", "",
                "Ends with 0 when it completed, 10 when it is paused, 11 when it was rolled back, 12 when the rollback failed"
                        + " too, 13 when it made no progress.")
                .flag("-q", "--quiet", "Print no progress.").build();
    }

    @Override
    public ExitCode run(Invocation invocation) {
        String service = invocation.flags().onlyArgument("SERVICE");
        NewestRollout newest = NewestRollout.of(invocation, service);
        Rollout rollout = newest.view().getRollout();
        invocation.out().append(service + ": revision " + rollout.getFromRevision() + " -> "
                + rollout.getToRevision() + "\n");
        return Following.of(invocation, service, rollout.getServiceId(), newest.index(), new Goal.RolloutOver());
    }
}
