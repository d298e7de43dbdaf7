package dev.mure.manager.dispatcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mure.manager.api.AgentReports;
import dev.mure.manager.api.Caller;
import dev.mure.manager.api.FakeManager.FakeLeadership;
import dev.mure.manager.api.FakeState;
import dev.mure.manager.api.ImmediateDecisions;
import dev.mure.manager.api.Reports;
import dev.mure.manager.api.Specs;
import dev.mure.manager.api.TestCallers;
import dev.mure.v1.Assignment;
import dev.mure.v1.Assignments;
import dev.mure.v1.Cluster;
import dev.mure.v1.DesiredState;
import dev.mure.v1.Hello;
import dev.mure.v1.ManagerMessage;
import dev.mure.v1.ManagerRole;
import dev.mure.v1.Mutation;
import dev.mure.v1.Node;
import dev.mure.v1.OpenSession;
import dev.mure.v1.PutNode;
import dev.mure.v1.ReportRequest;
import dev.mure.v1.Revision;
import dev.mure.v1.Service;
import dev.mure.v1.Session;
import dev.mure.v1.SetDesiredState;
import dev.mure.v1.SetManagerRole;
import dev.mure.v1.Task;
import dev.mure.v1.TaskState;
import dev.mure.v1.TaskStatus;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Sessions of fake agents, with a clock that stands still unless a test moves it. */
class DispatcherTest {

    private static final String CLUSTER = "0cluster00000000000000000";

    private final FakeState state = new FakeState();
    private final ImmediateDecisions decisions = new ImmediateDecisions(state);
    private final FakeLeadership leadership = new FakeLeadership();
    private final AtomicLong nanos = new AtomicLong();
    private final List<ReportRequest> reported = new CopyOnWriteArrayList<>();
    private final AtomicInteger failures = new AtomicInteger();
    private volatile CountDownLatch gate = new CountDownLatch(0);
    private Dispatcher dispatcher;
    private Server server;
    private ManagedChannel channel;

    @BeforeEach
    void open() throws IOException {
        state.apply(Mutation.newBuilder().setPutCluster(Cluster.newBuilder().setId(CLUSTER).setEpoch(1)).build());
        state.apply(Mutation.newBuilder().setPutNode(node("m1")).build(), manager("m1", "127.0.0.1:7370"));
        leadership.leader = Optional.of("m1");
        Reports committing = AgentReports.to(decisions);
        Reports reports = (request, timeout) -> {
            gate.await();
            reported.add(request);
            if (failures.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
                throw Status.UNAVAILABLE.withDescription("told so by the test").asException();
            }
            return committing.report(request, timeout);
        };
        AtomicInteger next = new AtomicInteger();
        dispatcher = new Dispatcher("m1", state, leadership, reports, () -> "s" + next.incrementAndGet(), nanos::get);
        dispatcher.startWithoutClock();
        // The first look at the clock is the first sight of the leader, which ends every pause.
        dispatcher.tick();
        String name = InProcessServerBuilder.generateName();
        server = InProcessServerBuilder.forName(name)
                .executor(Executors.newVirtualThreadPerTaskExecutor())
                .addService(dispatcher.service())
                .intercept(TestCallers.by(this::enrolled))
                .build()
                .start();
        channel = InProcessChannelBuilder.forName(name).build();
    }

    /** The node that the headers name, which the cluster knows by now. */
    private Caller enrolled(Metadata headers) {
        String id = Optional.ofNullable(headers.get(FakeAgent.NODE)).orElse("");
        if (!id.isEmpty() && state.current().node(id).isEmpty()) {
            state.apply(Mutation.newBuilder().setPutNode(node(id)).build());
        }
        return TestCallers.worker(id);
    }

    @AfterEach
    void close() {
        gate.countDown();
        dispatcher.close();
        channel.shutdownNow();
        server.shutdownNow();
    }

