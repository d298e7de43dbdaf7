package dev.mure.cli.command.node;

import dev.mure.cli.command.Command;
import dev.mure.cli.command.CommandGroup;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The noun {@code node}. */
public final class NodeCommands implements CommandGroup {
    @Override
    public String description() {
        return "Look at the machines of the cluster, and keep tasks from them.";
    }

    @Override
    public List<String> verbs() {
        return List.of("inspect", "ls", "rm", "update");
    }

    @Override
    public @Nullable Command verb(String name) {
        return switch (name) {
            case "inspect" -> new NodeInspect();
            case "ls", "list" -> new NodeList();
            case "rm", "remove" -> new NodeRemove();
            case "update" -> new NodeUpdate();
            default -> null;
        };
    }
}
