package dev.mure.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mure.it.cluster.CliResult;
import dev.mure.it.cluster.ClusterShape;
import dev.mure.it.cluster.LocalCluster;
import dev.mure.it.cluster.MureProcess;
import dev.mure.it.http.HttpAnswer;
import dev.mure.it.http.HttpBody;
import dev.mure.v1.ServiceView;
import dev.mure.v1.TaskView;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What is wrong is told in one line that says what and where, with a non-zero exit code; nothing changes. */
class BadInputIT {

    private static final int FAILURE = 1;
    private static final int UNREACHABLE = 3;
    private static final int WRONG_USAGE = 125;

    @RegisterExtension
    static final SharedCluster SHARED = SharedCluster.ofProcesses(ClusterShape.of(3, 1));

    /**
     * @param told
     *            words that the line must have
     */
    record Mistake(int exitCode, List<String> told, List<String> command) {

        @Override
        public String toString() {
            return String.join(" ", command);
        }
    }

    /** What a client can change. The state index is not in it: an agent that connects meanwhile moves it too. */
    private record Everything(List<ServiceView> services, List<TaskView> tasks) {

        static Everything now() {
            LocalCluster cluster = SHARED.get();
            return new Everything(cluster.control().services(), cluster.control().tasks());
        }
    }

    @BeforeAll
    static void runAService() {
        SHARED.get().control().create(Specs.service("taken", "redis:3.0.6", 1));
        new ObservedService(SHARED.get(), "taken").awaitRunning(1, 1);
    }

    static Stream<Mistake> mistakes() {
        return Stream.of(
                wrongUsage(List.of("--nosuch"), "service", "create", "--nosuch", "redis:3.0.6"),
                wrongUsage(List.of("--nosuch"), "service", "update", "--nosuch", "taken"),
                wrongUsage(List.of("nosuch"), "service", "nosuch"),
                wrongUsage(List.of("nosuch"), "nosuch"),
                wrongUsage(List.of("IMAGE"), "service", "create"),
                wrongUsage(List.of("--update-delay", "10x"), "service", "create", "--update-delay", "10x",
                        "redis:3.0.6"),
                wrongUsage(List.of("--update-delay", "10x"), "service", "update", "--update-delay", "10x", "taken"),
                wrongUsage(List.of("--replicas", "-1"), "service", "create", "--replicas", "-1", "redis:3.0.6"),
                wrongUsage(List.of("--replicas", "abc"), "service", "create", "--replicas", "abc", "redis:3.0.6"),
                wrongUsage(List.of("--replicas", "abc"), "service", "update", "--replicas", "abc", "taken"),
                wrongUsage(List.of("taken", "-1"), "service", "scale", "taken=-1"),
                wrongUsage(List.of("taken", "abc"), "service", "scale", "taken=abc"),
                wrongUsage(List.of("--update-failure-action", "explode"), "service", "create",
                        "--update-failure-action", "explode", "redis:3.0.6"),
                refused(List.of("nosuch"), "service", "update", "--image", "redis:3.0.7", "nosuch"),
                refused(List.of("nosuch"), "service", "inspect", "nosuch"),
                refused(List.of("nosuch"), "service", "ps", "nosuch"),
                refused(List.of("nosuch"), "service", "rm", "nosuch"),
                refused(List.of("nosuch"), "service", "scale", "nosuch=2"),
                refused(List.of("name", "in valid"), "service", "create", "--name", "in valid", "redis:3.0.6"),
                refused(List.of("image", "Redis:3.0.6"), "service", "create", "--name", "new", "Redis:3.0.6"),
                refused(List.of("image", "redis:3.0.6:1"), "service", "update", "--image", "redis:3.0.6:1", "taken"),
                refused(List.of("taken", "already exists"), "service", "create", "--name", "taken", "redis:3.0.6"),
                refused(List.of("already exists"), "service", "create", "--name", "TAKEN", "redis:3.0.6"),
                unreachable(List.of("/no/such/mure.sock"), "--host", "unix:///no/such/mure.sock", "service", "ls"),
                unreachable(List.of("127.0.0.1:1"), "--host", "http://127.0.0.1:1", "service", "ls"),
                wrongUsage(List.of("--host", "ftp://x"), "--host", "ftp://x", "service", "ls"));
    }

    private static Mistake wrongUsage(List<String> told, String... command) {
        return new Mistake(WRONG_USAGE, told, List.of(command));
    }

    private static Mistake unreachable(List<String> told, String... command) {
        return new Mistake(UNREACHABLE, told, List.of(command));
    }

    private static Mistake refused(List<String> told, String... command) {
        return new Mistake(FAILURE, told, List.of(command));
    }

    @ParameterizedTest
    @MethodSource("mistakes")
    void isToldInOneLine(Mistake mistake) {
        Everything before = Everything.now();
        CliResult result = SHARED.get().cli().run(mistake.command().toArray(String[]::new));

        assertThat(result.exitCode()).as("exit code of %s", result).isEqualTo(mistake.exitCode());
        assertThat(result.err().lines().toList()).as("standard error of %s", result).singleElement().asString()
                .startsWith("mure: ")
                .contains(mistake.told());
        assertThat(Everything.now()).isEqualTo(before);
    }

    @Test
    void aBodyOverTheLimit() throws IOException {
        Everything before = Everything.now();
        String label = "x".repeat(5 * 1024 * 1024);
        HttpAnswer answer = SHARED.get().awaitLeader().door().exchange("POST", "/mure.v1.Control/CreateService",
                HttpBody.json("{\"spec\":{\"name\":\"big\",\"labels\":[{\"key\":\"l\",\"value\":\"" + label + "\"}]}}"),
                Duration.ofSeconds(20));
        assertThat(answer.status()).as("status of %s", answer.text()).isEqualTo(429);
        assertThat(answer.text().lines().toList()).singleElement().asString().contains("resource_exhausted", "bytes");
        assertThat(Everything.now()).isEqualTo(before);
    }

    @Test
    void noLeader() {
        LocalCluster cluster = SHARED.get();
        Everything before = Everything.now();
        // The leader first, so that the write can't have been taken by it.
        List<MureProcess> killed = List.of(cluster.awaitLeader().process(), cluster.follower().process());
        killed.forEach(MureProcess::kill);

        CliResult write = cluster.cli().run("service", "create", "--name", "new", "redis:3.0.6");
        assertThat(write.exitCode()).as("exit code of %s", write).isEqualTo(UNREACHABLE);
        assertThat(write.err().lines().toList()).as("standard error of %s", write).singleElement().asString()
                .startsWith("mure: ").contains("2 of 3 managers are unreachable");

        killed.forEach(MureProcess::start);
        cluster.awaitComplete();
        assertThat(cluster.control().services()).extracting(ServiceView::getId)
                .isEqualTo(before.services().stream().map(ServiceView::getId).toList());
    }
}
