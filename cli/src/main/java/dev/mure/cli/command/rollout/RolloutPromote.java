package dev.mure.cli.command.rollout;

import dev.mure.cli.command.Command;
import dev.mure.cli.command.Invocation;
import dev.mure.cli.command.Specs;
import dev.mure.cli.process.ExitCode;
import dev.mure.v1.ControlRolloutRequest;
import dev.mure.v1.PromoteRollout;
import picocli.CommandLine.Model.CommandSpec;

/** {@code mure rollout promote}. */
final class RolloutPromote implements Command {
    @Override
    public CommandSpec spec() {
        return Specs.command("SERVICE", "Go on with a rollout, past its canary and all other stages.", "",
                "Use 'rollout resume' to go on to the next stage only.")
                .build();
    }

    @Override
    public ExitCode run(Invocation invocation) {
        return Steering.steer(invocation, invocation.flags().onlyArgument("SERVICE"),
                ControlRolloutRequest.newBuilder().setPromote(PromoteRollout.getDefaultInstance()), "promoted");
    }
}
