package dev.mure.cli.command.node;

import dev.mure.cli.command.Command;
import dev.mure.cli.command.Filters;
import dev.mure.cli.command.Flags;
import dev.mure.cli.command.Formats;
import dev.mure.cli.command.Invocation;
import dev.mure.cli.command.Specs;
import dev.mure.cli.command.StaleReads;
import dev.mure.cli.format.Listing;
import dev.mure.cli.format.NaturalOrder;
import dev.mure.cli.format.Words;
import dev.mure.cli.process.ExitCode;
import dev.mure.v1.ListNodesRequest;
import dev.mure.v1.ListNodesResponse;
import dev.mure.v1.Node;
import dev.mure.v1.NodeView;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;

/** {@code mure node ls}. */
final class NodeList implements Command {
    @Override
    public CommandSpec spec() {
        return StaleReads.declare(
                Formats.declareForLists(Specs.command("[OPTIONS]", "List the nodes of the cluster."), "id, name, role"))
                .aliases("list")
                .build();
    }

    @Override
    public ExitCode run(Invocation invocation) {
        Flags flags = invocation.flags();
        flags.noArguments();
        Filters filters = new Filters(flags, "id", "name", "role");
        List<String> roles = filters.of("role");
        for (String role : roles) {
            if (!role.equals("manager") && !role.equals("worker")) {
                throw Flags.invalid("--filter role", role, "manager or worker");
            }
        }
        ListNodesRequest request =
                ListNodesRequest.newBuilder().addAllIds(filters.of("id")).addAllNames(filters.of("name"))
                        .setConsistency(StaleReads.consistency(flags)).build();
        List<NodeView> nodes = new ArrayList<>();
        ListNodesResponse response = invocation.client().listNodes(request);
        StaleReads.mark(invocation, response.getStaleness(), response.getIndex());
        for (NodeView node : response.getNodesList()) {
            if (roles.isEmpty() || roles.contains(node.getNode().hasManager() ? "manager" : "worker")) {
                nodes.add(node);
            }
        }
        nodes.sort((left, right) -> NaturalOrder.compare(left.getNode().getName(), right.getNode().getName()));
        if (flags.isSet("--quiet") && flags.value("--format") == null) {
            for (NodeView node : nodes) {
                invocation.out().append(node.getNode().getId()).append('\n');
            }
            return ExitCode.OK;
        }
        return Formats.print(listing(nodes, Listing.isTable(flags.value("--format"))), invocation);
    }

    private static Listing listing(List<NodeView> nodes, boolean table) {
        Listing listing =
                new Listing(List.of(new Listing.Column("ID", "ID"), new Listing.Column("Hostname", "HOSTNAME"),
                        new Listing.Column("Status", "STATUS"), new Listing.Column("Availability", "AVAILABILITY"),
                        new Listing.Column("ManagerStatus", "MANAGER STATUS"),
                        new Listing.Column("EngineVersion", "ENGINE VERSION"),
                        new Listing.Column("Self", "SELF", false)));
        for (NodeView view : nodes) {
            Node node = view.getNode();
            listing.add(node.getId() + (table && view.getSelf() ? " *" : ""), node.getName(),
                    Words.capital(Words.of(node.getState())),
                    Words.capital(Words.of(node.getAvailability())), managerStatus(view),
                    node.getDescription().getEngineVersion(),
                    Boolean.toString(view.getSelf()));
        }
        return listing;
    }

    private static String managerStatus(NodeView view) {
        if (!view.getNode().hasManager()) {
            return "";
        }
        if (view.getLeader()) {
            return "Leader";
        }
        return view.getReachable() ? "Reachable" : "Unreachable";
    }
}
