package dev.mure.cli.command.node;

import dev.mure.cli.command.Command;
import dev.mure.cli.command.Flags;
import dev.mure.cli.command.Invocation;
import dev.mure.cli.command.Labels;
import dev.mure.cli.command.Specs;
import dev.mure.cli.process.ExitCode;
import dev.mure.cli.process.WrongUsage;
import dev.mure.v1.Node;
import dev.mure.v1.UpdateNodeRequest;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;

/** {@code mure node update}. */
final class NodeUpdate implements Command {
    @Override
    public CommandSpec spec() {
        return Specs.command("[OPTIONS] NODE", "Change a node's availability and labels.", "",
                "A drained node's tasks are replaced elsewhere, within what the services' --max-unavailable allows.")
                .value("--availability", "AVAILABILITY",
                        "active, pause (its tasks stay, no new ones) or drain (its tasks go elsewhere).")
                .list("--label-add", "KEY=VALUE", "Add or change a label, to which constraints refer. May be repeated.")
                .list("--label-rm", "KEY", "Remove a label. May be repeated.")
                .build();
    }

    @Override
    public ExitCode run(Invocation invocation) {
        Flags flags = invocation.flags();
        String node = flags.onlyArgument("NODE");
        if (!flags.hasOtherThan()) {
            throw new WrongUsage("nothing to change: give --availability, --label-add or --label-rm");
        }
        UpdateNodeRequest.Builder request = UpdateNodeRequest.newBuilder().setNode(node)
                .addAllAddLabels(Labels.change(List.of(), List.of(), flags.values("--label-add"), "--label-add"))
                .addAllRemoveLabels(flags.values("--label-rm"));
        String availability = flags.value("--availability");
        if (availability != null) {
            request.setAvailability(switch (availability) {
                case "active" -> Node.Availability.ACTIVE;
                case "pause" -> Node.Availability.PAUSE;
                case "drain" -> Node.Availability.DRAIN;
                default -> throw Flags.invalid("--availability", availability, "active, pause or drain");
            });
        }
        invocation.client().updateNode(request.setRequest(invocation.newRequest(0)).build());
        invocation.out().append(node).append('\n');
        return ExitCode.OK;
    }
}
