package dev.mure.cli.command.rollout;

import dev.mure.cli.command.Command;
import dev.mure.cli.command.Invocation;
import dev.mure.cli.command.Specs;
import dev.mure.cli.process.ExitCode;
import dev.mure.v1.AbortRollout;
import dev.mure.v1.ControlRolloutRequest;
import dev.mure.v1.ControlRolloutResponse;
import picocli.CommandLine.Model.CommandSpec;

/** {@code mure rollout abort}. */
final class RolloutAbort implements Command {
    @Override
    public CommandSpec spec() {
        return Specs.command("SERVICE", "Give a rollout up: go back to the newest stable revision.", "",
                "Goes by the service's rollback policy; 'rollout watch' shows how.").build();
    }

    @Override
    public ExitCode run(Invocation invocation) {
        String service = invocation.flags().onlyArgument("SERVICE");
        ControlRolloutResponse response = Steering.send(invocation, service,
                ControlRolloutRequest.newBuilder().setAbort(AbortRollout.getDefaultInstance()));
        invocation.out().append(service + " goes back to revision " + response.getRevision() + "\n");
        return ExitCode.OK;
    }
}
