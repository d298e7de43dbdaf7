package dev.mure.cli.command.service;

import static dev.mure.v1.TaskState.TASK_STATE_FAILED;
import static dev.mure.v1.TaskState.TASK_STATE_PENDING;
import static dev.mure.v1.TaskState.TASK_STATE_READY;
import static dev.mure.v1.TaskState.TASK_STATE_RUNNING;
import static dev.mure.v1.TaskState.TASK_STATE_SHUTDOWN;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mure.cli.process.ExitCode;
import dev.mure.cli.testing.ManagerTest;
import dev.mure.cli.testing.Run;
import dev.mure.cli.testing.Samples;
import dev.mure.v1.ListNodesResponse;
import dev.mure.v1.ListTasksRequest;
import dev.mure.v1.ListTasksResponse;
import dev.mure.v1.Node;
import dev.mure.v1.NodeView;
import dev.mure.v1.PortConfig;
import dev.mure.v1.Restart;
import dev.mure.v1.TaskView;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class ServiceTasksTest extends ManagerTest {
    private static final TaskView LONG_ERROR =
            Samples.task("y72zdbyycva2aaaaaaaaaaaaa", 10, 1, TASK_STATE_SHUTDOWN, TASK_STATE_FAILED, 70,
                    "task: non-zero exit (1): the program\nsaid more");

    /** The state of the golden transcript after an update and a failure. */
    private static ListTasksResponse history() {
        return ListTasksResponse.newBuilder()
                .addTasks(LONG_ERROR)
                .addTasks(Samples.task("334pu0puem00aaaaaaaaaaaaa", 3, 3, TASK_STATE_READY, TASK_STATE_READY, 0, ""))
                .addTasks(Samples.task("zl6q4bp4u6qiaaaaaaaaaaaaa", 3, 1, TASK_STATE_SHUTDOWN, TASK_STATE_SHUTDOWN, 1,
                        ""))
                .addTasks(Samples.task("7ial7zep5we7aaaaaaaaaaaaa", 3, 2, TASK_STATE_SHUTDOWN, TASK_STATE_FAILED, 1,
                        "task: non-zero exit (1)"))
                .addTasks(
                        Samples.task("ubnmmxaog4p8aaaaaaaaaaaaa", 1, 2, TASK_STATE_RUNNING, TASK_STATE_RUNNING, 10, ""))
                .build();
    }

    @Test
    void printsTheHistoryTree() {
        manager.answer("ListTasks", history());

        assertThat(mure("service", "ps", "redis")).isEqualTo(new Run(ExitCode.OK, """
                ID             NAME          IMAGE         NODE      DESIRED STATE   CURRENT STATE                  ERROR                              PORTS
                ubnmmxaog4p8   redis.1       redis:3.0.7   h1        Running         Running 10 seconds ago                                           \s
                334pu0puem00   redis.3       redis:3.0.8   h3        Ready           Ready less than a second ago                                     \s
                7ial7zep5we7    \\_ redis.3   redis:3.0.7   h3        Shutdown        Failed 1 second ago            "task: non-zero exit (1)"         \s
                zl6q4bp4u6qi    \\_ redis.3   redis:3.0.6   h3        Shutdown        Shutdown 1 second ago                                            \s
                y72zdbyycva2   redis.10      redis:3.0.6   h10       Shutdown        Failed about a minute ago      "task: non-zero exit (1): the …"  \s
                """, ""));
    }

    @Test
    void printsEverythingWhole() {
        manager.answer("ListTasks", ListTasksResponse.newBuilder().addTasks(LONG_ERROR).build());

        assertThat(mure("service", "ps", "--no-trunc", "--no-resolve", "redis").out()).isEqualTo("""
                ID                          NAME                           IMAGE         NODE                        DESIRED STATE   CURRENT STATE               ERROR                                              PORTS
                y72zdbyycva2aaaaaaaaaaaaa   9mil5ulekirtd17q4sfn2puzz.10   redis:3.0.6   vyl6v0x5ghxny0ph13pztydz2   Shutdown        Failed about a minute ago   "task: non-zero exit (1): the program said more"  \s
                """);
    }

    @Test
    void decoratesNamesOnlyInTables() {
        manager.answer("ListTasks", history());

        assertThat(mure("service", "ps", "--format", "{{.Name}}", "redis").out())
                .isEqualTo("redis.1\nredis.3\nredis.3\nredis.3\nredis.10\n");
        assertThat(mure("service", "ps", "--format", "json", "redis").out())
                .startsWith("{\"CurrentState\":\"Running 10 seconds ago\","
                        + "\"DesiredState\":\"Running\",\"Error\":\"\",\"ID\":\"ubnmmxaog4p8\",\"Image\":\"redis:3.0.7\",\"Name\":\"redis.1\","
                        + "\"Node\":\"h1\",\"Ports\":\"\"}\n");
        assertThat(mure("service", "ps", "-q", "redis").out()).startsWith("ubnmmxaog4p8\n334pu0puem00\n");
        assertThat(mure("service", "ps", "-q", "--no-trunc", "redis").out()).startsWith("ubnmmxaog4p8aaaaaaaaaaaaa\n");
    }

    @Test
    void asksForWhatTheFiltersSay() throws IOException {
        manager.answer("ListTasks", ListTasksResponse.getDefaultInstance())
                .answer("ListNodes", ListNodesResponse.newBuilder()
                        .addNodes(NodeView.newBuilder().setNode(Node.newBuilder().setId("other")))
                        .addNodes(NodeView.newBuilder().setNode(Node.newBuilder().setId("mine")).setSelf(true))
                        .build());

        mure("service", "ps", "-f", "desired-state=Running", "-f", "id=ab", "-f", "name=redis.1", "-f", "node=h1", "-f",
                "node=self", "redis");

        assertThat(ListTasksRequest.parseFrom(manager.bodies("ListTasks").getFirst()))
                .isEqualTo(ListTasksRequest.newBuilder().addServices("redis").addDesiredStates(TASK_STATE_RUNNING)
                        .addIds("ab")
                        .addNames("redis.1").addNodes("h1").addNodes("mine").build());
        assertThat(mure("service", "ps", "-f", "desired-state=flying", "redis").err())
                .isEqualTo("mure: invalid value \"flying\" for "
                        + "--filter desired-state: expected a state such as running, ready, shutdown; see 'mure service ps --help'\n");
    }

    @Test
    void printsWhatItFindsAndNamesWhatItDoesNot() {
        manager.refuse("ListTasks", 404, "not_found", "x").answer("ListTasks", ListTasksResponse.newBuilder()
                .addTasks(Samples.task("a", 1, 1, TASK_STATE_RUNNING, TASK_STATE_PENDING, 2, "no suitable node"))
                .build());

        assertThat(mure("service", "ps", "nosuch", "redis")).isEqualTo(new Run(ExitCode.FAILURE, """
                ID        NAME      IMAGE         NODE      DESIRED STATE   CURRENT STATE           ERROR                PORTS
                a         redis.1   redis:3.0.6   h1        Running         Pending 2 seconds ago   "no suitable node"  \s
                """, "mure: no such service: nosuch\n"));
    }

    @Test
    void saysThatAServiceIsUnknown() {
        manager.refuse("ListTasks", 404, "not_found", "x");

        assertThat(mure("service", "ps", "nosuch"))
                .isEqualTo(new Run(ExitCode.FAILURE, "", "mure: no such service: nosuch\n"));
        assertThat(mure("service", "ps")).isEqualTo(
                new Run(ExitCode.WRONG_USAGE, "", "mure: missing argument: SERVICE; see 'mure service ps --help'\n"));
    }

    @Test
    void namesTasksOfGlobalServicesByTheirNodes() {
        TaskView.Builder global = Samples.running(7, 1).toBuilder();
        global.getTaskBuilder().setOnlyNodeId("pcobtxghrhld6p5uq2s6jhyb3");
        TaskView.Builder replaced =
                Samples.task("old", 7, 1, TASK_STATE_SHUTDOWN, TASK_STATE_SHUTDOWN, 9, "").toBuilder();
        replaced.getTaskBuilder().setOnlyNodeId("pcobtxghrhld6p5uq2s6jhyb3").getMetaBuilder().setCreatedVersion(0);
        manager.answer("ListTasks", ListTasksResponse.newBuilder().addTasks(replaced).addTasks(global).build());

        assertThat(mure("service", "ps", "--format", "table {{.ID}}\t{{.Name}}", "redis").out()).isEqualTo("""
                ID        NAME
                task7r1   redis.pcobtxghrhld6p5uq2s6jhyb3
                old        \\_ redis.pcobtxghrhld6p5uq2s6jhyb3
                """);
    }

    @Test
    void showsCrashLoopsAndPorts() {
        TaskView.Builder waiting = Samples.task("a", 1, 1, TASK_STATE_READY, TASK_STATE_READY, 5, "").toBuilder();
        waiting.getTaskBuilder().setRestart(Restart.newBuilder().setInARow(4).setNotBeforeClockMillis(140_000))
                .getStatusBuilder().setClockMillis(100_000);
        TaskView.Builder first = Samples.task("b", 2, 1, TASK_STATE_READY, TASK_STATE_READY, 5, "").toBuilder();
        first.getTaskBuilder().setRestart(Restart.newBuilder().setInARow(1).setNotBeforeClockMillis(105_000))
                .getStatusBuilder().setClockMillis(100_000);
        TaskView.Builder published = Samples.running(3, 1).toBuilder();
        published.getTaskBuilder().getStatusBuilder().getContainerBuilder()
                .addPorts(port(80, 8080, PortConfig.Protocol.TCP))
                .addPorts(port(53, 32768, PortConfig.Protocol.UDP));
        manager.answer("ListTasks",
                ListTasksResponse.newBuilder().addTasks(waiting).addTasks(first).addTasks(published).build());

        assertThat(mure("service", "ps", "redis").out()).isEqualTo("""
                ID        NAME      IMAGE         NODE      DESIRED STATE   CURRENT STATE           ERROR                                            PORTS
                a         redis.1   redis:3.0.6   h1        Ready           Ready 5 seconds ago     "crash loop: 4 restarts in a row, next in 35s"  \s
                b         redis.2   redis:3.0.6   h2        Ready           Ready 5 seconds ago                                                     \s
                task3r1   redis.3   redis:3.0.6   h3        Running         Running 4 seconds ago                                                    *:8080->80/tcp,*:32768->53/udp
                """);
    }

    private static PortConfig port(int target, int published, PortConfig.Protocol protocol) {
        return PortConfig.newBuilder().setTargetPort(target).setPublishedPort(published).setProtocol(protocol)
                .setMode(PortConfig.PublishMode.HOST).build();
    }
}
