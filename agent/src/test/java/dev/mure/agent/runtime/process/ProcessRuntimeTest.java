package dev.mure.agent.runtime.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

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
import dev.mure.v1.PortConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProcessRuntimeTest extends ContainerRuntimeContract {

    @TempDir
    Path folder;

    @BeforeEach
    void makeImage() throws IOException {
        image("box/1", "{}");
        image("checked/1", "{'config': {'Healthcheck': {'Test': ['CMD-SHELL', '" + CHECK.replace("\"", "\\'")
                + "'], 'Interval': 100000000, 'Retries': 2}}}");
    }

    @Override
    protected ContainerRuntime open(NodeScope node) throws IOException {
        return new ProcessRuntime(folder.resolve("images"), stateOfNode(node), "1.2.3");
    }

    @Override
    protected String image() {
        return "box:1";
    }

    @Override
    protected String imageWithCheck() {
        return "checked:1";
    }

    @Override
    protected String scratchFile() {
        return folder.resolve(UUID.randomUUID().toString()).toString();
    }

    @Override
    protected String missingImage() {
        return "box:2";
    }

    @ParameterizedTest
    @ValueSource(strings = {"../images/box:1", "box/../box:1", "box:..", "/box:1", "box:1/../1", "box//1", "Box:1", ""})
    void aReferenceDoesNotLeadOutOfTheImagesFolder(String reference) {
        ContainerSpec spec = ContainerSpec.newBuilder().setImage(reference).build();
        assertThatExceptionOfType(RuntimeFailure.class).isThrownBy(() -> runtime.prepare(scope, request(spec)))
                .extracting(RuntimeFailure::kind)
                .isEqualTo(RuntimeFailure.Kind.IMAGE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"web", "web:latest", "library/web", "docker.io/library/web:latest"})
    void referencesAreNormalisedAsDockerDoes(String reference) throws Exception {
        image("web/latest", "{'Cmd': ['/bin/echo', 'hello']}");
        assertThat(output(ContainerSpec.newBuilder().setImage(reference).build())).containsExactly("hello");
    }

    @Test
    void theImageSaysWhatIsNotSaidByTheSpec() throws Exception {
        Path image = image("team/web/2",
                "{'config': {'Entrypoint': ['./say'], 'Cmd': ['a'], 'Env': ['WHO=image', 'X=1'], 'WorkingDir': 'sub'}}");
        Files.createDirectories(image.resolve("sub"));
        Path say = image.resolve("sub/say");
        Files.writeString(say, "#!/bin/sh\necho \"$WHO $X $MURE_TASK_SLOT $MURE_SERVICE_NAME $*\"\n");
        assertThat(say.toFile().setExecutable(true)).isTrue();

        ContainerSpec.Builder spec = ContainerSpec.newBuilder().setImage("team/web:2");
        assertThat(output(spec.build())).containsExactly("image 1 1 web a");
        assertThat(output(spec.addEnv("WHO=spec").addArgs("b").build())).containsExactly("spec 1 2 web b");
    }

    @Test
    void aBrokenImageIsTheImagesFault() throws Exception {
        image("bad/1", "[]");
        assertThatExceptionOfType(RuntimeFailure.class)
                .isThrownBy(() -> runtime.prepare(scope, request(ContainerSpec.newBuilder().setImage("bad:1").build())))
                .withMessageContaining("is not an OCI image config")
                .extracting(RuntimeFailure::kind)
                .isEqualTo(RuntimeFailure.Kind.IMAGE);
    }

    @Test
    void aSignalThatTheShellWouldIgnoreReachesTheCommand() throws Exception {
        for (String signal : List.of("SIGINT", "QUIT", "3")) {
            ContainerRequest request = request("exec sleep 1000", ContainerSpec.newBuilder().setStopSignal(signal));
            ContainerRef container = runtime.prepare(scope, request).container();
            runtime.start(container);
            runtime.stop(container, LONG_GRACE);
            assertThat(stateOf(container)).isInstanceOfSatisfying(ContainerState.Exited.class,
                    end -> assertThat(end.code()).isIn(130, 131));
        }
    }

    @Test
    void aTasksPathIsItsOwn() throws Exception {
        ContainerRequest request = request("echo $PATH", ContainerSpec.newBuilder().addEnv("PATH=/nowhere"));
        ContainerRef container = runtime.prepare(scope, request).container();
        runtime.start(container);
        assertThat(runtime.await(container)).isEqualTo(new ContainerState.Exited(0, ""));
        assertThat(runtime.logs(container, 10)).containsExactly("/nowhere");
    }

    @Test
    void aTaskEndsWithEverythingThatItStarted() throws Exception {
        ContainerRef container = start("sleep 1000 & echo $!; exit 0");
        runtime.await(container);
        long left = Long.parseLong(runtime.logs(container, 1).getFirst());
        await().atMost(SOON).until(() -> ProcFiles.startTicks(left).isEmpty());
    }

    @Test
    void aKilledShimIsAnEndOfUnknownKindAndItsTaskIsKilled() throws Exception {
        ContainerRef container = start("echo $$; " + UNTIL_TOLD);
        await().atMost(SOON).until(() -> !runtime.logs(container, 1).isEmpty());
        long command = Long.parseLong(runtime.logs(container, 1).getFirst());

        Signals.toProcess("KILL", identity(container).pid());

        assertThat(runtime.await(container)).isInstanceOfSatisfying(ContainerState.Lost.class,
                lost -> assertThat(lost.reason()).contains("shim was killed"));
        await().atMost(SOON).until(() -> ProcFiles.startTicks(command).isEmpty());
    }

    @Test
    void aProcessThatGotTheNumberOfATaskIsLeftAlone() throws Exception {
        ContainerRef container = prepare(UNTIL_TOLD).container();
        Process other = new ProcessBuilder("setsid", "sleep", "1000").start();
        try {
            // As left by an agent whose task ended long ago.
            long ticks = ProcFiles.startTicks(other.pid()).orElseThrow() - 1;
            String identity = other.pid() + " " + ticks + " " + ProcFiles.bootId() + "\n";
            Files.writeString(file(container, "identity"), identity);
            Files.writeString(file(container, "command"), identity);

            assertThat(stateOf(container)).isInstanceOf(ContainerState.Lost.class);
            runtime.stop(container, LONG_GRACE);
            runtime.remove(container);
            assertThat(other.waitFor(200, TimeUnit.MILLISECONDS)).isFalse();
        } finally {
            other.destroyForcibly();
        }
    }

    @Test
    void aRestartOfTheMachineEndsATask() throws Exception {
        ContainerRef container = prepare(UNTIL_TOLD).container();
        Files.writeString(file(container, "identity"), ProcessHandle.current().pid() + " 1 another-boot\n");
        assertThat(runtime.await(container)).isEqualTo(new ContainerState.Lost("ended when the machine was restarted"));
    }

    @Test
    void ofTwoShimsOnlyOneRunsTheCommand() throws Exception {
        ContainerRef container = start("echo once; " + UNTIL_TOLD);
        awaitOutput(container, "once");
        // As an agent that was killed while it started the task may have left it on its way.
        Process second = new ProcessBuilder("setsid", "/bin/sh", stateOfNode(scope).resolve("shim.sh").toString(),
                stateOfNode(scope).resolve(container.taskId()).toString(), "/bin/echo", "twice").start();
        assertThat(second.waitFor()).isZero();
        runtime.stop(container, LONG_GRACE);
        assertThat(runtime.logs(container, 10)).containsOnlyOnce("once").doesNotContain("twice");
    }

    @Test
    void longOutputIsCut() throws Exception {
        OutputLog output = new OutputLog(folder.resolve("output.log"));
        Files.write(output.file(), new byte[(int) OutputLog.MAX_BYTES + 1]);
        output.cut();
        assertThat(output.file()).isEmptyFile();
        assertThat(folder.resolve("output.log.1")).hasSize(OutputLog.MAX_BYTES + 1);
    }

    @Test
    void anotherUserIsRefused() {
        ContainerSpec spec =
                ContainerSpec.newBuilder().setImage(image()).addCommand("true").setUser("somebody").build();
        assertThatExceptionOfType(RuntimeFailure.class).isThrownBy(() -> runtime.prepare(scope, request(spec)))
                .withMessageContaining("user somebody");
    }

    @Test
    void theCheckHasTheTasksEnvironmentAndFolder() throws Exception {
        ContainerSpec.Builder spec = ContainerSpec.newBuilder()
                .addEnv("GREETING=hello")
                .setDir("/proc")
                .setHealth(HealthConfig.newBuilder()
                        .addAllTest(List.of("CMD", "sh", "-c", "echo $GREETING; pwd; echo $MURE_TASK_SLOT; exit 1"))
                        .setRetries(1)
                        .setInterval(com.google.protobuf.Duration.newBuilder().setNanos(50_000_000)));
        ContainerRequest request = request(UNTIL_TOLD, spec);
        ContainerRef container = runtime.prepare(scope, request).container();
        runtime.start(container);
        assertThat(runtime.awaitHealth(container, new Health.Starting()))
                .contains(new Health.Unhealthy("hello /proc " + request.slot()));
    }

    @Test
    void aCheckWithoutAProgramHasFailed() throws Exception {
        ContainerSpec.Builder spec = ContainerSpec.newBuilder()
                .setHealth(HealthConfig.newBuilder()
                        .addAllTest(List.of("CMD", "not-there"))
                        .setRetries(1)
                        .setInterval(com.google.protobuf.Duration.newBuilder().setNanos(50_000_000)));
        ContainerRef container = runtime.prepare(scope, request(UNTIL_TOLD, spec)).container();
        runtime.start(container);
        assertThat(runtime.awaitHealth(container, new Health.Starting()))
                .contains(new Health.Unhealthy("exec: \"not-there\": executable file not found in $PATH"));
    }

    @Test
    void aCheckThatIsNoneIsTheApplicationsFault() {
        ContainerSpec.Builder spec = ContainerSpec.newBuilder().setHealth(HealthConfig.newBuilder().addTest("HTTP"));
        assertThatExceptionOfType(RuntimeFailure.class)
                .isThrownBy(() -> runtime.prepare(scope, request(UNTIL_TOLD, spec)))
                .withMessage(
                        "Invalid health check [HTTP] (expected: NONE, CMD and a command, or CMD-SHELL and one line)")
                .extracting(RuntimeFailure::kind)
                .isEqualTo(RuntimeFailure.Kind.APPLICATION);
    }

    @Test
    void declaredPortsAreReportedWhileTheTaskRuns() throws Exception {
        PortConfig port = PortConfig.newBuilder()
                .setProtocol(PortConfig.Protocol.UDP)
                .setTargetPort(53)
                .setPublishedPort(5300)
                .setMode(PortConfig.PublishMode.HOST)
                .build();
        ContainerRequest plain = request(UNTIL_TOLD, ContainerSpec.newBuilder());
        ContainerRequest request = new ContainerRequest(plain.taskId(), plain.serviceId(), plain.serviceName(), 1, 1,
                plain.task().toBuilder().addPorts(port).addPorts(PortConfig.newBuilder().setTargetPort(80)).build(),
                Optional.empty());
        HeldContainer prepared = runtime.prepare(scope, request);
        assertThat(prepared.ports()).isEmpty();
        assertThat(runtime.start(prepared.container()).ports()).containsExactly(port);
        runtime.stop(prepared.container(), LONG_GRACE);
        assertThat(runtime.find(scope, plain.taskId()).orElseThrow().ports()).isEmpty();
    }

    @Test
    void aTaskOfAnAgentThatKnewNoChecksIsAdopted() throws Exception {
        ContainerRef container = start(UNTIL_TOLD);
        Path plan = file(container, "plan.json");
        String old = Files.readString(plan).replaceAll(",\"health\":\\{[^}]*}", "").replaceAll(",\"ports\":\\[]", "");
        assertThat(old).doesNotContain("health", "ports");
        Files.writeString(plan, old);
        assertThat(runtime.inventory(scope)).singleElement().satisfies(held -> {
            assertThat(held.health()).isEqualTo(new Health.None());
            assertThat(held.ports()).isEmpty();
        });
    }

    private List<String> output(ContainerSpec spec) throws Exception {
        ContainerRequest request = request(spec);
        ContainerRef container = runtime.prepare(scope, request).container();
        runtime.start(container);
        runtime.await(container);
        return runtime.logs(container, 100);
    }

    private Path image(String path, String json) throws IOException {
        Path image = Files.createDirectories(folder.resolve("images").resolve(path));
        Files.writeString(image.resolve("image.json"), json.replace('\'', '"'));
        return image;
    }

    private Path stateOfNode(NodeScope node) {
        return folder.resolve(node.clusterId()).resolve(node.nodeId());
    }

    private Path file(ContainerRef container, String name) {
        return stateOfNode(scope).resolve(container.taskId()).resolve(name);
    }

    private ProcessIdentity identity(ContainerRef container) throws IOException {
        return ProcessIdentity.parse(Files.readString(file(container, "identity"))).orElseThrow();
    }
}
