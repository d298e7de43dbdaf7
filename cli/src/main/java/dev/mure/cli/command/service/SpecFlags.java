package dev.mure.cli.command.service;

import dev.mure.cli.command.Flags;
import dev.mure.cli.command.Specs;
import dev.mure.cli.format.Words;
import dev.mure.cli.process.Environment;
import dev.mure.v1.ContainerSpec;
import dev.mure.v1.RestartPolicy;
import dev.mure.v1.ServiceSpec;
import dev.mure.v1.Share;
import dev.mure.v1.TaskSpec;
import dev.mure.v1.UpdateConfig;
import java.util.List;

/** The flags that {@code create} and {@code update} share, and what each sets in a service's spec. What is not given stays. */
final class SpecFlags {
    /** The schema's upper bound. */
    static final int MAX_REPLICAS = 100_000;

    private static final String SIGNALS = "Signal that asks a task to end, for example SIGTERM.";

    private SpecFlags() {}

    static Specs declare(Specs specs) {
        return specs.value("--replicas", "COUNT", "Number of tasks.")
                .value("--update-delay", "DURATION",
                        "Pause after each task or group of tasks: 10s, 1m30s, 1h. Default 0s.")
                .value("--update-parallelism", "COUNT", "Tasks replaced at once; 0 = all. Default 1.")
                .value("--update-failure-action", "ACTION",
                        "What a failed task does to an update: pause (default) or continue.")
                .value("--update-monitor", "DURATION", "How long to watch a new task for failure. Default 5s.")
                .value("--update-max-failure-ratio", "RATIO",
                        "Share of tasks that may fail before the action is taken. Default 0.")
                .value("--restart-condition", "CONDITION",
                        "When to start an ended task again: none, on-failure or any (default).")
                .value("--restart-delay", "DURATION", "Pause before a restart. Default 5s.")
                .value("--restart-max-attempts", "COUNT", "Restarts before giving up; 0 = no limit (default).")
                .value("--restart-window", "DURATION", "Time in which restarts are counted; 0s = for ever (default).")
                .value("-w", "--workdir", "PATH", "Working directory inside the container.")
                .value("-u", "--user", "USER[:GROUP]", "User that the task runs as.")
                .value("--hostname", "NAME", "Host name of the container.")
                .value("--entrypoint", "COMMAND", "Replaces the image's entrypoint.")
                .value("--stop-signal", "SIGNAL", SIGNALS)
                .value("--stop-grace-period", "DURATION", "Time between the stop signal and SIGKILL. Default 10s.")
                .flag("-d", "--detach", "Do not wait until the service is as asked.")
                .flag("-q", "--quiet", "Print no progress.");
    }

    static void apply(Flags flags, ServiceSpec.Builder spec) {
        if (flags.has("--replicas")) {
            spec.getReplicatedBuilder().setReplicas(flags.count("--replicas", MAX_REPLICAS));
        }
        applyUpdate(flags, spec);
        applyRestart(flags, spec.getTaskBuilder());
        applyContainer(flags, spec.getTaskBuilder().getContainerBuilder());
    }

    private static void applyUpdate(Flags flags, ServiceSpec.Builder spec) {
        if (flags.has("--update-delay")) {
            spec.getUpdateBuilder().setDelay(Words.of(flags.duration("--update-delay")));
        }
        if (flags.has("--update-parallelism")) {
            spec.getUpdateBuilder().setParallelism(
                    Share.newBuilder().setCount(flags.count("--update-parallelism", Integer.MAX_VALUE)));
        }
        String action = flags.value("--update-failure-action");
        if (action != null) {
            spec.getUpdateBuilder().setFailureAction(switch (action) {
                case "pause" -> UpdateConfig.FailureAction.PAUSE;
                case "continue" -> UpdateConfig.FailureAction.CONTINUE;
                default -> throw Flags.invalid("--update-failure-action", action, "pause or continue");
            });
        }
        if (flags.has("--update-monitor")) {
            spec.getUpdateBuilder().setMonitor(Words.of(flags.duration("--update-monitor")));
        }
        if (flags.has("--update-max-failure-ratio")) {
            spec.getUpdateBuilder().setMaxFailureRatio(flags.ratio("--update-max-failure-ratio"));
        }
    }

    private static void applyRestart(Flags flags, TaskSpec.Builder task) {
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
        if (flags.has("--restart-max-attempts")) {
            task.getRestartBuilder().setMaxAttempts(flags.count("--restart-max-attempts", Integer.MAX_VALUE));
        }
        if (flags.has("--restart-window")) {
            task.getRestartBuilder().setWindow(Words.of(flags.duration("--restart-window")));
        }
    }

    private static void applyContainer(Flags flags, ContainerSpec.Builder container) {
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

    /** The spec that {@code create} asks for. */
    static ServiceSpec forCreate(Flags flags, String name, Environment environment) {
        ServiceSpec.Builder spec = ServiceSpec.newBuilder().setName(name);
        String mode = flags.value("--mode");
        if (mode != null && !mode.equals("replicated")) {
            throw Flags.invalid("--mode", mode, "replicated");
        }
        spec.getReplicatedBuilder().setReplicas(1);
        ContainerSpec.Builder container = spec.getTaskBuilder().getContainerBuilder();
        container.setImage(flags.arguments().getFirst());
        container.addAllArgs(flags.arguments().subList(1, flags.arguments().size()));
        container.addAllEnv(new Variables(environment).addFiles("--env-file", flags.values("--env-file"))
                .add("--env", flags.values("--env")).entries());
        container.addAllLabels(Labels.change(List.of(), List.of(), flags.values("--container-label"),
                "--container-label"));
        spec.addAllLabels(Labels.change(List.of(), List.of(), flags.values("--label"), "--label"));
        apply(flags, spec);
        return spec.build();
    }

    /** The spec that {@code update} asks for. */
    static ServiceSpec forUpdate(Flags flags, ServiceSpec current, Environment environment) {
        ServiceSpec.Builder spec = current.toBuilder();
        apply(flags, spec);
        spec.clearLabels().addAllLabels(
                Labels.change(current.getLabelsList(), flags.values("--label-rm"), flags.values("--label-add"),
                        "--label-add"));
        TaskSpec.Builder task = spec.getTaskBuilder();
        if (flags.isSet("--force")) {
            task.setForceUpdate(task.getForceUpdate() + 1);
        }
        ContainerSpec.Builder container = task.getContainerBuilder();
        String image = flags.value("--image");
        if (image != null) {
            container.setImage(image);
        }
        String arguments = flags.value("--args");
        if (arguments != null) {
            container.clearArgs().addAllArgs(ShellWords.split("--args", arguments));
        }
        ContainerSpec before = current.getTask().getContainer();
        if (flags.has("--env-add") || flags.has("--env-rm")) {
            container.clearEnv()
                    .addAllEnv(new Variables(environment).with(before.getEnvList()).remove(flags.values("--env-rm"))
                            .add("--env-add", flags.values("--env-add")).entries());
        }
        container.clearLabels().addAllLabels(Labels.change(before.getLabelsList(), flags.values("--container-label-rm"),
                flags.values("--container-label-add"), "--container-label-add"));
        return spec.build();
    }
}
