package dev.mure.agent.runtime;

import dev.mure.v1.PortConfig;
import java.util.List;
import java.util.Optional;

/**
 * A container as the runtime found it.
 *
 * @param health
 *            kept when the container has ended: that it was unhealthy is why it was stopped
 * @param imageDigest
 *            `sha256:…` as the registry names its image, if the runtime knows
 * @param ports
 *            what is reachable from outside; empty unless it runs
 */
public record HeldContainer(ContainerRef container, ContainerState state, Health health, Optional<String> imageDigest,
        List<PortConfig> ports) {

    public HeldContainer {
        ports = List.copyOf(ports);
    }

    /** The same with news of its health. */
    public HeldContainer withHealth(Health now) {
        return new HeldContainer(container, state, now, imageDigest, ports);
    }

    /** One without a health check, a digest and ports. */
    public HeldContainer(ContainerRef container, ContainerState state) {
        this(container, state, new Health.None(), Optional.empty(), List.of());
    }
}
