package dev.mure.cli.command.rollout;

import dev.mure.cli.command.Command;
import dev.mure.cli.command.Flags;
import dev.mure.cli.command.Invocation;
import dev.mure.cli.command.Specs;
import dev.mure.cli.command.policy.PolicyFlags;
import dev.mure.cli.process.ExitCode;
import dev.mure.cli.process.WrongUsage;
import dev.mure.v1.ControlRolloutRequest;
import dev.mure.v1.SetRollout;
import dev.mure.v1.UpdateConfig;
import picocli.CommandLine.Model.CommandSpec;

/** {@code mure rollout set}. */
final class RolloutSet implements Command {
    @Override
    public CommandSpec spec() {
        return PolicyFlags.CURRENT
                .declareLimits(Specs.command("OPTIONS SERVICE", "Change what the rollout under way goes by.", "",
                        "The service's own policy, by which the next one goes, stays as it is."))
                .build();
    }

    @Override
    public ExitCode run(Invocation invocation) {
        Flags flags = invocation.flags();
        String service = flags.onlyArgument("SERVICE");
        if (!PolicyFlags.CURRENT.areGiven(flags)) {
            throw new WrongUsage("nothing to change: give at least one flag, for example --parallelism 2");
        }
        return Steering.steer(invocation, service, ControlRolloutRequest.newBuilder().setSet(changes(flags)),
                "changed");
    }

    private static SetRollout changes(Flags flags) {
        UpdateConfig.Builder builder = UpdateConfig.newBuilder();
        PolicyFlags.CURRENT.apply(flags, builder);
        UpdateConfig policy = builder.build();
        SetRollout.Builder changes = SetRollout.newBuilder().setFailureAction(policy.getFailureAction());
        if (policy.hasParallelism()) {
            changes.setParallelism(policy.getParallelism());
        }
        if (policy.hasDelay()) {
            changes.setDelay(policy.getDelay());
        }
        if (policy.hasMonitor()) {
            changes.setMonitor(policy.getMonitor());
        }
        if (flags.has("--max-failure-ratio")) {
            changes.setMaxFailureRatio(policy.getMaxFailureRatio());
        }
        if (policy.hasMinHealthy()) {
            changes.setMinHealthy(policy.getMinHealthy());
        }
        if (policy.hasStartDeadline()) {
            changes.setStartDeadline(policy.getStartDeadline());
        }
        if (policy.hasProgressDeadline()) {
            changes.setProgressDeadline(policy.getProgressDeadline());
        }
        return changes.build();
    }
}
