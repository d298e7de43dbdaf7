package dev.mure.cli.connect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.mure.cli.process.CommandFailure;
import dev.mure.cli.process.ExitCode;
import dev.mure.cli.testing.FakeManager;
import dev.mure.cli.testing.FakeTime;
import dev.mure.cli.testing.Samples;
import dev.mure.v1.CreateServiceRequest;
import dev.mure.v1.CreateServiceResponse;
import dev.mure.v1.ListServicesRequest;
import dev.mure.v1.ListServicesResponse;
import dev.mure.v1.RequestId;
import dev.mure.v1.ServiceProgress;
import dev.mure.v1.WatchServiceRequest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ControlClientTest {
    private static final ListServicesRequest LIST = ListServicesRequest.newBuilder().addIds("9mil").build();
    private static final ListServicesResponse LISTED =
            ListServicesResponse.newBuilder().addServices(Samples.redis()).setIndex(5).build();
    private static final CreateServiceRequest CREATE = CreateServiceRequest.newBuilder()
            .setRequest(RequestId.newBuilder().setId("r1"))
            .setSpec(Samples.redisSpec())
            .build();
    private static final CreateServiceResponse CREATED = CreateServiceResponse.newBuilder().setId("x").build();

    @TempDir
    Path folder;
    private final FakeTime time = new FakeTime();
    private final List<FakeManager> managers = new ArrayList<>();

    private FakeManager unix(String name) throws IOException {
        return kept(FakeManager.onUnixSocket(folder.resolve(name)));
    }

    private FakeManager tcp() throws IOException {
        return kept(FakeManager.onTcp());
    }

    private FakeManager kept(FakeManager manager) {
        managers.add(manager);
        return manager;
    }

    @AfterEach
    void close() throws IOException {
        for (FakeManager manager : managers) {
            manager.close();
        }
    }

    private ControlClient client(String... addresses) {
        List<Endpoint> endpoints = new ArrayList<>();
        for (String address : addresses) {
            endpoints.add(Endpoint.parse(address, "--host"));
        }
        return new ControlClient(endpoints, time);
    }

    private static FakeManager.Answer raw(String text) {
        return (out, _) -> out.write(text.getBytes(StandardCharsets.US_ASCII));
    }

    @Test
    void speaksConnectOverAUnixSocket() throws IOException {
        FakeManager manager = unix("m").answer("ListServices", LISTED);

        assertThat(client(manager.address()).listServices(LIST)).isEqualTo(LISTED);

        FakeManager.Request request = manager.requests().getFirst();
        assertThat(request.body()).isEqualTo(LIST.toByteString());
        assertThat(request.headers()).containsEntry("Content-Type", "application/proto")
                .containsEntry("Connect-Protocol-Version", "1")
                .containsEntry("Connect-Timeout-Ms", "10000")
                .containsEntry("Host", "localhost");
    }

    @Test
    void speaksConnectOverTcpAndReadsChunks() throws IOException {
        FakeManager manager = tcp().answer("ListServices", FakeManager.okInChunks(LISTED));

        assertThat(client(manager.address()).listServices(LIST)).isEqualTo(LISTED);
        assertThat("http://" + manager.requests().getFirst().headers().get("Host")).isEqualTo(manager.address());
    }

    @Test
    void readsABodyThatEndsWithTheConnection() throws IOException {
        FakeManager manager = tcp().answer("ListServices", (out, _) -> {
            out.write("HTTP/1.1 200 OK\r\nContent-Type: application/proto\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            out.write(LISTED.toByteArray());
        });

        assertThat(client(manager.address()).listServices(LIST)).isEqualTo(LISTED);
    }

    @Test
    void throwsTheErrorOfTheManager() throws IOException {
        FakeManager manager = unix("m").refuse("ListServices", 404, "not_found", "no service \\\"x\\\" \\u00fc");

        assertThatExceptionOfType(ControlException.class).isThrownBy(() -> client(manager.address()).listServices(LIST))
                .satisfies(e -> {
                    assertThat(e.code()).isEqualTo(Code.NOT_FOUND);
                    assertThat(e).hasMessage("no service \"x\" ü");
                    assertThat(e.exitCode()).isEqualTo(ExitCode.FAILURE);
                });
        assertThat(manager.requests()).hasSize(1);
    }

    @Test
    void saysWhenSomebodyElseAnswers() throws IOException {
        FakeManager manager = unix("m").answer("ListServices", (out, _) -> out.write(
                "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 2\r\n\r\nhi"
                        .getBytes(StandardCharsets.US_ASCII)));

        assertThatExceptionOfType(ControlException.class).isThrownBy(() -> client(manager.address()).listServices(LIST))
                .withMessage(manager.address()
                        + " answered ListServices with HTTP status 200 and no answer of a Mure manager");
    }

    @Test
    void asksTheNextWhenOneIsDead() throws IOException {
        FakeManager dead = tcp();
        dead.close();
        FakeManager alive = unix("b").answer("ListServices", LISTED);
        ControlClient client = client("unix://" + folder.resolve("nosuch"), dead.address(), alive.address());

        assertThat(client.listServices(LIST)).isEqualTo(LISTED);
        assertThat(client.listServices(LIST)).isEqualTo(LISTED);
        assertThat(time.elapsed()).isZero();
    }

    @Test
    void saysInOneLineThatNoManagerIsThere() throws IOException {
        Path socket = folder.resolve("mure.sock");

        assertThatExceptionOfType(CommandFailure.class).isThrownBy(() -> client("unix://" + socket).listServices(LIST))
                .satisfies(e -> {
                    assertThat(e).hasMessage("cannot reach a manager at unix://" + socket
                            + ": no such socket; start one with 'mure manager --init' or name another with --host");
                    assertThat(e.exitCode()).isEqualTo(ExitCode.UNREACHABLE);
                });
        unix("mure.sock").close();
        assertThatExceptionOfType(CommandFailure.class).isThrownBy(() -> client("unix://" + socket).listServices(LIST))
                .withMessageContaining(": nobody listens on the socket;");
        assertThatExceptionOfType(CommandFailure.class)
                .isThrownBy(() -> client("unix://" + socket, "http://127.0.0.1:1").listServices(LIST))
                .withMessageStartingWith(
                        "cannot reach a manager at unix://" + socket + ", http://127.0.0.1:1: none answers;");
        assertThat(time.elapsed()).isZero();
    }

    @Test
    void waitsForALeader() throws IOException {
        FakeManager manager = unix("m").refuse("ListServices", 503, "unavailable", "no leader")
                .refuse("ListServices", 503, "unavailable", "no leader")
                .answer("ListServices", LISTED);

        assertThat(client(manager.address()).listServices(LIST)).isEqualTo(LISTED);
        assertThat(time.elapsed()).isBetween(Duration.ofMillis(50), Duration.ofSeconds(1));
    }

    @Test
    void givesUpOnAClusterWithoutALeader() throws IOException {
        FakeManager manager = unix("m").refuse("CreateService", 503, "unavailable", "the cluster has no leader");

        assertThatExceptionOfType(CommandFailure.class)
                .isThrownBy(() -> client(manager.address()).createService(CREATE)).satisfies(e -> {
                    assertThat(e).hasMessage("no manager could answer within 10 seconds: the cluster has no leader");
                    assertThat(e.exitCode()).isEqualTo(ExitCode.UNREACHABLE);
                });
        assertThat(time.elapsed()).isBetween(Duration.ofSeconds(9), Duration.ofSeconds(10));
    }

    @Test
    void repeatsAWriteWithTheSameRequestId() throws IOException {
        FakeManager broken = unix("a").answer("CreateService", FakeManager.breakOff());
        FakeManager alive = unix("b").answer("CreateService", CREATED);

        assertThat(client(broken.address(), alive.address()).createService(CREATE)).isEqualTo(CREATED);
        assertThat(broken.bodies("CreateService")).containsExactly(CREATE.toByteArray());
        assertThat(alive.bodies("CreateService")).containsExactly(CREATE.toByteArray());
    }

    @Test
    void saysThatTheOutcomeOfAWriteIsUnknown() throws IOException {
        FakeManager broken = unix("a").answer("CreateService", FakeManager.breakOff());

        assertThatExceptionOfType(CommandFailure.class).isThrownBy(() -> client(broken.address()).createService(CREATE))
                .satisfies(e -> {
                    assertThat(e.exitCode()).isEqualTo(ExitCode.OUTCOME_UNKNOWN);
                    assertThat(e).hasMessageContaining("the change may have been made or not");
                });
        assertThat(broken.bodies("CreateService")).hasSizeGreaterThan(3)
                .allMatch(body -> Arrays.equals(body, CREATE.toByteArray()));
    }

    @Test
    void doesNotTrustAnAnswerThatIsNotHttp() throws IOException {
        String head = "HTTP/1.1 200 OK\r\nContent-Type: application/proto\r\n";
        FakeManager manager = unix("m").answer("ListServices", raw("SSH-2.0-OpenSSH\r\n"))
                .answer("ListServices", raw(head + "Transfer-Encoding: chunked\r\n\r\nxyz\r\n"))
                .answer("ListServices", raw(head + "Content-Length: 10\r\n\r\nshort"))
                .answer("ListServices", LISTED);

        assertThat(client(manager.address()).listServices(LIST)).isEqualTo(LISTED);
        assertThat(manager.requests()).hasSize(4);
    }

    @Test
    void readsAStreamToItsEnd() throws IOException {
        ServiceProgress first = ServiceProgress.newBuilder().setService(Samples.redis()).setIndex(7).build();
        ServiceProgress second = ServiceProgress.newBuilder().setIndex(8).build();
        FakeManager manager = tcp().answer("WatchService", FakeManager.stream(List.of(first, second), "{}"));
        WatchServiceRequest request = WatchServiceRequest.newBuilder().setService("redis").build();

        try (MessageStream<ServiceProgress> stream = client(manager.address()).watchService(request, 0)) {
            assertThat(stream.next(Duration.ofSeconds(10))).isEqualTo(first);
            assertThat(stream.next(Duration.ofSeconds(10))).isEqualTo(second);
            assertThat(stream.next(Duration.ofSeconds(10))).isNull();
        }
        FakeManager.Request sent = manager.requests().getFirst();
        assertThat(sent.headers()).containsEntry("Content-Type", "application/connect+proto")
                .doesNotContainKey("Connect-Timeout-Ms");
        assertThat(sent.body().toByteArray()).startsWith(0, 0, 0, 0, 7).hasSize(12);
    }

    @Test
    void tellsABrokenStreamFromOneThatEndsWithAnError() throws IOException {
        FakeManager manager = unix("m").answer("WatchService", FakeManager.stream(List.of(), ""))
                .answer("WatchService",
                        FakeManager.stream(List.of(),
                                "{\"error\":{\"code\":\"not_found\",\"message\":\"gone\"},\"metadata\":{\"a\":[\"b\"]}}"))
                .answer("WatchService", FakeManager.stream(List.of(), "{\"error\":{\"code\":\"unavailable\"}}"))
                .refuse("WatchService", 404, "not_found", "gone too");

        assertThatExceptionOfType(IOException.class).isThrownBy(() -> nextOf(manager));
        assertThatExceptionOfType(ControlException.class).isThrownBy(() -> nextOf(manager)).withMessage("gone");
        assertThatExceptionOfType(IOException.class).isThrownBy(() -> nextOf(manager));
        assertThatExceptionOfType(ControlException.class).isThrownBy(() -> nextOf(manager)).withMessage("gone too");
    }

    @Test
    void doesNotWaitForEverForAMessage() throws IOException {
        FakeManager manager = unix("m").answer("WatchService", FakeManager.openStream(List.of()));

        try (MessageStream<ServiceProgress> stream =
                client(manager.address()).watchService(WatchServiceRequest.getDefaultInstance(), 0)) {
            assertThatExceptionOfType(IOException.class).isThrownBy(() -> stream.next(Duration.ofMillis(20)))
                    .withMessage("no answer in time");
        }
    }

    private void nextOf(FakeManager manager) throws IOException {
        try (MessageStream<ServiceProgress> stream =
                client(manager.address()).watchService(WatchServiceRequest.getDefaultInstance(), 0)) {
            stream.next(Duration.ofSeconds(10));
        }
    }

    @Test
    void aLostQuorumIsToldAtOnceInTheManagersWords() throws IOException {
        FakeManager one = tcp().answer("ListServices", FakeManager.quorumLost("2 of 3 managers are unreachable"));
        FakeManager two = tcp().answer("ListServices", FakeManager.quorumLost("2 of 3 managers are unreachable"));
        long before = time.nanoTime();

        assertThatExceptionOfType(CommandFailure.class)
                .isThrownBy(() -> client(one.address(), two.address()).listServices(LIST))
                .withMessage("2 of 3 managers are unreachable")
                .satisfies(failure -> assertThat(failure.exitCode()).isEqualTo(ExitCode.UNREACHABLE));
        assertThat(time.nanoTime()).as("no pause").isEqualTo(before);
    }

    @Test
    void aManagerThatIsCutOffDoesNotKeepTheOthersFromAnswering() throws IOException {
        FakeManager cutOff = tcp().answer("ListServices", FakeManager.quorumLost("2 of 3 managers are unreachable"));
        FakeManager electing =
                tcp().refuse("ListServices", 503, "unavailable", "no leader").answer("ListServices", LISTED);

        assertThat(client(cutOff.address(), electing.address()).listServices(LIST)).isEqualTo(LISTED);
    }
}
