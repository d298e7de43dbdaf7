package dev.mure.cli.command.service;

import dev.mure.cli.command.Flags;
import dev.mure.cli.command.Labels;
import dev.mure.cli.command.Specs;
import dev.mure.cli.command.policy.PolicyFlags;
import dev.mure.cli.format.Shares;
import dev.mure.cli.process.Environment;
import dev.mure.cli.process.WrongUsage;
import dev.mure.v1.ContainerSpec;
import dev.mure.v1.GlobalMode;
import dev.mure.v1.PortConfig;
import dev.mure.v1.ServiceSpec;
import dev.mure.v1.Share;
import dev.mure.v1.TaskSpec;
import java.util.List;

/** The flags that {@code create} and {@code update} share, and what each sets in a service's spec. What is not given stays. */
final class SpecFlags {
    /** The schema's upper bound. */
    static final int MAX_REPLICAS = 100_000;

    private SpecFlags() {}

    static Specs declare(Specs specs) {
        specs.value("--replicas", "COUNT", "Number of tasks.")
                .value("--max-unavailable", "N|P%",
                        "Most tasks that updates, rollbacks and drains together take out of service; none = as many as the"
                                + " parallelism (default).");
        PolicyFlags.UPDATE.declare(specs);
        PolicyFlags.ROLLBACK.declare(specs);
        RestartFlags.declare(specs);
        ContainerFlags.declare(specs);
        HealthFlags.declare(specs);
        ResourceFlags.declare(specs);
        return specs.flag("-d", "--detach", "Do not wait until the service is as asked.")
                .flag("-q", "--quiet", "Print no progress.");
    }

    private static void apply(Flags flags, ServiceSpec.Builder spec) {
        if (flags.has("--replicas")) {
            int replicas = flags.count("--replicas", MAX_REPLICAS);
            if (spec.hasGlobal()) {
                throw new WrongUsage("replicas can only be used with replicated mode");
            }
            spec.getReplicatedBuilder().setReplicas(replicas);
        }
        String unavailable = flags.value("--max-unavailable");
        if (unavailable != null) {
            if (unavailable.equals("none")) {
                spec.clearMaxUnavailable();
            } else {
                Share share = flags.share("--max-unavailable");
                if (Shares.isZero(share)) {
                    throw Flags.invalid("--max-unavailable", unavailable,
                            "at least 1 or 1%, or none for no limit of its own");
                }
                spec.setMaxUnavailable(share);
            }
        }
        if (PolicyFlags.UPDATE.areGiven(flags)) {
            PolicyFlags.UPDATE.apply(flags, spec.getUpdateBuilder());
        }
        if (PolicyFlags.ROLLBACK.areGiven(flags)) {
            PolicyFlags.ROLLBACK.apply(flags, spec.getRollbackBuilder());
        }
        RestartFlags.apply(flags, spec.getTaskBuilder());
        ResourceFlags.apply(flags, spec.getTaskBuilder());
        ContainerFlags.apply(flags, spec.getTaskBuilder().getContainerBuilder());
        HealthFlags.apply(flags, spec.getTaskBuilder().getContainerBuilder());
    }

    /** The spec that {@code create} asks for. */
    static ServiceSpec forCreate(Flags flags, String name, Environment environment) {
        ServiceSpec.Builder spec = ServiceSpec.newBuilder().setName(name);
        String mode = flags.value("--mode");
        switch (mode == null ? "replicated" : mode) {
            case "replicated" -> spec.getReplicatedBuilder().setReplicas(1);
            case "global" -> spec.setGlobal(GlobalMode.getDefaultInstance());
            default -> throw Flags.invalid("--mode", String.valueOf(mode), "replicated or global");
        }
        ContainerSpec.Builder container = spec.getTaskBuilder().getContainerBuilder();
        container.setImage(flags.arguments().getFirst());
        container.addAllArgs(flags.arguments().subList(1, flags.arguments().size()));
        container.addAllEnv(new Variables(environment).addFiles("--env-file", flags.values("--env-file"))
                .add("--env", flags.values("--env")).entries());
        container.addAllLabels(Labels.change(List.of(), List.of(), flags.values("--container-label"),
                "--container-label"));
        spec.addAllLabels(Labels.change(List.of(), List.of(), flags.values("--label"), "--label"));
        setConstraints(spec.getTaskBuilder(),
                Constraints.change(List.of(), List.of(), flags.values("--constraint"), "--constraint"));
        setPorts(spec.getTaskBuilder(),
                PublishedPorts.change(List.of(), List.of(), flags.values("--publish"), "--publish", "--publish"));
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
        setConstraints(task, Constraints.change(current.getTask().getPlacement().getConstraintsList(),
                flags.values("--constraint-rm"), flags.values("--constraint-add"), "--constraint-add"));
        setPorts(task, PublishedPorts.change(current.getTask().getPortsList(), flags.values("--publish-rm"),
                flags.values("--publish-add"), "--publish-rm", "--publish-add"));
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

    private static void setConstraints(TaskSpec.Builder task, List<String> constraints) {
        if (!constraints.equals(task.getPlacement().getConstraintsList())) {
            task.getPlacementBuilder().clearConstraints().addAllConstraints(constraints);
        }
    }

    private static void setPorts(TaskSpec.Builder task, List<PortConfig> ports) {
        task.clearPorts().addAllPorts(ports);
    }
}
