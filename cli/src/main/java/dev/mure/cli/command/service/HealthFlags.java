package dev.mure.cli.command.service;

import dev.mure.cli.command.Flags;
import dev.mure.cli.command.Specs;
import dev.mure.cli.format.Words;
import dev.mure.cli.process.WrongUsage;
import dev.mure.v1.ContainerSpec;
import dev.mure.v1.HealthConfig;
import java.util.List;

/** The flags of the health check. */
final class HealthFlags {
    private static final List<String> NAMES = List.of("--health-cmd", "--health-interval", "--health-retries",
            "--health-timeout", "--health-start-period", "--health-start-interval");
    private static final String NO_CHECK = "NONE";

    private HealthFlags() {}

    static Specs declare(Specs specs) {
        return specs
                .value("--health-cmd", "COMMAND",
                        "Line for the image's shell that checks the task; exit code 0 = healthy. Empty: the image's own check.")
                .value("--health-interval", "DURATION", "Time between two checks. Default 30s.")
                .value("--health-retries", "COUNT", "Failures in a row that make a task unhealthy. Default 3.")
                .value("--health-timeout", "DURATION", "Time after which a check has failed. Default 30s.")
                .value("--health-start-period", "DURATION",
                        "Time after the start in which failures don't count. Default 0s.")
                .value("--health-start-interval", "DURATION",
                        "Time between two checks in the start period. Default 5s.")
                .flag("--no-healthcheck", "Check nothing, even if the image has a check.");
    }

    static void apply(Flags flags, ContainerSpec.Builder container) {
        boolean any = false;
        for (String name : NAMES) {
            any |= flags.has(name);
        }
        if (flags.isSet("--no-healthcheck")) {
            if (any) {
                throw new WrongUsage("--no-healthcheck conflicts with --health-* options");
            }
            container.setHealth(HealthConfig.newBuilder().addTest(NO_CHECK));
            return;
        }
        if (any) {
            apply(flags, container.getHealthBuilder());
        }
        boolean unchecked =
                container.getHealth().getTestCount() > 0 && container.getHealth().getTest(0).equals(NO_CHECK);
        boolean empty = container.hasHealth() && container.getHealth().equals(HealthConfig.getDefaultInstance());
        if (empty || (flags.has("--no-healthcheck") && unchecked)) {
            container.clearHealth();
        }
    }

    private static void apply(Flags flags, HealthConfig.Builder health) {
        String command = flags.value("--health-cmd");
        if (command != null) {
            if (command.isEmpty()) {
                health.clear();
            } else {
                health.clearTest().addTest("CMD-SHELL").addTest(command);
            }
        }
        if (flags.has("--health-interval")) {
            health.setInterval(Words.of(flags.duration("--health-interval")));
        }
        if (flags.has("--health-retries")) {
            health.setRetries(flags.count("--health-retries", Integer.MAX_VALUE));
        }
        if (flags.has("--health-timeout")) {
            health.setTimeout(Words.of(flags.duration("--health-timeout")));
        }
        if (flags.has("--health-start-period")) {
            health.setStartPeriod(Words.of(flags.duration("--health-start-period")));
        }
        if (flags.has("--health-start-interval")) {
            health.setStartInterval(Words.of(flags.duration("--health-start-interval")));
        }
    }
}
