package dev.mure.cli.command.service;

import dev.mure.cli.command.Flags;
import dev.mure.cli.command.Specs;
import dev.mure.cli.format.Words;
import dev.mure.v1.RestartPolicy;
import dev.mure.v1.TaskSpec;

/** The flags of the restart policy. */
final class RestartFlags {
    private RestartFlags() {}

    static Specs declare(Specs specs) {
        return specs
                .value("--restart-condition", "CONDITION",
                        "When to start an ended task again: none, on-failure or any (default).")
                .value("--restart-delay", "DURATION", "Pause before the first restart in a row. Default 5s.")
                .value("--restart-max-delay", "DURATION",
                        "With each restart in a row the pause doubles up to this; the same as the delay = no back-off."
                                + " Default 5m.")
                .value("--restart-max-attempts", "COUNT", "Restarts before giving up; 0 = no limit (default).")
                .value("--restart-window", "DURATION", "Time in which restarts are counted; 0s = for ever (default).");
    }

    static void apply(Flags flags, TaskSpec.Builder task) {
        String condition = flags.value("--restart-condition");
        if (condition != null) {
            task.getRestartBuilder().setCondition(switch (condition) {
                case "none" -> RestartPolicy.Condition.NONE;
                case "on-failure" -> RestartPolicy.Condition.ON_FAILURE;
                case "any" -> RestartPolicy.Condition.ANY;
                default -> throw Flags.invalid("--restart-condition", condition, "none, on-failure or any");
            });
        }
        if (flags.has("--restart-delay")) {
            task.getRestartBuilder().setDelay(Words.of(flags.duration("--restart-delay")));
        }
        if (flags.has("--restart-max-delay")) {
            task.getRestartBuilder().setMaxDelay(Words.of(flags.duration("--restart-max-delay")));
        }
        if (flags.has("--restart-max-attempts")) {
            task.getRestartBuilder().setMaxAttempts(flags.count("--restart-max-attempts", Integer.MAX_VALUE));
        }
        if (flags.has("--restart-window")) {
            task.getRestartBuilder().setWindow(Words.of(flags.duration("--restart-window")));
        }
    }
}
