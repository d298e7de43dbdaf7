package dev.mure.cli.command.node;

import dev.mure.cli.command.Command;
import dev.mure.cli.command.Documents;
import dev.mure.cli.command.Flags;
import dev.mure.cli.command.Invocation;
import dev.mure.cli.command.Specs;
import dev.mure.cli.command.StaleReads;
import dev.mure.cli.process.ExitCode;
import dev.mure.v1.ListNodesRequest;
import dev.mure.v1.ListNodesResponse;
import dev.mure.v1.NodeView;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;

/** {@code mure node inspect}. What is found is printed even if something else is not. */
final class NodeInspect implements Command {
    @Override
    public CommandSpec spec() {
        return StaleReads.declare(
                Documents.declare(Specs.command("[OPTIONS] self|NODE [NODE...]", "Show all about one or more nodes."),
                        "{{.Spec.Availability}}"))
                .build();
    }

    @Override
    public ExitCode run(Invocation invocation) {
        Flags flags = invocation.flags();
        List<String> names = flags.someArguments("NODE");
        boolean pretty = Documents.isPretty(flags);
        ListNodesResponse response = invocation.client().listNodes(
                ListNodesRequest.newBuilder().setConsistency(StaleReads.consistency(flags)).build());
        StaleReads.mark(invocation, response.getStaleness(), response.getIndex());
        List<NodeView> all = response.getNodesList();
        List<String> errors = new ArrayList<>();
        List<Object> documents = new ArrayList<>();
        for (String name : names) {
            List<NodeView> found = named(all, name);
            if (found.size() != 1) {
                errors.add(found.isEmpty()
                        ? "no such node: " + name
                        : name + " is ambiguous (" + found.size() + " nodes): use an id");
            } else if (pretty) {
                invocation.out().append(PrettyNode.print(found.getFirst()));
            } else {
                documents.add(NodeDocument.of(found.getFirst()));
            }
        }
        if (!pretty) {
            Documents.print(invocation, documents);
        }
        for (String error : errors) {
            invocation.err().append("mure: ").append(error).append('\n');
        }
        return errors.isEmpty() ? ExitCode.OK : ExitCode.FAILURE;
    }

    /** The nodes with that id; else those with that name; else those whose id begins so. */
    private static List<NodeView> named(List<NodeView> all, String name) {
        List<NodeView> byName = new ArrayList<>();
        List<NodeView> byPrefix = new ArrayList<>();
        for (NodeView view : all) {
            if (view.getNode().getId().equals(name) || (name.equals("self") && view.getSelf())) {
                return List.of(view);
            }
            if (view.getNode().getName().equals(name)) {
                byName.add(view);
            } else if (view.getNode().getId().startsWith(name)) {
                byPrefix.add(view);
            }
        }
        return byName.isEmpty() ? byPrefix : byName;
    }
}