    @Test
    void welcomesWithTheManagersAndEveryTaskOfTheNode() throws Exception {
        service("web");
        task("t1", "n1");
        task("other", "n2");
        try (FakeAgent agent = new FakeAgent(channel).hello("n1")) {
            ManagerMessage welcome = agent.next();
            assertThat(welcome.getWelcome().getSessionId()).isEqualTo("s1");
            assertThat(welcome.getWelcome().getClusterId()).isEqualTo(CLUSTER);
            assertThat(welcome.getWelcome().getHeartbeatPeriod().getSeconds()).isEqualTo(1);
            assertThat(agent.next().getManagers().getGrpcAddressesList()).containsExactly("127.0.0.1:7370");
            Assignments all = agent.next().getAssignments();
            assertThat(all.getComplete()).isTrue();
            assertThat(all.getClusterEpoch()).isEqualTo(1);
            assertThat(all.getAppliedIndex()).isEqualTo(state.current().index());
            assertThat(all.getChangedList()).extracting(Assignment::getTaskId).containsExactly("t1");
            Assignment assignment = all.getChanged(0);
            assertThat(assignment.getServiceName()).isEqualTo("web");
            assertThat(assignment.getSpec().getContainer().getImage()).isEqualTo("redis:3.0.6");
            Session session = session("n1");
            assertThat(session.getId()).isEqualTo("s1");
            assertThat(session.getManagerId()).isEqualTo("m1");
            assertThat(state.current().node("n1").orElseThrow().getName()).isEqualTo("host-n1");
            assertThat(state.current().node("n1").orElseThrow().getAvailability()).isEqualTo(Node.Availability.ACTIVE);
        }
    }

    @Test
    void anAgentSpeaksForItsOwnNodeOnly() throws Exception {
        try (FakeAgent agent = new FakeAgent(channel).connect("n2").hello("n1")) {
            assertThat(agent.end().getCode()).isEqualTo(Status.Code.PERMISSION_DENIED);
            assertThat(state.current().node("n1")).isEmpty();
        }
    }

    @Test
    void sendsOnlyWhatChangedOnTheNode() throws Exception {
        service("web");
        task("t1", "n1");
        try (FakeAgent agent = new FakeAgent(channel).hello("n1")) {
            agent.welcomed();
            task("elsewhere", "n2");
            task("t2", "n1");
            Assignments added = agent.next().getAssignments();
            assertThat(added.getComplete()).isFalse();
            assertThat(added.getChangedList()).extracting(Assignment::getTaskId).containsExactly("t2");
            desire("t1", TaskState.TASK_STATE_SHUTDOWN);
            Assignments stopped = agent.next().getAssignments();
            assertThat(stopped.getChangedList()).extracting(Assignment::getTaskId).containsExactly("t1");
            assertThat(stopped.getChanged(0).getDesired().getState()).isEqualTo(TaskState.TASK_STATE_SHUTDOWN);
            state.apply(Mutation.newBuilder().setRemoveTask("t1").build());
            Assignments gone = agent.next().getAssignments();
            assertThat(gone.getForgottenTaskIdsList()).containsExactly("t1");
            assertThat(gone.getChangedList()).isEmpty();
        }
    }

    @Test
    void pinsTheImageOnceItsDigestIsKnown() throws Exception {
        service("web");
        task("t1", "n1");
        try (FakeAgent agent = new FakeAgent(channel).hello("n1")) {
            agent.welcomed();
            state.apply(Mutation.newBuilder()
                    .setPutRevision(state.current()
                            .revision("web-id", 1)
                            .orElseThrow()
                            .toBuilder()
                            .setImageDigest("sha256:abc"))
                    .build());
            task("t2", "n1");
            Assignments added = agent.next().getAssignments();
            assertThat(added.getChangedList()).extracting(Assignment::getTaskId).containsExactly("t2");
            assertThat(added.getChanged(0).getImageDigest()).isEqualTo("sha256:abc");
        }
    }

    @Test
    void servesTasksOfARemovedServiceUntilTheyAreGone() throws Exception {
        service("web");
        task("t1", "n1");
        state.apply(Mutation.newBuilder().setPutService(stored("web").toBuilder().setRemoved(true)).build());
        try (FakeAgent agent = new FakeAgent(channel).hello("n1")) {
            assertThat(agent.welcomed().getChanged(0).getServiceName()).isEqualTo("web");
        }
    }

