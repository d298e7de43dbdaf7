package dev.mure.cli.command.node;

import dev.mure.cli.command.Command;
import dev.mure.cli.command.CommandGroup;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The noun {@code node}. */
public final class NodeCommands implements CommandGroup {
    @Override
    public String description() {
        return "Look at the machines of the cluster.";
    }

    @Override
    public List<String> verbs() {
        return List.of("ls");
    }

    @Override
    public @Nullable Command verb(String name) {
        return switch (name) {
            case "ls", "list" -> new NodeList();
            default -> null;
        };
    }
}
