package dev.mure.agent.runtime.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.mure.agent.runtime.ContainerRequest;
import dev.mure.agent.runtime.ContainerState;
import dev.mure.agent.runtime.HeldContainer;
import dev.mure.agent.runtime.NodeScope;
import dev.mure.agent.runtime.RuntimeFailure;
import dev.mure.v1.ContainerSpec;
import dev.mure.v1.PortConfig;
import dev.mure.v1.TaskSpec;
import java.net.ServerSocket;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Ports published on the node, by an engine whose containers have a network. */
@Timeout(120)
class DockerPortsTest {

    private static PrivateEngine engine;

    private final NodeScope scope = new NodeScope("cluster-" + UUID.randomUUID(), "node-1");
    private DockerRuntime runtime;

    @BeforeAll
    static void startEngine() throws Exception {
        engine = PrivateEngine.startWithBridgeOrSkip();
    }

    @AfterAll
    static void stopEngine() throws Exception {
        if (engine != null) {
            engine.stop();
        }
    }

    @BeforeEach
    void open() {
        runtime = new DockerRuntime(engine.address());
    }

    @AfterEach
    void removeAll() throws Exception {
        for (HeldContainer held : runtime.inventory(scope)) {
            runtime.remove(held.container());
        }
        runtime.close();
    }

    @Test
    void portsArePublishedWhileTheTaskRuns() throws Exception {
        List<PortConfig> wanted = List.of(port(PortConfig.Protocol.TCP, 80, freePort()),
                port(PortConfig.Protocol.TCP, 80, freePort()), port(PortConfig.Protocol.UDP, 53, freePort()));
        HeldContainer prepared = runtime.prepare(scope, request(wanted));
        assertThat(prepared.ports()).isEmpty();

        HeldContainer started = runtime.start(prepared.container());

        assertThat(started.ports()).containsExactlyInAnyOrderElementsOf(wanted);
        assertThat(runtime.inventory(scope)).containsExactly(started);
        runtime.remove(prepared.container());
    }

    @Test
    void thePortThatTheEngineChoseIsReported() throws Exception {
        HeldContainer prepared = runtime.prepare(scope, request(List.of(port(PortConfig.Protocol.TCP, 80, 0))));
        assertThat(runtime.start(prepared.container()).ports()).singleElement().satisfies(port -> {
            assertThat(port.getTargetPort()).isEqualTo(80);
            assertThat(port.getProtocol()).isEqualTo(PortConfig.Protocol.TCP);
            assertThat(port.getMode()).isEqualTo(PortConfig.PublishMode.HOST);
            assertThat(port.getPublishedPort()).isPositive();
        });
    }

    @Test
    void aPortThatAnotherContainerHasIsTroubleOfTheNode() throws Exception {
        List<PortConfig> ports = List.of(port(PortConfig.Protocol.TCP, 80, freePort()));
        runtime.start(runtime.prepare(scope, request(ports)).container());
        HeldContainer second = runtime.prepare(scope, request(ports));
        assertRefused(second, "port is already allocated");
    }

    @Test
    void aPortThatAnotherProgramHasIsTroubleOfTheNode() throws Exception {
        try (ServerSocket other = new ServerSocket(0)) {
            HeldContainer prepared = runtime.prepare(scope,
                    request(List.of(port(PortConfig.Protocol.TCP, 80, other.getLocalPort()))));
            assertRefused(prepared, "address already in use");
        }
    }

    private void assertRefused(HeldContainer prepared, String why) throws Exception {
        assertThatExceptionOfType(RuntimeFailure.class).isThrownBy(() -> runtime.start(prepared.container()))
                .withMessageStartingWith("starting container failed: ")
                .withMessageContaining(why)
                .extracting(RuntimeFailure::kind)
                .isEqualTo(RuntimeFailure.Kind.INFRASTRUCTURE);
        assertThat(runtime.find(scope, prepared.container().taskId())).get()
                .extracting(HeldContainer::state)
                .isEqualTo(new ContainerState.Created());
    }

    private static ContainerRequest request(List<PortConfig> ports) {
        ContainerSpec spec = ContainerSpec.newBuilder()
                .setImage(PrivateEngine.IMAGE)
                .addAllCommand(List.of("sleep", "1000"))
                .setStopSignal("SIGKILL")
                .build();
        return new ContainerRequest("task" + UUID.randomUUID(), "service-1", "web", 1, 1,
                TaskSpec.newBuilder().setContainer(spec).addAllPorts(ports).build(), Optional.empty());
    }

    private static PortConfig port(PortConfig.Protocol protocol, int target, int published) {
        return PortConfig.newBuilder()
                .setProtocol(protocol)
                .setTargetPort(target)
                .setPublishedPort(published)
                .setMode(PortConfig.PublishMode.HOST)
                .build();
    }

    private static int freePort() throws Exception {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }
}
