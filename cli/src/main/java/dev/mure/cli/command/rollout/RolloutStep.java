package dev.mure.cli.command.rollout;

import dev.mure.cli.command.Command;
import dev.mure.cli.command.Flags;
import dev.mure.cli.command.Invocation;
import dev.mure.cli.command.Specs;
import dev.mure.cli.process.ExitCode;
import dev.mure.cli.process.WrongUsage;
import dev.mure.v1.ControlRolloutRequest;
import dev.mure.v1.StepRollout;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;

/** {@code mure rollout step}. */
final class RolloutStep implements Command {
    private static final int MAX_SLOTS = 100_000;

    @Override
    public CommandSpec spec() {
        return Specs.command("SERVICE [N]", "Replace N more tasks (1 unless given), then pause.").build();
    }

    @Override
    public ExitCode run(Invocation invocation) {
        List<String> arguments = invocation.flags().someArguments("SERVICE");
        if (arguments.size() > 2) {
            throw new WrongUsage("unexpected argument \"" + arguments.get(2) + "\"");
        }
        int slots = arguments.size() == 1 ? 1 : Flags.count("N", arguments.get(1), MAX_SLOTS);
        if (slots == 0) {
            throw Flags.invalid("N", arguments.get(1), "a whole number from 1 to " + MAX_SLOTS);
        }
        return Steering.steer(invocation, arguments.getFirst(),
                ControlRolloutRequest.newBuilder().setStep(StepRollout.newBuilder().setSlots(slots)),
                "goes on for " + slots + (slots == 1 ? " task" : " tasks"));
    }
}
