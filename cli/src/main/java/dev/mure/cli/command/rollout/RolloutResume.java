package dev.mure.cli.command.rollout;

import dev.mure.cli.command.Command;
import dev.mure.cli.command.Invocation;
import dev.mure.cli.command.Specs;
import dev.mure.cli.process.ExitCode;
import dev.mure.v1.ControlRolloutRequest;
import dev.mure.v1.ResumeRollout;
import picocli.CommandLine.Model.CommandSpec;

/** {@code mure rollout resume}. */
final class RolloutResume implements Command {
    @Override
    public CommandSpec spec() {
        return Specs.command("SERVICE", "Go on with a paused rollout, up to its next stage.", "",
                "Failures are counted anew.")
                .build();
    }

    @Override
    public ExitCode run(Invocation invocation) {
        return Steering.steer(invocation, invocation.flags().onlyArgument("SERVICE"),
                ControlRolloutRequest.newBuilder().setResume(ResumeRollout.getDefaultInstance()), "resumed");
    }
}
