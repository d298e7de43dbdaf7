package dev.mure.agent.runtime.docker;

import com.github.dockerjava.api.command.CreateContainerCmd;
import com.github.dockerjava.api.model.ExposedPort;
import com.github.dockerjava.api.model.HealthCheck;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.InternetProtocol;
import com.github.dockerjava.api.model.Ports;
import com.google.protobuf.Duration;
import dev.mure.agent.runtime.ContainerRequest;
import dev.mure.agent.runtime.NodeScope;
import dev.mure.v1.ContainerSpec;
import dev.mure.v1.HealthConfig;
import dev.mure.v1.PortConfig;
import dev.mure.v1.Resources;
import java.util.List;

/** Says to the engine what a task asks for. What is not said is left to image and engine, the network too: it may have none. */
final class CreateRequest {

    private CreateRequest() {}

    static CreateContainerCmd fill(CreateContainerCmd create, NodeScope scope, ContainerRequest request) {
        create.withName(request.name()).withLabels(ContainerLabels.of(scope, request));
        describeProcess(create, request.spec());
        if (request.spec().hasHealth()) {
            create.withHealthcheck(health(request.spec().getHealth()));
        }
        List<PortConfig> ports = request.task().getPortsList();
        if (!ports.isEmpty()) {
            create.withExposedPorts(ports.stream().map(CreateRequest::exposed).distinct().toList());
        }
        return create.withHostConfig(host(request.task().getResources(), ports));
    }

    /** The engine counts in seconds: never less than was asked for. */
    static int wholeSeconds(java.time.Duration grace) {
        return Math.toIntExact(grace.plusSeconds(1).minusNanos(1).toSeconds());
    }

    private static void describeProcess(CreateContainerCmd create, ContainerSpec spec) {
        if (spec.getCommandCount() > 0) {
            create.withEntrypoint(spec.getCommandList());
        }
        if (spec.getArgsCount() > 0) {
            create.withCmd(spec.getArgsList());
        }
        if (spec.getEnvCount() > 0) {
            create.withEnv(spec.getEnvList());
        }
        if (!spec.getDir().isEmpty()) {
            create.withWorkingDir(spec.getDir());
        }
        if (!spec.getUser().isEmpty()) {
            create.withUser(spec.getUser());
        }
        if (!spec.getHostname().isEmpty()) {
            create.withHostName(spec.getHostname());
        }
        if (!spec.getStopSignal().isEmpty()) {
            create.withStopSignal(spec.getStopSignal());
        }
        if (spec.hasStopGracePeriod()) {
            // For whoever stops it by hand; we say it with each stop.
            create.withStopTimeout(wholeSeconds(java.time.Duration.ofSeconds(spec.getStopGracePeriod().getSeconds(),
                    spec.getStopGracePeriod().getNanos())));
        }
    }

    /** The engine puts the image's in for whatever is 0 or empty. One without start intervals (API before 1.44) ignores them. */
    private static HealthCheck health(HealthConfig config) {
        HealthCheck check = new HealthCheck()
                .withInterval(nanos(config.getInterval()))
                .withTimeout(nanos(config.getTimeout()))
                .withRetries(config.getRetries())
                .withStartPeriod(nanos(config.getStartPeriod()))
                .withStartInterval(nanos(config.getStartInterval()));
        return config.getTestCount() > 0 ? check.withTest(config.getTestList()) : check;
    }

    private static HostConfig host(Resources resources, List<PortConfig> ports) {
        HostConfig host = HostConfig.newHostConfig();
        limit(host, resources);
        if (!ports.isEmpty()) {
            host.withPortBindings(bindings(ports));
        }
        return host;
    }

    private static void limit(HostConfig host, Resources resources) {
        if (resources.getLimits().getNanoCpus() > 0) {
            host.withNanoCPUs(resources.getLimits().getNanoCpus());
        }
        if (resources.getLimits().getMemoryBytes() > 0) {
            host.withMemory(resources.getLimits().getMemoryBytes());
        }
        if (resources.getReservations().getMemoryBytes() > 0) {
            // What the kernel leaves it when the machine's memory gets short.
            host.withMemoryReservation(resources.getReservations().getMemoryBytes());
        }
    }

    private static Ports bindings(List<PortConfig> ports) {
        Ports bindings = new Ports();
        for (PortConfig port : ports) {
            bindings.bind(exposed(port), port.getPublishedPort() == 0
                    ? Ports.Binding.empty()
                    : Ports.Binding.bindPort(port.getPublishedPort()));
        }
        return bindings;
    }

    private static ExposedPort exposed(PortConfig port) {
        return new ExposedPort(port.getTargetPort(), port.getProtocol() == PortConfig.Protocol.UDP
                ? InternetProtocol.UDP
                : InternetProtocol.TCP);
    }

    private static long nanos(Duration duration) {
        return java.time.Duration.ofSeconds(duration.getSeconds(), duration.getNanos()).toNanos();
    }
}
