package dev.mure.agent.runtime.docker;

import com.github.dockerjava.api.command.HealthState;
import com.github.dockerjava.api.command.HealthStateLog;
import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.model.ExposedPort;
import com.github.dockerjava.api.model.HealthCheck;
import com.github.dockerjava.api.model.InternetProtocol;
import com.github.dockerjava.api.model.Ports;
import dev.mure.agent.runtime.ContainerRef;
import dev.mure.agent.runtime.ContainerState;
import dev.mure.agent.runtime.Health;
import dev.mure.agent.runtime.HeldContainer;
import dev.mure.v1.PortConfig;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What an engine's answer about a container means.
 *
 * @param image
 *            the reference that it was made from
 */
record Inspection(ContainerState state, Health health, List<PortConfig> ports, ImageName image) {

    /** Of an engine's own default where the check says nothing. */
    private static final int DEFAULT_RETRIES = 3;

    static Inspection of(InspectContainerResponse answer) {
        ContainerState state = state(answer.getState());
        return new Inspection(state, health(answer),
                state instanceof ContainerState.Running ? ports(answer.getNetworkSettings().getPorts()) : List.of(),
                ImageName.parse(Objects.requireNonNullElse(answer.getConfig().getImage(), "")));
    }

    HeldContainer held(ContainerRef container) {
        return new HeldContainer(container, state, health, image.digest(), ports);
    }

    boolean isRunning() {
        return state instanceof ContainerState.Running;
    }

    private static ContainerState state(InspectContainerResponse.ContainerState state) {
        return switch (Objects.requireNonNullElse(state.getStatus(), "")) {
            case "created" -> new ContainerState.Created();
            case "running", "paused", "restarting" ->
                    new ContainerState.Running(Objects.requireNonNullElse(state.getPidLong(), 0L));
            default -> new ContainerState.Exited(
                    Math.toIntExact(Objects.requireNonNullElse(state.getExitCodeLong(), 0L)), cause(state));
        };
    }

    private static String cause(InspectContainerResponse.ContainerState state) {
        return Boolean.TRUE.equals(state.getOOMKilled())
                ? "out of memory"
                : Objects.requireNonNullElse(state.getError(), "");
    }

    /**
     * The engine also says `unhealthy` when it does not check any more, since the container was paused or has ended: only as
     * many failures as are allowed make it true.
     */
    private static Health health(InspectContainerResponse answer) {
        HealthState health = answer.getState().getHealth();
        return switch (health == null ? "" : Objects.requireNonNullElse(health.getStatus(), "")) {
            case "starting" -> new Health.Starting();
            case "healthy" -> new Health.Healthy();
            case "unhealthy" -> Objects.requireNonNullElse(health.getFailingStreak(), 0) >= retries(answer)
                    ? new Health.Unhealthy(lastOutput(health))
                    : new Health.Starting();
            default -> new Health.None();
        };
    }

    private static int retries(InspectContainerResponse answer) {
        return Optional.ofNullable(answer.getConfig().getHealthcheck()).map(HealthCheck::getRetries)
                .filter(retries -> retries > 0)
                .orElse(DEFAULT_RETRIES);
    }

    /** Of the last check that said something: the one during which the container was stopped could not. */
    private static String lastOutput(HealthState health) {
        return Objects.requireNonNullElse(health.getLog(), List.<HealthStateLog>of()).reversed().stream()
                .map(check -> Objects.requireNonNullElse(check.getOutput(), ""))
                .filter(output -> !output.isBlank())
                .findFirst()
                .orElse("");
    }

    private static List<PortConfig> ports(Ports published) {
        return published.getBindings().entrySet().stream()
                .flatMap(Inspection::published)
                .distinct()
                .sorted(Comparator.comparing(PortConfig::getProtocol).thenComparingInt(PortConfig::getTargetPort)
                        .thenComparingInt(PortConfig::getPublishedPort))
                .toList();
    }

    /** Each is listed once per kind of IP address, for which the engine may have chosen two ports: that of IPv4 counts. */
    private static Stream<PortConfig> published(Map.Entry<ExposedPort, Ports.Binding[]> entry) {
        List<Ports.Binding> bindings = entry.getValue() == null ? List.of() : List.of(entry.getValue());
        List<Ports.Binding> overIpv4 = bindings.stream().filter(binding -> !isIpv6(binding)).toList();
        return (overIpv4.isEmpty() ? bindings : overIpv4).stream().map(binding -> PortConfig.newBuilder()
                .setProtocol(entry.getKey().getProtocol() == InternetProtocol.UDP
                        ? PortConfig.Protocol.UDP
                        : PortConfig.Protocol.TCP)
                .setTargetPort(entry.getKey().getPort())
                .setPublishedPort(Integer.parseInt(binding.getHostPortSpec()))
                .setMode(PortConfig.PublishMode.HOST)
                .build());
    }

    private static boolean isIpv6(Ports.Binding binding) {
        return binding.getHostIp() != null && binding.getHostIp().contains(":");
    }
}
