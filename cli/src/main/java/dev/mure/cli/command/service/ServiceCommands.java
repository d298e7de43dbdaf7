package dev.mure.cli.command.service;

import dev.mure.cli.command.Command;
import dev.mure.cli.command.CommandGroup;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The noun {@code service}. */
public final class ServiceCommands implements CommandGroup {
    @Override
    public String description() {
        return "Create, look at, update, take back and remove services.";
    }

    @Override
    public List<String> verbs() {
        return List.of("create", "history", "inspect", "ls", "ps", "rm", "rollback", "scale", "update");
    }

    @Override
    public @Nullable Command verb(String name) {
        return switch (name) {
            case "create" -> new ServiceCreate();
            case "history" -> new ServiceHistory();
            case "inspect" -> new ServiceInspect();
            case "ls", "list" -> new ServiceList();
            case "ps" -> new ServiceTasks();
            case "rm", "remove" -> new ServiceRemove();
            case "rollback" -> new ServiceRollback();
            case "scale" -> new ServiceScale();
            case "update" -> new ServiceUpdate();
            default -> null;
        };
    }
}
