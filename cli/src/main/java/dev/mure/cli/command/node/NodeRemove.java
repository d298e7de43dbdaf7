package dev.mure.cli.command.node;

import dev.mure.cli.command.Command;
import dev.mure.cli.command.Flags;
import dev.mure.cli.command.Invocation;
import dev.mure.cli.command.Specs;
import dev.mure.cli.connect.Code;
import dev.mure.cli.connect.ControlException;
import dev.mure.cli.process.ExitCode;
import dev.mure.v1.RemoveNodeRequest;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;

/** {@code mure node rm}. What can be removed is, even if something else can't. */
final class NodeRemove implements Command {
    @Override
    public CommandSpec spec() {
        return Specs.command("[OPTIONS] NODE [NODE...]", "Remove one or more nodes from the cluster.", "",
                "The node must be down, and a manager must not answer any more or have left. It does not come back: on the same"
                        + " machine a new node starts with an empty data folder.")
                .aliases("remove")
                .flag("-f", "--force", "Remove a node that is not down too; its tasks count as lost.")
                .build();
    }

    @Override
    public ExitCode run(Invocation invocation) {
        Flags flags = invocation.flags();
        List<String> errors = new ArrayList<>();
        for (String node : flags.someArguments("NODE")) {
            try {
                invocation.client().removeNode(RemoveNodeRequest.newBuilder().setRequest(invocation.newRequest(0))
                        .setNode(node).setForce(flags.isSet("--force")).build());
                invocation.out().append(node).append('\n');
            } catch (ControlException e) {
                if (e.code() != Code.NOT_FOUND && e.code() != Code.FAILED_PRECONDITION) {
                    throw e;
                }
                errors.add(e.code() == Code.NOT_FOUND ? "no such node: " + node : e.getMessage());
            }
        }
        for (String error : errors) {
            invocation.err().append("mure: ").append(error).append('\n');
        }
        return errors.isEmpty() ? ExitCode.OK : ExitCode.FAILURE;
    }
}
