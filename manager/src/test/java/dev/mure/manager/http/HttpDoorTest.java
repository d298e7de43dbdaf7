package dev.mure.manager.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.mure.manager.api.FakeManager;
import dev.mure.manager.api.FakeState;
import dev.mure.manager.api.Specs;
import dev.mure.v1.CreateServiceRequest;
import dev.mure.v1.CreateServiceResponse;
import dev.mure.v1.Mutation;
import dev.mure.v1.ServiceProgress;
import dev.mure.v1.Task;
import dev.mure.v1.WatchServiceRequest;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The HTTP door and the Connect bridge: real Jetty on a Unix socket and on TCP, real services behind it. */
class HttpDoorTest {

    @TempDir
    Path folder;

    private FakeManager manager;
    private ConnectBridge bridge;
    private HttpDoor door;
    private Optional<String> trouble = Optional.empty();

    @BeforeEach
    void open() throws IOException {
        manager = new FakeManager("m1", new FakeState(), Duration.ofSeconds(5));
        manager.initialise();
        bridge = new ConnectBridge(List.of(manager.services.getFirst()));
        door = new HttpDoor(folder.resolve("mure.sock"),
                Optional.of(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)),
                List.of(bridge, new HealthPage(() -> trouble)));
        door.start();
    }

    @AfterEach
    void close() {
        door.close();
        bridge.close();
        manager.close();
    }

    private SocketAddress unix() {
        return UnixDomainSocketAddress.of(folder.resolve("mure.sock"));
    }

    private SocketAddress tcp() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), door.tcpPort());
    }

    @Test
    void answersUnaryCallsInBothCodecsOnOneConnection() throws IOException {
        try (RawHttp client = new RawHttp(unix())) {
            byte[] create =
                    CreateServiceRequest.newBuilder().setSpec(Specs.redis("web", "redis:3.0.6")).build().toByteArray();
            RawHttp.Whole created = client.post("/mure.v1.Control/CreateService", "application/proto", create);
            assertThat(created.status()).isEqualTo(200);
            assertThat(created.headers()).containsEntry("content-type", "application/proto");
            assertThat(CreateServiceResponse.parseFrom(created.body()).getId()).hasSize(25);

            RawHttp.Whole read = client.post("/mure.v1.Control/GetService", "application/json; charset=utf-8",
                    utf8("{\"service\":\"web\"}"), "Connect-Protocol-Version: 1", "Connect-Timeout-Ms: 5000");
            assertThat(read.status()).isEqualTo(200);
            assertThat(read.headers()).containsEntry("content-type", "application/json");
            assertThat(read.text()).contains("\"name\":\"web\"", "\"image\":\"redis:3.0.6\"");
        }
    }

    @Test
    void answersACommonClientOnTcp() throws Exception {
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpResponse<String> answer = client.send(
                    HttpRequest
                            .newBuilder(
                                    URI.create("http://localhost:" + door.tcpPort() + "/mure.v1.Control/GetCluster"))
                            .header("Content-Type", "application/json")
                            .POST(HttpRequest.BodyPublishers.ofString("{}"))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.body()).contains(FakeManager.CLUSTER_ID);
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            /mure.v1.Control/GetService    | application/json  | {"service":"nope"}       | 404 | not_found        | service nope not found
            /mure.v1.Control/GetService    | application/json  | {"servce":"nope"}        | 400 | invalid_argument | servce
            /mure.v1.Control/GetService    | application/json  | {"service":              | 400 | invalid_argument | not a valid json message
            /mure.v1.Control/GetService    | application/json  | []                       | 400 | invalid_argument | not a valid json message
            /mure.v1.Control/GetService    | application/proto | xxx                      | 400 | invalid_argument | not a valid proto message
            /mure.v1.Control/CreateService | application/json  | {"spec":{"name":"a b"}}  | 400 | invalid_argument | DNS name component
            /mure.v1.Control/CreateService | application/json  | {"spec":{"name":"a","replicated":{"replicas":-1}}} | 400 | invalid_argument | not a valid json message
            /mure.v1.Control/GetService    | text/plain        | {}                       | 415 | invalid_argument | the content type must be
            /mure.v1.Control/WatchService  | application/json  | {}                       | 415 | invalid_argument | the content type must be
            /mure.v1.Control/Nope          | application/json  | {}                       | 404 | unimplemented    | no method
            /mure.v1.Peer/GetTerm          | application/json  | {}                       | 404 | not_found        | nothing at
            /mure.v1.Dispatch/Connect      | application/json  | {}                       | 404 | not_found        | nothing at
            """)
    void saysWhatIsWrong(String path, String contentType, String body, int status, String code, String message)
            throws IOException {
        try (RawHttp client = new RawHttp(unix())) {
            RawHttp.Whole answer = client.post(path, contentType, utf8(body));
            assertThat(answer.text()).startsWith("{\"code\":\"" + code + "\",\"message\":\"").contains(message);
            assertThat(answer.status()).isEqualTo(status);
            assertThat(answer.headers()).containsEntry("content-type", "application/json");
            assertThat(client.get("/healthz").status()).isEqualTo(200);
        }
    }

    @Test
    void refusesATakenNameWithConflict() throws IOException {
        try (RawHttp client = new RawHttp(unix())) {
            byte[] create =
                    CreateServiceRequest.newBuilder().setSpec(Specs.redis("web", "redis:3.0.6")).build().toByteArray();
            client.post("/mure.v1.Control/CreateService", "application/proto", create);
            RawHttp.Whole second = client.post("/mure.v1.Control/CreateService", "application/proto", create);
            assertThat(second.status()).isEqualTo(409);
            assertThat(second.text())
                    .isEqualTo("{\"code\":\"already_exists\",\"message\":\"name conflicts with an existing object:"
                            + " service web already exists\"}");
        }
    }

    @Test
    void marksTheErrorOfALostQuorum() throws IOException {
        manager.decisions.leading(false);
        manager.leadership.leader = Optional.empty();
        manager.quorum.lost = Optional.of("2 of 3 managers are unreachable");
        try (RawHttp client = new RawHttp(unix())) {
            RawHttp.Whole answer = client.post("/mure.v1.Control/ListServices", "application/json",
                    "{}".getBytes(StandardCharsets.UTF_8));
            assertThat(answer.status()).isEqualTo(503);
            assertThat(answer.text())
                    .isEqualTo("{\"code\":\"unavailable\",\"message\":\"2 of 3 managers are unreachable\","
                            + "\"details\":[{\"type\":\"mure.v1.QuorumLost\",\"value\":\"\"}]}");
        }
    }

    @Test
    void refusesABodyOverTheLimit() throws IOException {
        try (RawHttp client = new RawHttp(unix())) {
            RawHttp.Whole answer =
                    client.post("/mure.v1.Control/CreateService", "application/json", utf8("x".repeat(3 << 20)));
            assertThat(answer.status()).isEqualTo(429);
            assertThat(answer.text()).contains("\"resource_exhausted\"", "more than 2097152 bytes");
        }
    }

    @Test
    void refusesCompressionWrongMethodsAndBadTimeouts() throws IOException {
        try (RawHttp client = new RawHttp(unix())) {
            assertThat(
                    client.post("/mure.v1.Control/GetCluster", "application/json", utf8("{}"), "Content-Encoding: gzip")
                            .text())
                    .contains("\"unimplemented\"", "use identity");
            RawHttp.Whole get = client.get("/mure.v1.Control/GetCluster");
            assertThat(get.status()).isEqualTo(405);
            assertThat(get.headers()).containsEntry("allow", "POST");
            assertThat(client
                    .post("/mure.v1.Control/GetCluster", "application/json", utf8("{}"), "Connect-Timeout-Ms: soon")
                    .text())
                    .contains("Connect-Timeout-Ms must be");
        }
    }

    @Test
    void endsACallAtItsDeadline() throws IOException {
        manager.decisions.leading(false);
        manager.leadership.leader = Optional.empty();
        try (RawHttp client = new RawHttp(unix())) {
            RawHttp.Whole answer = client.post("/mure.v1.Control/GetCluster", "application/json", utf8("{}"),
                    "Connect-Timeout-Ms: 100");
            assertThat(answer.status()).isIn(503, 504);
        }
    }

    @Test
    void answersHealthAndUnknownPages() throws IOException {
        try (RawHttp client = new RawHttp(unix())) {
            assertThat(client.get("/healthz").text()).isEqualTo("ok\n");
            trouble = Optional.of("no leader for 7 s");
            RawHttp.Whole sick = client.get("/healthz");
            assertThat(sick.status()).isEqualTo(503);
            assertThat(sick.text()).isEqualTo("no leader for 7 s\n");
            RawHttp.Whole unknown = client.get("/nope");
            assertThat(unknown.status()).isEqualTo(404);
            assertThat(unknown.text()).isEqualTo("{\"code\":\"not_found\",\"message\":\"there is nothing at /nope\"}");
        }
    }

    @Test
    void streamsEnvelopedMessagesUntilTheServiceIsGone() throws IOException {
        String id = create("web");
        try (RawHttp client = new RawHttp(unix())) {
            client.send("POST", "/mure.v1.Control/WatchService", "application/connect+proto",
                    envelope(WatchServiceRequest.newBuilder().setService("web").build().toByteArray()));
            RawHttp.Head head = client.head();
            assertThat(head.status()).isEqualTo(200);
            assertThat(head.headers()).containsEntry("content-type", "application/connect+proto");
            RawHttp.ChunkedBody body = client.chunked(head);
            RawHttp.Frame first = client.frame(body);
            assertThat(first.flags()).isZero();
            assertThat(ServiceProgress.parseFrom(first.message()).getTasksCount()).isZero();
            manager.state.apply(task(id, 1));
            assertThat(ServiceProgress.parseFrom(client.frame(body).message()).getTasksCount()).isEqualTo(1);
            manager.state.apply(Mutation.newBuilder().setRemoveService(id).build());
            RawHttp.Frame last = client.frame(body);
            assertThat(last.flags()).isEqualTo(2);
            assertThat(last.text()).isEqualTo(
                    "{\"error\":{\"code\":\"not_found\",\"message\":\"service web not found: it was removed\"}}");
        }
    }

    @Test
    void streamsJson() throws IOException {
        create("web");
        try (RawHttp client = new RawHttp(tcp())) {
            client.send("POST", "/mure.v1.Control/WatchService", "application/connect+json",
                    envelope(utf8("{\"service\":\"web\"}")),
                    "Connect-Timeout-Ms: 300");
            RawHttp.Head head = client.head();
            RawHttp.ChunkedBody body = client.chunked(head);
            assertThat(client.frame(body).text()).startsWith("{\"service\":{");
            RawHttp.Frame last = client.frame(body);
            assertThat(last.flags()).isEqualTo(2);
            assertThat(last.text()).contains("deadline_exceeded");
        }
    }

    @Test
    void answersAFailedStreamWithItsEnd() throws IOException {
        try (RawHttp client = new RawHttp(unix())) {
            client.send("POST", "/mure.v1.Control/WatchService", "application/connect+json",
                    envelope(utf8("{\"service\":\"nope\"}")));
            RawHttp.Head head = client.head();
            assertThat(head.status()).isEqualTo(200);
            RawHttp.Frame only = client.frame(client.chunked(head));
            assertThat(only.flags()).isEqualTo(2);
            assertThat(only.text()).contains("not_found", "service nope not found");
        }
        try (RawHttp client = new RawHttp(unix())) {
            client.send("POST", "/mure.v1.Control/WatchService", "application/connect+json", utf8("{}"));
            assertThat(client.frame(client.chunked(client.head())).text()).contains("no enveloped message");
        }
    }

    @ParameterizedTest
    @CsvSource({"true", "false"})
    void cancelsTheCallWhenTheClientIsGone(boolean overUnixSocket) throws IOException {
        create("web");
        RawHttp client = new RawHttp(overUnixSocket ? unix() : tcp());
        client.send("POST", "/mure.v1.Control/WatchService", "application/connect+json",
                envelope(utf8("{\"service\":\"web\"}")));
        client.frame(client.chunked(client.head()));
        assertThat(manager.openWatches()).isEqualTo(1);
        client.close();
        await().atMost(Duration.ofSeconds(5)).until(() -> manager.openWatches() == 0);
    }

    @Test
    void leavesOutWhatASlowReaderCannotTake() throws IOException {
        String id = create("web");
        try (RawHttp client = new RawHttp(unix())) {
            client.send("POST", "/mure.v1.Control/WatchService", "application/connect+proto",
                    envelope(WatchServiceRequest.newBuilder().setService("web").build().toByteArray()));
            RawHttp.ChunkedBody body = client.chunked(client.head());
            client.frame(body);
            int changes = 3_000;
            for (int slot = 1; slot <= changes; slot++) {
                manager.state.apply(task(id, slot));
            }
            long newest = manager.state.current().index();
            int frames = 0;
            ServiceProgress progress;
            do {
                progress = ServiceProgress.parseFrom(client.frame(body).message());
                frames++;
            } while (progress.getIndex() < newest);
            assertThat(progress.getTasksCount()).isEqualTo(changes);
            assertThat(frames).isLessThan(changes);
        }
    }

    @ParameterizedTest
    @CsvSource({"Host: localhost,,200", "Host: localhost:7380,,200", "Host: 127.0.0.1,,200", "Host: [::1]:80,,200",
        "Host: evil.example,,403", "Host: 127.0.0.1.evil.example,,403", "Host: localhost,Origin: http://localhost,200",
        "Host: localhost:80,Origin: http://evil.example,403", "Host: localhost,Origin: null,403"})
    void answersOnTcpOnlyWhatWasMeantForIt(String host, String origin, int status) throws IOException {
        String[] headers = origin == null ? new String[]{host} : new String[]{host, origin};
        try (RawHttp client = new RawHttp(tcp())) {
            assertThat(client.get("/healthz", headers).status()).isEqualTo(status);
        }
        try (RawHttp client = new RawHttp(unix())) {
            assertThat(client.get("/healthz", headers).status()).isEqualTo(200);
        }
    }

    @Test
    void replacesAStaleSocketAndRefusesALiveOne() throws IOException {
        Path socket = folder.resolve("mure.sock");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(socket))).isEqualTo("rw-rw----");
        try (HttpDoor second = new HttpDoor(socket, Optional.empty(), List.of())) {
            assertThatThrownBy(second::start).isInstanceOf(IOException.class)
                    .hasMessageContaining("another process serves");
        }
        assertThat(socket).exists();
        door.close();
        assertThat(socket).doesNotExist();
        Files.createFile(socket);
        try (HttpDoor third = new HttpDoor(socket, Optional.empty(), List.of(new HealthPage(Optional::empty)))) {
            third.start();
            try (RawHttp client = new RawHttp(unix())) {
                assertThat(client.get("/healthz").status()).isEqualTo(200);
            }
        }
    }

    @Test
    void saysThatASocketPathIsTooLong() {
        try (HttpDoor tooLong = new HttpDoor(folder.resolve("d".repeat(120)), Optional.empty(), List.of())) {
            assertThatThrownBy(tooLong::start).isInstanceOf(IOException.class)
                    .hasMessageContaining("choose a shorter data folder");
        }
    }

    private String create(String name) throws IOException {
        try (RawHttp client = new RawHttp(unix())) {
            byte[] create =
                    CreateServiceRequest.newBuilder().setSpec(Specs.redis(name, "redis:3.0.6")).build().toByteArray();
            return CreateServiceResponse
                    .parseFrom(client.post("/mure.v1.Control/CreateService", "application/proto", create).body())
                    .getId();
        }
    }

    private static Mutation task(String serviceId, int slot) {
        return Mutation.newBuilder()
                .setCreateTask(
                        Task.newBuilder().setId("task" + slot).setServiceId(serviceId).setRevision(1).setSlot(slot))
                .build();
    }

    private static byte[] envelope(byte[] message) {
        return Envelope.of(Envelope.MESSAGE, message).array();
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
