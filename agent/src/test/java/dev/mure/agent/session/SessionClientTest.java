package dev.mure.agent.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mure.agent.runtime.ContainerState;
import dev.mure.agent.runtime.FakeRuntime;
import dev.mure.agent.runtime.NodeScope;
import dev.mure.agent.runtime.RuntimeFailure;
import dev.mure.agent.session.FakeManager.FakeSession;
import dev.mure.agent.storage.ClusterFile;
import dev.mure.agent.task.SupervisionSettings;
import dev.mure.agent.task.TaskTable;
import dev.mure.agent.task.Urgency;
import dev.mure.v1.Assignment;
import dev.mure.v1.Assignments;
import dev.mure.v1.DesiredState;
import dev.mure.v1.NodeDescription;
import dev.mure.v1.StatusReport;
import dev.mure.v1.TaskObservation;
import dev.mure.v1.TaskState;
import dev.mure.v1.TaskStatus;
import io.grpc.Status;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class SessionClientTest {

    private static final Duration SOON = Duration.ofSeconds(10);
    private static final Duration LONG = Duration.ofSeconds(30);
    private static final SessionSettings SETTINGS =
            new SessionSettings(Duration.ofMillis(1), Duration.ofMillis(10), LONG, LONG,
                    LONG, LONG, Duration.ZERO);

    @TempDir
    Path folder;

    private final FakeRuntime runtime = new FakeRuntime();
    private final List<AutoCloseable> opened = new ArrayList<>();
    private final String one = "one-" + UUID.randomUUID();
    private final String two = "two-" + UUID.randomUUID();
    private FakeManager manager;
    private final List<Agent> agents = new ArrayList<>();

    @BeforeEach
    void startManager() throws Exception {
        manager = manager(one, "cluster");
    }

    @AfterEach
    void closeAll() throws Exception {
        for (AutoCloseable resource : opened.reversed()) {
            resource.close();
        }
    }

    @Test
    void helloSaysWhoItIsAndWhatItHolds() throws Exception {
        agent(one);
        FakeSession first = manager.session();
        assertThat(first.hello().getNodeId()).isEqualTo("node");
        assertThat(first.hello().getNodeName()).isEqualTo("worker");
        assertThat(first.hello().getClusterId()).isEmpty();
        assertThat(first.hello().getDescription().getRuntime()).isEqualTo("fake");
        assertThat(first.hello().getHeldTaskIdsList()).isEmpty();

        first.assign(run(3, 17, "a"));
        awaitRunning("a");
        first.end(Status.UNAVAILABLE);

        FakeSession second = manager.session();
        assertThat(second.hello().getClusterId()).isEqualTo("cluster");
        assertThat(second.hello().getClusterEpoch()).isEqualTo(3);
        assertThat(second.hello().getAppliedIndex()).isEqualTo(17);
        assertThat(second.hello().getHeldTaskIdsList()).containsExactly("a");
    }

    @Test
    void aRestartedAgentRemembersItsClusterAndAdoptsItsContainers() throws Exception {
        Agent before = agent(one);
        FakeSession first = manager.session();
        first.assign(run(1, 5, "a"));
        awaitRunning("a");
        first.tellManagers(List.of(one, two));
        await().atMost(SOON).until(() -> cluster().record().managers().contains(two));
        before.close();
        runtime.put(new NodeScope("cluster", "neighbour"), "foreign", new ContainerState.Running(1));

        agent(two); // Nobody is there; it knows the other one.

        FakeSession second = manager.session();
        assertThat(second.hello().getClusterId()).isEqualTo("cluster");
        assertThat(second.hello().getAppliedIndex()).isEqualTo(5);
        assertThat(second.hello().getHeldTaskIdsList()).containsExactly("a");
        assertThat(runtime.calls()).containsExactly("prepare a", "start a");
    }

    @Test
    void statusesAreReportedOneReportAtATime() throws Exception {
        agent(one);
        FakeSession session = manager.session();
        outbox().report("a", status(TaskState.TASK_STATE_READY), Urgency.AT_ONCE);
        StatusReport first = session.report();
        assertThat(states(first)).containsExactly(TaskState.TASK_STATE_READY);

        outbox().report("a", status(TaskState.TASK_STATE_RUNNING), Urgency.AT_ONCE);
        outbox().report("a", status(TaskState.TASK_STATE_FAILED), Urgency.AT_ONCE);
        outbox().report("b", status(TaskState.TASK_STATE_RUNNING), Urgency.AT_ONCE);
        assertThat(session.sawHeartbeat()).isTrue();
        assertThat(session.hasReport()).isFalse();
        session.acknowledge(first);

        StatusReport second = session.report();
        assertThat(second.getSequence()).isGreaterThan(first.getSequence());
        assertThat(states(second)).containsExactly(TaskState.TASK_STATE_FAILED, TaskState.TASK_STATE_RUNNING);
    }

    @Test
    void whatWasNotAcknowledgedIsRepeatedOnTheNextStream() throws Exception {
        FakeManager other = manager(two, "cluster");
        agent(one);
        FakeSession first = manager.session();
        first.tellManagers(List.of(one, two));
        outbox().report("a", status(TaskState.TASK_STATE_RUNNING), Urgency.AT_ONCE);
        outbox().report("b", status(TaskState.TASK_STATE_COMPLETE), Urgency.AT_ONCE);
        StatusReport unacknowledged = first.report();
        assertThat(unacknowledged.getObservationsCount()).isPositive();
        manager.close();

        FakeSession second = other.session();
        List<String> seen = new ArrayList<>();
        while (seen.size() < 2) {
            StatusReport report = second.report();
            report.getObservationsList().forEach(observation -> seen.add(observation.getTaskId()));
            second.acknowledge(report);
        }
        assertThat(seen).containsExactlyInAnyOrder("a", "b");
        second.end(Status.UNAVAILABLE);

        FakeSession third = other.session();
        assertThat(third.sawHeartbeat()).isTrue();
        assertThat(third.hasReport()).isFalse();
    }

    @Test
    void aManagerThatCanNotServeIsLeftForAnother() throws Exception {
        FakeManager other = manager(two, "cluster");
        manager.refuse(Status.UNAVAILABLE.withDescription("no leader"));
        agent(one, two);
        assertThat(other.session().hello().getNodeId()).isEqualTo("node");
    }

    @Test
    void itKeepsTryingUntilSomebodyServes() throws Exception {
        manager.refuse(Status.UNAVAILABLE);
        agent(one);
        await().atMost(SOON).until(() -> manager.attempts() > 5);
        manager.accept();
        assertThat(manager.session().hello().getNodeId()).isEqualTo("node");
    }

    @Test
    void aManagerOfAnotherClusterEndsTheAgent() throws Exception {
        Agent agent = agent(one);
        manager.session().assign(run(1, 1, "a"));
        awaitRunning("a");
        agent.close();
        manager.close();
        FakeManager other = manager(two, "another");

        Agent misled = agent(two);
        assertThat(misled.end).failsWithin(SOON).withThrowableThat().havingCause()
                .isInstanceOf(WrongClusterException.class)
                .withMessageContaining("another")
                .withMessageContaining("cluster");

        other.refuse(Status.FAILED_PRECONDITION.withDescription("not one of ours"));
        misled.close();
        assertThat(agent(two).end).failsWithin(SOON).withThrowableThat().havingCause()
                .isInstanceOf(WrongClusterException.class)
                .withMessageContaining("not one of ours");
        assertThat(runtime.state("a")).isInstanceOf(ContainerState.Running.class);
    }

    @Test
    void staleAssignmentsAreRefused() throws Exception {
        agent(one);
        FakeSession first = manager.session();
        first.assign(run(1, 10, "a"));
        awaitRunning("a");
        first.assign(run(1, 9, "b"));

        FakeSession second = manager.session();
        assertThat(second.hello().getAppliedIndex()).isEqualTo(10);
        second.assign(run(2, 3, "c"));
        awaitRunning("c");
        assertThat(runtime.calls()).doesNotContain("prepare b");
    }

    @Test
    void aMissingAcknowledgementIsALostSession() throws Exception {
        agent(new SessionSettings(Duration.ofMillis(1), Duration.ofMillis(10), LONG, LONG, LONG, Duration.ofMillis(50),
                Duration.ZERO), one);
        FakeSession first = manager.session();
        outbox().report("a", status(TaskState.TASK_STATE_RUNNING), Urgency.AT_ONCE);
        first.report();
        StatusReport again = manager.session().report();
        assertThat(states(again)).containsExactly(TaskState.TASK_STATE_RUNNING);
    }

    @Test
    void aSilentManagerIsLeft() throws Exception {
        FakeManager other = manager(two, "cluster");
        List<String> stalled = List.of(one);
        agent(new SessionSettings(Duration.ofMillis(1), Duration.ofMillis(10), LONG, Duration.ofMillis(10),
                Duration.ofMillis(200), LONG, Duration.ZERO), address -> {
                    var channel = FakeManager.dial(address);
                    return stalled.contains(address) ? StalledProbes.on(channel) : channel;
                }, one);
        manager.session().tellManagers(List.of(one, two));
        assertThat(other.session().hello().getNodeId()).isEqualTo("node");
    }

    @Test
    void aRuntimeThatCanNotTellItsContainersKeepsTheNodeAway() throws Exception {
        Agent agent = agent(one);
        manager.session();
        agent.close();
        runtime.fail("inventory", new RuntimeFailure(RuntimeFailure.Kind.UNREACHABLE, "no engine"));
        int attempts = manager.attempts();
        agent(one);
        runtime.heal("inventory");
        manager.session();
        assertThat(manager.attempts()).isEqualTo(attempts + 1);
    }

    @Test
    void goodbyeIsSaid() throws Exception {
        Agent agent = agent(one);
        FakeSession session = manager.session();
        agent.close();
        assertThat(session.sawGoodbye()).isTrue();
    }

    @Test
    void manyMessagesAreTakenInOrder() throws Exception {
        agent(one);
        FakeSession session = manager.session();
        for (int i = 1; i <= 500; i++) {
            session.assign(Assignments.newBuilder().setClusterEpoch(1).setAppliedIndex(i).build());
        }
        await().atMost(SOON).until(() -> cluster().record().index() == 500);
    }

    private final class Agent {

        final CompletableFuture<Void> end = new CompletableFuture<>();
        private final Thread thread;
        private final ClusterFile file;
        private final StatusOutbox outbox;
        private final TaskTable table;

        Agent(SessionSettings settings, java.util.function.Function<String, io.grpc.ManagedChannel> dial,
                String... join)
                throws Exception {
            file = ClusterFile.open(folder);
            outbox = new StatusOutbox(settings.linger());
            table = new TaskTable("node", runtime, outbox, SupervisionSettings.defaults());
            SessionClient client = new SessionClient("node", "worker",
                    NodeDescription.newBuilder().setRuntime("fake").build(), List.of(join), file, table, outbox, dial,
                    settings,
                    new Random(1));
            thread = Thread.ofVirtual().name("agent").start(() -> {
                try {
                    client.run();
                } catch (Exception e) {
                    end.completeExceptionally(e);
                }
            });
        }

        void close() throws Exception {
            thread.interrupt();
            thread.join();
            table.close();
            file.close();
        }
    }

    private Agent agent(String... join) throws Exception {
        return agent(SETTINGS, join);
    }

    private Agent agent(SessionSettings settings, String... join) throws Exception {
        return agent(settings, FakeManager::dial, join);
    }

    private Agent agent(SessionSettings settings, java.util.function.Function<String, io.grpc.ManagedChannel> dial,
            String... join) throws Exception {
        Agent agent = new Agent(settings, dial, join);
        agents.add(agent);
        opened.add(agent::close);
        return agent;
    }

    private StatusOutbox outbox() {
        return agents.getLast().outbox;
    }

    private ClusterFile cluster() {
        return agents.getLast().file;
    }

    private FakeManager manager(String address, String clusterId) throws Exception {
        FakeManager made = new FakeManager(address, clusterId);
        opened.add(made);
        return made;
    }

    private void awaitRunning(String taskId) {
        await().atMost(SOON).until(() -> runtime.state(taskId) instanceof ContainerState.Running);
    }

    private static Assignments run(long epoch, long index, String taskId) {
        return Assignments.newBuilder()
                .setClusterEpoch(epoch)
                .setAppliedIndex(index)
                .addChanged(Assignment.newBuilder()
                        .setTaskId(taskId)
                        .setObserved(TaskState.TASK_STATE_ASSIGNED)
                        .setDesired(DesiredState.newBuilder().setState(TaskState.TASK_STATE_RUNNING)))
                .build();
    }

    private static TaskStatus status(TaskState state) {
        return TaskStatus.newBuilder().setState(state).build();
    }

    private static List<TaskState> states(StatusReport report) {
        return report.getObservationsList().stream().map(TaskObservation::getStatus).map(TaskStatus::getState).toList();
    }
}
