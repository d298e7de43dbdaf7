package dev.mure.cli.command.service;

import dev.mure.cli.command.Flags;
import dev.mure.cli.command.Specs;
import dev.mure.cli.format.Words;
import dev.mure.v1.ContainerSpec;

/** The flags for what runs in the container, beside the image and its arguments. */
final class ContainerFlags {
    private ContainerFlags() {}

    static Specs declare(Specs specs) {
        return specs.value("-w", "--workdir", "PATH", "Working directory inside the container.")
                .value("-u", "--user", "USER[:GROUP]", "User that the task runs as.")
                .value("--hostname", "NAME", "Host name of the container.")
                .value("--entrypoint", "COMMAND", "Replaces the image's entrypoint.")
                .value("--stop-signal", "SIGNAL", "Signal that asks a task to end, for example SIGTERM.")
                .value("--stop-grace-period", "DURATION", "Time between the stop signal and SIGKILL. Default 10s.");
    }

    static void apply(Flags flags, ContainerSpec.Builder container) {
        String dir = flags.value("--workdir");
        if (dir != null) {
            container.setDir(dir);
        }
        String user = flags.value("--user");
        if (user != null) {
            container.setUser(user);
        }
        String hostname = flags.value("--hostname");
        if (hostname != null) {
            container.setHostname(hostname);
        }
        String entrypoint = flags.value("--entrypoint");
        if (entrypoint != null) {
            container.clearCommand().addAllCommand(ShellWords.split("--entrypoint", entrypoint));
        }
        String signal = flags.value("--stop-signal");
        if (signal != null) {
            container.setStopSignal(signal);
        }
        if (flags.has("--stop-grace-period")) {
            container.setStopGracePeriod(Words.of(flags.duration("--stop-grace-period")));
        }
    }
}
