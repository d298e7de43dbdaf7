package dev.mure.cli.command.rollout;

import dev.mure.cli.command.Command;
import dev.mure.cli.command.CommandGroup;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The noun {@code rollout}. */
public final class RolloutCommands implements CommandGroup {
    @Override
    public String description() {
        return "Look at rolling updates and rollbacks, pause them, go on, go back.";
    }

    @Override
    public List<String> verbs() {
        return List.of("abort", "ls", "pause", "promote", "resume", "set", "status", "step", "watch");
    }

    @Override
    public @Nullable Command verb(String name) {
        return switch (name) {
            case "abort" -> new RolloutAbort();
            case "ls", "list" -> new RolloutList();
            case "pause" -> new RolloutPause();
            case "promote" -> new RolloutPromote();
            case "resume" -> new RolloutResume();
            case "set" -> new RolloutSet();
            case "status" -> new RolloutStatus();
            case "step" -> new RolloutStep();
            case "watch" -> new RolloutWatch();
            default -> null;
        };
    }
}
