package dev.mure.cli.command.service;

import dev.mure.cli.command.Command;
import dev.mure.cli.command.CommandGroup;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The noun {@code service}. */
public final class ServiceCommands implements CommandGroup {
    @Override
    public String description() {
        return "Create, look at, update and remove services.";
    }

    @Override
    public List<String> verbs() {
        return List.of("create", "inspect", "ls", "ps", "rm", "scale", "update");
    }

    @Override
    public @Nullable Command verb(String name) {
        return switch (name) {
            case "create" -> new ServiceCreate();
            case "inspect" -> new ServiceInspect();
            case "ls", "list" -> new ServiceList();
            case "ps" -> new ServiceTasks();
            case "rm", "remove" -> new ServiceRemove();
            case "scale" -> new ServiceScale();
            case "update" -> new ServiceUpdate();
            default -> null;
        };
    }
}