    @Test
    void condemnsHeldTasksThatNobodyKnows() throws Exception {
        service("web");
        task("t1", "n1");
        try (FakeAgent agent =
                new FakeAgent(channel)
                        .hello(Hello.newBuilder().setNodeId("n1").addHeldTaskIds("t1").addHeldTaskIds("lost"))) {
            Assignments all = agent.welcomed();
            assertThat(all.getChangedList()).extracting(Assignment::getTaskId).containsExactly("lost", "t1");
            assertThat(all.getChanged(0).getDesired().getState()).isEqualTo(TaskState.TASK_STATE_REMOVE);
            assertThat(all.getChanged(0).hasSpec()).isFalse();
        }
    }

    @Test
    void acknowledgesAReportAfterTheCommitAndNotBefore() throws Exception {
        service("web");
        task("t1", "n1");
        try (FakeAgent agent = new FakeAgent(channel).hello("n1")) {
            agent.welcomed();
            gate = new CountDownLatch(1);
            agent.report(1, "t1", TaskState.TASK_STATE_PREPARING);
            agent.heartbeat();
            assertThat(agent.heardNothing()).isTrue();
            assertThat(observed("t1")).isEqualTo(TaskState.TASK_STATE_ASSIGNED);
            gate.countDown();
            assertThat(agent.next().getStatusAck().getSequence()).isEqualTo(1);
            assertThat(observed("t1")).isEqualTo(TaskState.TASK_STATE_PREPARING);
            agent.report(2, "t1", TaskState.TASK_STATE_RUNNING);
            assertThat(agent.next().getStatusAck().getSequence()).isEqualTo(2);
            assertThat(observed("t1")).isEqualTo(TaskState.TASK_STATE_RUNNING);
        }
    }

    @Test
    void acknowledgesWhatAGuardSkips() throws Exception {
        service("web");
        task("t1", "n1");
        try (FakeAgent agent = new FakeAgent(channel).hello("n1")) {
            agent.welcomed();
            agent.report(1, "t1", TaskState.TASK_STATE_RUNNING);
            assertThat(agent.next().getStatusAck().getSequence()).isEqualTo(1);
            agent.report(2, "t1", TaskState.TASK_STATE_PREPARING);
            assertThat(agent.next().getStatusAck().getSequence()).isEqualTo(2);
            agent.report(3, "nobodys", TaskState.TASK_STATE_RUNNING);
            assertThat(agent.next().getStatusAck().getSequence()).isEqualTo(3);
            assertThat(observed("t1")).isEqualTo(TaskState.TASK_STATE_RUNNING);
        }
    }

    @Test
    void reportsOfManySessionsBecomeOne() throws Exception {
        service("web");
        task("t1", "n1");
        task("t2", "n2");
        task("t3", "n3");
        try (FakeAgent a = new FakeAgent(channel).hello("n1");
                FakeAgent b = new FakeAgent(channel).hello("n2");
                FakeAgent c = new FakeAgent(channel).hello("n3")) {
            a.welcomed();
            b.welcomed();
            c.welcomed();
            reported.clear();
            gate = new CountDownLatch(1);
            a.report(1, "t1", TaskState.TASK_STATE_PREPARING);
            await().until(() -> dispatcher.reportsWaiting() == 0);
            b.report(1, "t2", TaskState.TASK_STATE_PREPARING);
            b.report(2, "t2", TaskState.TASK_STATE_RUNNING);
            c.report(1, "t3", TaskState.TASK_STATE_RUNNING);
            await().until(() -> dispatcher.reportsWaiting() == 2 && dispatcher.newestWaiting() == 2);
            gate.countDown();
            assertThat(a.next().getStatusAck().getSequence()).isEqualTo(1);
            assertThat(b.next().getStatusAck().getSequence()).isEqualTo(2);
            assertThat(c.next().getStatusAck().getSequence()).isEqualTo(1);
            assertThat(reported).hasSize(2);
            assertThat(reported.get(1).getObservedList()).hasSize(2);
            assertThat(reported.get(1).getObserved(0).getObservationsCount()).isEqualTo(1);
        }
    }

