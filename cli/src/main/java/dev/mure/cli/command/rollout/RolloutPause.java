package dev.mure.cli.command.rollout;

import dev.mure.cli.command.Command;
import dev.mure.cli.command.Invocation;
import dev.mure.cli.command.Specs;
import dev.mure.cli.process.ExitCode;
import dev.mure.v1.ControlRolloutRequest;
import dev.mure.v1.PauseRollout;
import picocli.CommandLine.Model.CommandSpec;

/** {@code mure rollout pause}. */
final class RolloutPause implements Command {
    @Override
    public CommandSpec spec() {
        return Specs.command("SERVICE", "Pause a rollout.", "",
                "After the answer no new task is replaced; those whose old task was told to stop are finished.")
                .build();
    }

    @Override
    public ExitCode run(Invocation invocation) {
        return Steering.steer(invocation, invocation.flags().onlyArgument("SERVICE"),
                ControlRolloutRequest.newBuilder().setPause(PauseRollout.getDefaultInstance()), "paused");
    }
}
