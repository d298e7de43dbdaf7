package dev.mure.agent.runtime.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.github.dockerjava.api.model.HostConfig;
import dev.mure.agent.runtime.ContainerRef;
import dev.mure.agent.runtime.ContainerRequest;
import dev.mure.agent.runtime.ContainerRuntime;
import dev.mure.agent.runtime.ContainerRuntimeContract;
import dev.mure.agent.runtime.ContainerState;
import dev.mure.agent.runtime.Health;
import dev.mure.agent.runtime.HeldContainer;
import dev.mure.agent.runtime.NodeScope;
import dev.mure.agent.runtime.RuntimeFailure;
import dev.mure.v1.ContainerSpec;
import dev.mure.v1.HealthConfig;
import dev.mure.v1.Label;
import dev.mure.v1.ResourceAmounts;
import dev.mure.v1.Resources;
import dev.mure.v1.TaskSpec;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class DockerRuntimeTest extends ContainerRuntimeContract {

    private static PrivateEngine engine;
    private static FakeRegistry registry;

    @BeforeAll
    static void startEngine() throws Exception {
        engine = PrivateEngine.startOrSkip();
        registry = new FakeRegistry();
    }

    @AfterAll
    static void stopEngine() throws Exception {
        if (engine != null) {
            registry.close();
            engine.stop();
        }
    }

    @Override
    protected ContainerRuntime open(NodeScope node) {
        return new DockerRuntime(engine.address());
    }

    @Override
    protected String image() {
        return PrivateEngine.IMAGE;
    }

    @Override
    protected String imageWithCheck() {
        return PrivateEngine.CHECKED_IMAGE;
    }

    @Override
    protected String scratchFile() {
        return "/scratch";
    }

    @Override
    protected String missingImage() {
        return registry.image("nothing");
    }

    @Test
    void anUnreachableRegistryIsTroubleThatMayPass() {
        ContainerSpec spec = ContainerSpec.newBuilder().setImage("localhost:1/web:1").build();
        assertThatExceptionOfType(RuntimeFailure.class).isThrownBy(() -> runtime.prepare(scope, request(spec)))
                .withMessageStartingWith("No such image: localhost:1/web:1 (pull failed: ")
                .extracting(RuntimeFailure::kind)
                .isEqualTo(RuntimeFailure.Kind.INFRASTRUCTURE);
    }

    @Test
    void aPullCanBeInterrupted() throws Exception {
        ContainerSpec spec = ContainerSpec.newBuilder().setImage(registry.image("slow")).build();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            CompletableFuture<Thread> puller = new CompletableFuture<>();
            Future<Boolean> interrupted = threads.submit(() -> {
                puller.complete(Thread.currentThread());
                try {
                    runtime.prepare(scope, request(spec));
                    return false;
                } catch (InterruptedException e) {
                    return true;
                }
            });
            registry.awaitSlowAsked();
            puller.get().interrupt();
            assertThat(interrupted).succeedsWithin(SOON).isEqualTo(true);
        }
    }

    @Test
    void aPullWithoutProgressIsGivenUp() throws Exception {
        try (EngineConnection connection = new EngineConnection(engine.address())) {
            ImagePuller puller = new ImagePuller(connection, Duration.ofMillis(300));
            assertThatExceptionOfType(RuntimeFailure.class)
                    .isThrownBy(() -> puller.pull(ImageName.parse(registry.image("slow"))))
                    .withMessageContaining("no progress for ")
                    .extracting(RuntimeFailure::kind)
                    .isEqualTo(RuntimeFailure.Kind.INFRASTRUCTURE);
        }
    }

    @Test
    void anEngineThatIsNotThereIsUnreachable() {
        try (DockerRuntime nobody = new DockerRuntime("unix:///nonexistent/docker.sock")) {
            assertThatExceptionOfType(RuntimeFailure.class).isThrownBy(nobody::describe)
                    .withMessageContaining("unix:///nonexistent/docker.sock")
                    .extracting(RuntimeFailure::kind)
                    .isEqualTo(RuntimeFailure.Kind.UNREACHABLE);
        }
    }

    @Test
    void anEngineThatCrashedIsFoundAgain() throws Exception {
        ContainerRef running = start(UNTIL_TOLD);
        HeldContainer prepared = prepare("exit 6");
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<ContainerState> end = threads.submit(() -> runtime.await(running));
            engine.crashAndRestart();
            assertThat(end).failsWithin(SOON).withThrowableThat().havingCause().isInstanceOfSatisfying(
                    RuntimeFailure.class,
                    failure -> assertThat(failure.kind()).isEqualTo(RuntimeFailure.Kind.UNREACHABLE));
        }

        assertThat(eventually(() -> runtime.inventory(scope))).hasSize(2);
        // Without live-restore the engine kills what still runs; how it ended is known nevertheless.
        assertThat(eventually(() -> runtime.await(running))).isInstanceOf(ContainerState.Exited.class);
        eventually(() -> runtime.start(prepared.container()));
        assertThat(eventually(() -> runtime.await(prepared.container()))).isEqualTo(new ContainerState.Exited(6, ""));
    }

    @Test
    void healthIsToldAgainAfterTheEngineCrashed() throws Exception {
        assertThat(runtime.awaitHealth(startHealthy(), new Health.Starting())).contains(new Health.Healthy());
        engine.crashAndRestart();
        ContainerRef second = eventually(this::startHealthy);
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            assertThat(threads.submit(() -> eventually(() -> runtime.awaitHealth(second, new Health.Starting()))))
                    .succeedsWithin(SOON)
                    .isEqualTo(Optional.of(new Health.Healthy()));
        }
    }

    private ContainerRef startHealthy() throws Exception {
        ContainerSpec.Builder spec = ContainerSpec.newBuilder()
                .setHealth(HealthConfig.newBuilder()
                        .addAllTest(List.of("CMD-SHELL", "exit 0"))
                        .setInterval(com.google.protobuf.Duration.newBuilder().setNanos(100_000_000)));
        ContainerRef container = runtime.prepare(scope, request(UNTIL_TOLD, spec)).container();
        runtime.start(container);
        return container;
    }

    @Test
    void theContainerIsNamedAndLabelled() throws Exception {
        ContainerSpec.Builder spec = ContainerSpec.newBuilder()
                .addLabels(Label.newBuilder().setKey("team").setValue("a"))
                .addLabels(Label.newBuilder().setKey(ContainerLabels.NODE).setValue("forged"))
                .setHostname("box")
                .setUser("0:0");
        ContainerRequest request = request("exit 0", spec);
        HeldContainer prepared = runtime.prepare(scope, request);
        try (EngineConnection connection = new EngineConnection(engine.address())) {
            var found = connection.call("inspect", SOON,
                    docker -> docker.inspectContainerCmd(prepared.container().id()).exec());
            assertThat(found.getName()).isEqualTo("/web." + request.slot() + "." + request.taskId());
            assertThat(found.getConfig().getLabels()).containsEntry("team", "a")
                    .containsEntry("dev.mure.cluster", scope.clusterId())
                    .containsEntry("dev.mure.node", "node-1")
                    .containsEntry("dev.mure.task", request.taskId())
                    .containsEntry("dev.mure.revision", "1")
                    .containsEntry("dev.mure.service.id", "service-1")
                    .containsEntry("dev.mure.service.name", "web")
                    .containsEntry("dev.mure.slot", Integer.toString(request.slot()));
            assertThat(found.getConfig().getHostName()).isEqualTo("box");
            assertThat(found.getConfig().getUser()).isEqualTo("0:0");
        }
    }

    @Test
    void aNameThatSomebodyElseTookIsTheEnginesTrouble() throws Exception {
        ContainerRequest request = request("exit 0", ContainerSpec.newBuilder());
        NodeScope other = new NodeScope(scope.clusterId(), "node-2");
        HeldContainer theirs = runtime.prepare(other, request);
        try {
            assertThatExceptionOfType(RuntimeFailure.class).isThrownBy(() -> runtime.prepare(scope, request))
                    .withMessageContaining("already in use")
                    .extracting(RuntimeFailure::kind)
                    .isEqualTo(RuntimeFailure.Kind.INFRASTRUCTURE);
        } finally {
            runtime.remove(theirs.container());
        }
    }

    @Test
    void manyContainersAreWaitedForAtOnce() throws Exception {
        int count = 30;
        List<ContainerRef> containers = new java.util.ArrayList<>();
        for (int i = 0; i < count; i++) {
            containers.add(prepare("trap 'exit 1' TERM; while :; do sleep 1; done").container());
        }
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<ContainerState>> ends = containers.stream().map(container -> threads.submit(() -> {
                runtime.start(container);
                return runtime.await(container);
            })).toList();
            for (ContainerRef container : containers) {
                org.awaitility.Awaitility.await().atMost(SOON)
                        .until(() -> stateOf(container) instanceof ContainerState.Running);
                var _ = threads.submit(() -> {
                    runtime.stop(container, Duration.ZERO);
                    return true;
                });
            }
            for (Future<ContainerState> end : ends) {
                assertThat(end).succeedsWithin(Duration.ofSeconds(60)).isInstanceOf(ContainerState.Exited.class);
            }
        }
    }

    @Test
    void limitsAndReservationsReachTheEngine() throws Exception {
        ContainerRequest request = withTask(request("exit 0", ContainerSpec.newBuilder()), task -> task
                .setResources(Resources.newBuilder()
                        .setLimits(ResourceAmounts.newBuilder().setNanoCpus(500_000_000).setMemoryBytes(64 << 20))
                        .setReservations(ResourceAmounts.newBuilder().setNanoCpus(1_000_000_000)
                                .setMemoryBytes(32 << 20))));
        HeldContainer prepared = runtime.prepare(scope, request);
        try (EngineConnection connection = new EngineConnection(engine.address())) {
            HostConfig host = connection.call("inspect", SOON,
                    docker -> docker.inspectContainerCmd(prepared.container().id()).exec().getHostConfig());
            assertThat(host.getNanoCPUs()).isEqualTo(500_000_000);
            assertThat(host.getMemory()).isEqualTo(64 << 20);
            assertThat(host.getMemoryReservation()).isEqualTo(32 << 20);
        }
    }

    @Test
    void whatIsKilledForItsMemorySaysSo() throws Exception {
        ContainerRequest request = withTask(
                request("x=aaaaaaaa; while :; do x=$x$x; done", ContainerSpec.newBuilder()),
                task -> task.setResources(Resources.newBuilder()
                        .setLimits(ResourceAmounts.newBuilder().setMemoryBytes(16 << 20))));
        ContainerRef container = runtime.prepare(scope, request).container();
        runtime.start(container);
        ContainerState outOfMemory = new ContainerState.Exited(137, "out of memory");
        assertThat(runtime.await(container)).isEqualTo(outOfMemory);
        assertThat(stateOf(container)).isEqualTo(outOfMemory);
    }

    @Test
    void aLimitThatTheMachineCanNotGiveIsForAnotherNode() {
        ContainerRequest request = withTask(request("exit 0", ContainerSpec.newBuilder()),
                task -> task.setResources(Resources.newBuilder()
                        .setLimits(ResourceAmounts.newBuilder().setNanoCpus(100_000_000_000_000L))));
        assertThatExceptionOfType(RuntimeFailure.class).isThrownBy(() -> runtime.prepare(scope, request))
                .extracting(RuntimeFailure::kind)
                .isEqualTo(RuntimeFailure.Kind.INFRASTRUCTURE);
    }

    @Test
    void anUnknownUserIsTheApplicationsFault() throws Exception {
        ContainerRef container =
                runtime.prepare(scope, request("exit 0", ContainerSpec.newBuilder().setUser("nobody-here")))
                        .container();
        assertThatExceptionOfType(RuntimeFailure.class).isThrownBy(() -> runtime.start(container))
                .withMessageContaining("nobody-here")
                .extracting(RuntimeFailure::kind)
                .isEqualTo(RuntimeFailure.Kind.APPLICATION);
    }

    /** Of which the engine says that it is unhealthy, since it can't check it. */
    @Test
    void aPausedContainerIsNotTakenForUnhealthy() throws Exception {
        ContainerRef container = startHealthy();
        assertThat(runtime.awaitHealth(container, new Health.Starting())).contains(new Health.Healthy());
        try (EngineConnection connection = new EngineConnection(engine.address())) {
            connection.run("pause", SOON, docker -> docker.pauseContainerCmd(container.id()).exec());
            assertThat(runtime.find(scope, container.taskId())).get().satisfies(held -> {
                assertThat(held.state()).isInstanceOf(ContainerState.Running.class);
                assertThat(held.health()).isNotInstanceOf(Health.Unhealthy.class);
            });
            connection.run("unpause", SOON, docker -> docker.unpauseContainerCmd(container.id()).exec());
        }
    }

    @Test
    void aPulledImageIsKnownByItsDigest() throws Exception {
        String digest = registry.push("team/web", "first");
        ContainerRequest request = request(ContainerSpec.newBuilder().setImage(registry.image("team/web")).build());
        HeldContainer prepared = runtime.prepare(scope, request);
        assertThat(prepared.imageDigest()).contains(digest);
        assertThat(runtime.inventory(scope)).containsExactly(prepared);
    }

    @Test
    void anImageThatCameFromNoRegistryHasNoDigest() throws Exception {
        assertThat(prepare("exit 0").imageDigest()).isEmpty();
    }

    @Test
    void aDigestNamesTheImageWhateverTheTagSays() throws Exception {
        String first = registry.push("team/moved", "first");
        runtime.prepare(scope, request(ContainerSpec.newBuilder().setImage(registry.image("team/moved")).build()));
        String second = registry.push("team/moved", "second");
        int asked = registry.asked();

        HeldContainer local = runtime.prepare(scope, pinned("team/moved", first));
        assertThat(local.imageDigest()).contains(first);
        assertThat(labelOf(local)).isEqualTo("first");
        assertThat(registry.asked()).isEqualTo(asked);

        HeldContainer pulled = runtime.prepare(scope, pinned("team/moved", second));
        assertThat(labelOf(pulled)).isEqualTo("second");
        assertThat(runtime.find(scope, pulled.container().taskId())).contains(pulled);
        assertThat(pulled.imageDigest()).contains(second);
        assertThat(labelOf(runtime.prepare(scope, pinned("team/moved", first)))).isEqualTo("first");
    }

    @Test
    void aDigestThatNobodyHasIsTheImagesFault() {
        assertThatExceptionOfType(RuntimeFailure.class)
                .isThrownBy(() -> runtime.prepare(scope, pinned("team/none", "sha256:" + "0".repeat(64))))
                .withMessageContaining("team/none:1@sha256:000")
                .extracting(RuntimeFailure::kind)
                .isEqualTo(RuntimeFailure.Kind.IMAGE);
    }

    private ContainerRequest pinned(String repository, String digest) {
        ContainerRequest plain = request(ContainerSpec.newBuilder().setImage(registry.image(repository)).build());
        return new ContainerRequest(plain.taskId(), plain.serviceId(), plain.serviceName(), plain.revision(),
                plain.slot(), plain.task(), Optional.of(digest));
    }

    private static String labelOf(HeldContainer held) throws Exception {
        try (EngineConnection connection = new EngineConnection(engine.address())) {
            return connection.call("inspect", SOON, docker -> Objects.requireNonNull(
                    docker.inspectContainerCmd(held.container().id()).exec().getConfig().getLabels())
                    .getOrDefault("label", ""));
        }
    }

    private static ContainerRequest withTask(ContainerRequest plain, UnaryOperator<TaskSpec.Builder> change) {
        return new ContainerRequest(plain.taskId(), plain.serviceId(), plain.serviceName(), plain.revision(),
                plain.slot(), change.apply(plain.task().toBuilder()).build(), plain.imageDigest());
    }

    private interface Call<T> {
        T call() throws Exception;
    }

    /** Stale connections of before the crash make some calls fail. */
    private static <T> T eventually(Call<T> call) {
        return org.awaitility.Awaitility.await().atMost(SOON).ignoreExceptionsInstanceOf(RuntimeFailure.class)
                .until(call::call, _ -> true);
    }
}