    @Test
    void sendsAFailedReportAgainAfterAPause() throws Exception {
        service("web");
        task("t1", "n1");
        try (FakeAgent agent = new FakeAgent(channel).hello("n1")) {
            agent.welcomed();
            reported.clear();
            failures.set(2);
            agent.report(1, "t1", TaskState.TASK_STATE_RUNNING);
            await().until(() -> reported.size() == 1 && dispatcher.reportsWaiting() == 1);
            dispatcher.tick();
            assertThat(reported).hasSize(1);
            pass(Duration.ofMillis(100));
            await().until(() -> reported.size() == 2 && dispatcher.reportsWaiting() == 1);
            pass(Duration.ofMillis(200));
            assertThat(agent.next().getStatusAck().getSequence()).isEqualTo(1);
        }
    }

    @Test
    void losesASessionAfterThreeMissedHeartbeats() throws Exception {
        try (FakeAgent agent = new FakeAgent(channel).hello("n1")) {
            agent.welcomed();
            pass(Duration.ofMillis(2_900));
            agent.heartbeat();
            awaitHeard();
            pass(Duration.ofMillis(2_900));
            assertThat(session("n1").getLostClockMillis()).isZero();
            pass(Duration.ofMillis(200));
            assertThat(agent.end().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
            await().until(() -> session("n1").getLostClockMillis() != 0);
        }
    }

    @Test
    void losesASessionWhoseStreamBreaks() throws Exception {
        FakeAgent agent = new FakeAgent(channel).hello("n1");
        agent.welcomed();
        failures.set(1);
        agent.close();
        await().until(() -> failures.get() == 0 && dispatcher.sessionCount() == 0);
        assertThat(session("n1").getLostClockMillis()).isZero();
        await().until(() -> {
            pass(Duration.ofMillis(100));
            return session("n1").getLostClockMillis() != 0;
        });
    }

    @Test
    void aNewerSessionOfTheNodeTakesThePlaceOfTheOlder() throws Exception {
        try (FakeAgent older = new FakeAgent(channel).hello("n1")) {
            older.welcomed();
            try (FakeAgent newer = new FakeAgent(channel).hello("n1")) {
                newer.welcomed();
                assertThat(older.end().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
                assertThat(older.end().getDescription()).contains("newer session");
                assertThat(session("n1").getId()).isEqualTo("s2");
                assertThat(session("n1").getLostClockMillis()).isZero();
            }
        }
    }

    @Test
    void endsASessionThatAnotherManagerTookOver() throws Exception {
        try (FakeAgent agent = new FakeAgent(channel).hello("n1")) {
            agent.welcomed();
            state.apply(Mutation.newBuilder()
                    .setOpenSession(OpenSession.newBuilder().setNodeId("n1").setSessionId("x9").setManagerId("m2"))
                    .build());
            assertThat(agent.end().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
            assertThat(session("n1").getId()).isEqualTo("x9");
            assertThat(session("n1").getLostClockMillis()).isZero();
        }
    }

    @Test
    void anAgentGoesOnAtAnotherManager() throws Exception {
        service("web");
        task("t1", "n1");
        Dispatcher second =
                new Dispatcher("m2", state, leadership, AgentReports.to(decisions), () -> "other", nanos::get);
        second.startWithoutClock();
        String name = InProcessServerBuilder.generateName();
        Server secondServer = InProcessServerBuilder.forName(name)
                .executor(Executors.newVirtualThreadPerTaskExecutor())
                .addService(second.service())
                .intercept(TestCallers.by(this::enrolled))
                .build()
                .start();
        ManagedChannel toSecond = InProcessChannelBuilder.forName(name).build();
        try (FakeAgent before = new FakeAgent(channel).hello("n1")) {
            Assignments served = before.welcomed();
            Hello.Builder hello = Hello.newBuilder()
                    .setNodeId("n1")
                    .setClusterId(CLUSTER)
                    .setClusterEpoch(served.getClusterEpoch())
                    .setAppliedIndex(served.getAppliedIndex())
                    .addHeldTaskIds("t1");
            try (FakeAgent after = new FakeAgent(toSecond).hello(hello)) {
                assertThat(after.welcomed().getChangedList()).extracting(Assignment::getTaskId).containsExactly("t1");
                assertThat(before.end().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
                await().until(() -> dispatcher.sessionCount() == 0);
                assertThat(session("n1").getManagerId()).isEqualTo("m2");
                assertThat(session("n1").getLostClockMillis()).isZero();
                after.report(1, "t1", TaskState.TASK_STATE_RUNNING);
                assertThat(after.next().getStatusAck().getSequence()).isEqualTo(1);
            }
        } finally {
            second.close();
            toSecond.shutdownNow();
            secondServer.shutdownNow();
        }
    }

    @Test
    void reportsSessionsOfItsFormerLifeAsLost() {
        state.apply(Mutation.newBuilder().setPutNode(node("n1")).build(),
                Mutation.newBuilder()
                        .setOpenSession(OpenSession.newBuilder().setNodeId("n1").setSessionId("old").setManagerId("m1"))
                        .build());
        dispatcher.tick();
        await().until(() -> session("n1").getLostClockMillis() != 0);
    }

    @Test
    void reportsALateCommittedOpeningAsLost() throws Exception {
        gate = new CountDownLatch(1);
        FakeAgent agent = new FakeAgent(channel).hello("n1");
        await().until(() -> dispatcher.sessionCount() == 1);
        agent.close();
        await().until(() -> dispatcher.sessionCount() == 0);
        state.apply(Mutation.newBuilder().setPutNode(node("n1")).build(),
                Mutation.newBuilder()
                        .setOpenSession(OpenSession.newBuilder().setNodeId("n1").setSessionId("s1").setManagerId("m1"))
                        .build());
        gate.countDown();
        await().until(() -> session("n1").getLostClockMillis() != 0);
    }

    @Test
    void sendsAgentsOfAnotherClusterAwayForGood() throws Exception {
        try (FakeAgent agent =
                new FakeAgent(channel).hello(Hello.newBuilder().setNodeId("n1").setClusterId("another"))) {
            assertThat(agent.end().getCode()).isEqualTo(Status.Code.FAILED_PRECONDITION);
            assertThat(agent.end().getDescription()).contains("belongs to cluster another", CLUSTER);
            assertThat(state.current().node("n1").orElseThrow().hasSession()).isFalse();
        }
    }

    @Test
    void servesOnlyWhenItHasAppliedAsFarAsTheAgentWasTold() throws Exception {
        long index = state.current().index();
        try (FakeAgent ahead =
                new FakeAgent(channel)
                        .hello(Hello.newBuilder().setNodeId("n1").setClusterEpoch(1).setAppliedIndex(index + 100))) {
            assertThat(ahead.end().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
            assertThat(ahead.end().getDescription()).contains("try another manager");
        }
        try (FakeAgent ahead = new FakeAgent(channel).hello(Hello.newBuilder().setNodeId("n1").setClusterEpoch(2))) {
            assertThat(ahead.end().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
        }
        try (FakeAgent behind = new FakeAgent(channel)
                .hello(Hello.newBuilder().setNodeId("n1").setClusterId(CLUSTER).setClusterEpoch(1)
                        .setAppliedIndex(index))) {
            behind.welcomed();
        }
        try (FakeAgent recovered = new FakeAgent(channel)
                .hello(Hello.newBuilder().setNodeId("n2").setClusterId(CLUSTER).setClusterEpoch(0)
                        .setAppliedIndex(1_000_000))) {
            recovered.welcomed();
        }
    }

    @Test
    void sendsAgentsElsewhereWithoutALeader() throws Exception {
        try (FakeAgent agent = new FakeAgent(channel).hello("n1")) {
            agent.welcomed();
            leadership.leader = Optional.empty();
            pass(Duration.ofSeconds(1));
            agent.heartbeat();
            awaitHeard();
            pass(Duration.ofMillis(600));
            assertThat(dispatcher.sessionCount()).isEqualTo(1);
            pass(Duration.ofMillis(100));
            assertThat(agent.end().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
            assertThat(agent.end().getDescription()).contains("try another manager");
            try (FakeAgent second = new FakeAgent(channel).hello("n1")) {
                assertThat(second.end().getDescription()).contains("knows no leader");
            }
        }
    }

    @Test
    void tellsAgentsOfNewManagers() throws Exception {
        try (FakeAgent agent = new FakeAgent(channel).hello("n1")) {
            agent.welcomed();
            state.apply(Mutation.newBuilder().setPutNode(node("m2")).build(), manager("m2", "127.0.0.1:8370"));
            assertThat(agent.next().getManagers().getGrpcAddressesList()).containsExactly("127.0.0.1:7370",
                    "127.0.0.1:8370");
        }
    }

    @Test
    void sendsASlowAgentTheNewestOnly() throws Exception {
        service("web");
        task("t1", "n1");
        try (FakeAgent agent = new FakeAgent(channel, 3).hello("n1")) {
            agent.welcomed();
            // One message may be under way; the others must not pile up.
            for (int i = 0; i < 500; i++) {
                task("more" + i, "n1");
            }
            desire("t1", TaskState.TASK_STATE_SHUTDOWN);
            agent.takeMore(1);
            int messages = 1;
            Assignments last = agent.next().getAssignments();
            while (last.getAppliedIndex() < state.current().index()) {
                agent.takeMore(1);
                messages++;
                last = agent.next().getAssignments();
            }
            assertThat(messages).isLessThan(100);
            assertThat(last.getChangedList()).extracting(Assignment::getTaskId).contains("t1");
        }
    }

    @Test
    void wantsHelloFirst() throws Exception {
        try (FakeAgent agent = new FakeAgent(channel).connect("n1").heartbeat()) {
            assertThat(agent.end().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
        }
        try (FakeAgent agent = new FakeAgent(channel).hello("")) {
            assertThat(agent.end().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
        }
        try (FakeAgent agent = new FakeAgent(channel).connect("n1")) {
            await().until(() -> dispatcher.streamCount() >= 1);
            pass(Duration.ofSeconds(11));
            assertThat(agent.end().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
        }
    }

    @Test
    void endsItsSessionsWhenItStops() throws Exception {
        try (FakeAgent agent = new FakeAgent(channel).hello("n1")) {
            agent.welcomed();
            dispatcher.close();
            assertThat(agent.end().getDescription()).contains("this manager is stopping");
        }
    }

    private void pass(Duration time) {
        nanos.addAndGet(time.toNanos());
        dispatcher.tick();
    }

    /** Until a message that was sent has arrived: only then may time go on. */
    private void awaitHeard() {
        await().until(() -> dispatcher.lastHeardNanos() == nanos.get());
    }

    private Session session(String nodeId) {
        return state.current().node(nodeId).map(Node::getSession).orElse(Session.getDefaultInstance());
    }

    private TaskState observed(String taskId) {
        return state.current().task(taskId).orElseThrow().getStatus().getState();
    }

    private Service stored(String name) {
        return state.current().serviceByName(name).orElseThrow();
    }

    private void service(String name) {
        state.apply(
                Mutation.newBuilder()
                        .setPutRevision(Revision.newBuilder()
                                .setServiceId(name + "-id")
                                .setNumber(1)
                                .setTask(Specs.redis(name, "redis:3.0.6").getTask()))
                        .build(),
                Mutation.newBuilder()
                        .setPutService(Service.newBuilder().setId(name + "-id").setName(name).setRevision(1))
                        .build());
    }

    private void task(String id, String nodeId) {
        state.apply(Mutation.newBuilder()
                .setCreateTask(Task.newBuilder()
                        .setId(id)
                        .setServiceId("web-id")
                        .setRevision(1)
                        .setSlot(1)
                        .setNodeId(nodeId)
                        .setDesired(DesiredState.newBuilder().setState(TaskState.TASK_STATE_RUNNING))
                        .setStatus(TaskStatus.newBuilder().setState(TaskState.TASK_STATE_ASSIGNED)))
                .build());
    }

    private void desire(String taskId, TaskState desired) {
        state.apply(Mutation.newBuilder()
                .setSetDesiredState(SetDesiredState.newBuilder().setTaskId(taskId).setState(desired))
                .build());
    }

    private static PutNode node(String id) {
        return PutNode.newBuilder().setId(id).setName("host-" + id).setAvailability(Node.Availability.ACTIVE).build();
    }

    private static Mutation manager(String id, String address) {
        return Mutation.newBuilder()
                .setSetManagerRole(SetManagerRole.newBuilder()
                        .setNodeId(id)
                        .setRole(ManagerRole.newBuilder().setRaftPeerId(id + "-1").setGrpcAddress(address)))
                .build();
    }
}
