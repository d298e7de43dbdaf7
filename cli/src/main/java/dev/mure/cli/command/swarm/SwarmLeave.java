package dev.mure.cli.command.swarm;

import dev.mure.cli.command.Command;
import dev.mure.cli.command.Flags;
import dev.mure.cli.command.Invocation;
import dev.mure.cli.command.Specs;
import dev.mure.cli.process.ExitCode;
import dev.mure.v1.LeaveSwarmRequest;
import picocli.CommandLine.Model.CommandSpec;

/** {@code mure swarm leave}. */
final class SwarmLeave implements Command {
    @Override
    public CommandSpec spec() {
        return Specs.command("[OPTIONS]", "Make the manager that is asked leave the swarm.", "",
                "It hands leadership over, gives its vote back and ends; its data folder belongs to no cluster then. Refused if it"
                        + " is the last manager, or if too few of the others answer.")
                .flag("-f", "--force", "Leave all the same.")
                .build();
    }

    @Override
    public ExitCode run(Invocation invocation) {
        Flags flags = invocation.flags();
        flags.noArguments();
        invocation.client().leaveSwarm(LeaveSwarmRequest.newBuilder().setForce(flags.isSet("--force")).build());
        invocation.out().append("Node left the swarm.\n");
        return ExitCode.OK;
    }
}
