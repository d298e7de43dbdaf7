package dev.mure.cli.command.swarm;

import dev.mure.cli.command.Command;
import dev.mure.cli.command.CommandGroup;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The noun {@code swarm}. */
public final class SwarmCommands implements CommandGroup {
    @Override
    public String description() {
        return "See to the managers, and to who may join.";
    }

    @Override
    public List<String> verbs() {
        return List.of("join-token", "leave", "status");
    }

    @Override
    public @Nullable Command verb(String name) {
        return switch (name) {
            case "join-token" -> new SwarmJoinToken();
            case "leave" -> new SwarmLeave();
            case "status" -> new SwarmStatus();
            default -> null;
        };
    }
}
