package dev.mure.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mure.agent.session.FakeManager;
import dev.mure.agent.session.FakeManager.FakeSession;
import dev.mure.trust.CertificateAuthority;
import dev.mure.trust.JoinToken;
import dev.mure.v1.Assignment;
import dev.mure.v1.Assignments;
import dev.mure.v1.ContainerSpec;
import dev.mure.v1.DesiredState;
import dev.mure.v1.StatusReport;
import dev.mure.v1.TaskObservation;
import dev.mure.v1.TaskSpec;
import dev.mure.v1.TaskState;
import dev.mure.v1.TaskStatus;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The command line, and the agent as a process of its own. */
@Timeout(300)
class AgentMainTest {

    private static final Duration SOON = Duration.ofSeconds(60);

    @TempDir
    Path folder;

    private final List<Process> processes = new ArrayList<>();

    @AfterEach
    void killAll() {
        processes.forEach(Process::destroyForcibly);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            --runtime docker --nonsense           | Unknown option: '--nonsense'
            --runtime rkt                         | Invalid value for option '--runtime': expected one of [docker, process]
            --name a                              | Missing required option: '--runtime=docker|process'
            --runtime docker --join nowhere       | Invalid value for option '--join': 'nowhere' (expected: HOST:PORT)
            --runtime docker --join a:1,b:99999   | Invalid value for option '--join': 'b:99999' (expected: HOST:PORT)
            --runtime docker --join               | Missing required parameter for option '--join' (HOST:PORT)
            --runtime docker --images /x          | Option '--images' is for --runtime process
            --runtime process --docker-host x     | Option '--docker-host' is for --runtime docker
            --runtime docker --docker-host /x     | Invalid address of the container engine: '/x'
            --runtime process --token secret      | --token: not a join token (expected: MURETKN-1-…
            --runtime process --name a/b          | Invalid value for option '--name': 'a/b'
            """)
    void wrongUsageIsOneLine(String arguments, String message) {
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        int code = AgentMain.run(arguments.split(" ", -1), Map.of(), System.out,
                new PrintStream(err, true, StandardCharsets.UTF_8));
        assertThat(code).isEqualTo(125);
        assertThat(err.toString(StandardCharsets.UTF_8).lines()).singleElement().asString()
                .startsWith("mure agent: " + message)
                .endsWith("; see 'mure agent --help'");
    }

    @Test
    void helpIsGiven() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        assertThat(AgentMain.run(new String[]{"--help"}, Map.of(), new PrintStream(out, true, StandardCharsets.UTF_8),
                System.err))
                .isZero();
        assertThat(out.toString(StandardCharsets.UTF_8)).contains("--runtime", "--join", "--data-dir",
                "127.0.0.1:7370");
    }

    @Test
    void anAgentRunsATaskThatOutlivesIt() throws Exception {
        Path image = Files.createDirectories(folder.resolve("images/box/1"));
        Files.writeString(image.resolve("image.json"), "{\"Cmd\": [\"/bin/sleep\", \"1000\"]}");
        try (FakeManager manager = FakeManager.onLoopback("cluster")) {
            manager.letIn(folder.resolve("data"));
            Process first = launch("first", manager);
            FakeSession session = manager.session();
            assertThat(session.hello().getNodeName()).isEqualTo("worker");
            assertThat(session.hello().getDescription().getRuntime()).isEqualTo("process");
            assertThat(folder.resolve("data/node")).hasContent("id=" + session.hello().getNodeId());
            session.assign(order(TaskState.TASK_STATE_RUNNING, TaskState.TASK_STATE_ASSIGNED));
            TaskStatus running = await(session, TaskState.TASK_STATE_RUNNING);
            ProcessHandle task = ProcessHandle.of(running.getContainer().getPid()).orElseThrow();

            Process second = launch("second", manager);
            assertThat(second.waitFor()).isEqualTo(1);
            assertThat(folder.resolve("second.err")).content().startsWith("mure agent: another agent uses ")
                    .hasLineCount(1);

            first.destroy(); // SIGTERM
            assertThat(first.waitFor()).isZero();
            assertThat(session.sawGoodbye()).isTrue();
            assertThat(task.isAlive()).isTrue();
            assertThat(folder.resolve("first.err")).content().contains(
                    "worker Agent: Node " + session.hello().getNodeId(),
                    "Joined cluster cluster");

            Process third = launch("third", manager);
            FakeSession next = manager.session();
            assertThat(next.hello().getNodeId()).isEqualTo(session.hello().getNodeId());
            assertThat(next.hello().getHeldTaskIdsList()).containsExactly("task1");
            next.assign(order(TaskState.TASK_STATE_REMOVE, TaskState.TASK_STATE_RUNNING));
            await(next, TaskState.TASK_STATE_SHUTDOWN);
            assertThat(task.onExit()).succeedsWithin(SOON);
            third.destroyForcibly();
        }
    }

    @Test
    void aManagerOfAnotherClusterIsNotTrusted() throws Exception {
        Files.createDirectories(folder.resolve("images"));
        try (FakeManager manager = FakeManager.onLoopback("cluster");
                FakeManager other = FakeManager.onLoopback("cluster")) {
            manager.letIn(folder.resolve("data"));
            Process misled = launch("misled", other);
            Awaitility.await().atMost(SOON).untilAsserted(() -> assertThat(folder.resolve("misled.err")).content()
                    .contains("No session, trying on", "the certificate is not of this cluster"));
            misled.destroy();
            assertThat(misled.waitFor()).isZero();
        }
    }

    @Test
    void aTokenOfAnotherClusterIsNotHandedOver() throws Exception {
        CertificateAuthority other = CertificateAuthority.create("other", new SecureRandom(), Instant.now());
        JoinToken token = JoinToken.of(other.root(), JoinToken.newSecret(new SecureRandom()));
        try (FakeManager manager = FakeManager.onLoopback("cluster")) {
            Process process = launch("process", manager, "--token", token.text());
            assertThat(process.waitFor()).isEqualTo(1);
            assertThat(folder.resolve("process.err")).content()
                    .contains("mure agent: " + manager.hostAndPort() + ": remote CA does not match fingerprint")
                    .doesNotContain(token.text());
        }
    }

    @Test
    void anExpiredCertificateWithoutATokenIsToldWithWhatToDo() throws Exception {
        try (FakeManager manager = FakeManager.onLoopback("cluster")) {
            Instant then = Instant.now().minus(CertificateAuthority.NODE_LIFETIME).minusSeconds(10);
            manager.letIn(folder.resolve("data"), then);
            Process process = launch("process", manager);
            assertThat(process.waitFor()).isEqualTo(1);
            assertThat(Files.readAllLines(folder.resolve("process.err"))).last().asString()
                    .startsWith("mure agent: the certificate of this node has expired on ")
                    .contains("add --token TOKEN; get it with 'mure swarm join-token worker'");
        }
    }

    private static TaskStatus await(FakeSession session, TaskState state) throws InterruptedException {
        while (true) {
            StatusReport report = session.report();
            session.acknowledge(report);
            for (TaskObservation observation : report.getObservationsList()) {
                if (observation.getStatus().getState() == state) {
                    return observation.getStatus();
                }
            }
        }
    }

    private static Assignments order(TaskState desired, TaskState observed) {
        return Assignments.newBuilder()
                .setClusterEpoch(1)
                .setAppliedIndex(1)
                .addChanged(Assignment.newBuilder()
                        .setTaskId("task1")
                        .setServiceName("web")
                        .setSlot(1)
                        .setSpec(TaskSpec.newBuilder().setContainer(ContainerSpec.newBuilder().setImage("box:1")))
                        .setDesired(DesiredState.newBuilder().setState(desired))
                        .setObserved(observed))
                .build();
    }

    private Process launch(String name, FakeManager manager, String... flags) throws IOException {
        List<String> command =
                new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:+UseSerialGC", "-Xmx128m", "--sun-misc-unsafe-memory-access=allow",
                        "--enable-native-access=ALL-UNNAMED",
                        "-Dlogback.configurationFile=logback.xml", "-cp", System.getProperty("java.class.path"),
                        AgentMain.class.getName(), "--data-dir",
                        folder.resolve("data").toString(), "--name", "worker", "--join", manager.hostAndPort(),
                        "--runtime",
                        "process",
                        "--images", folder.resolve("images").toString()));
        command.addAll(List.of(flags));
        Process process = new ProcessBuilder(command)
                .redirectOutput(folder.resolve(name + ".out").toFile())
                .redirectError(folder.resolve(name + ".err").toFile())
                .start();
        processes.add(process);
        return process;
    }
}
