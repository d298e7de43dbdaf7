package dev.mure.manager.dispatcher;

import dev.mure.manager.api.AppliedState;
import dev.mure.manager.api.Caller;
import dev.mure.manager.store.ClusterState;
import dev.mure.v1.AgentMessage;
import dev.mure.v1.Cluster;
import dev.mure.v1.Hello;
import dev.mure.v1.ManagerList;
import dev.mure.v1.ManagerMessage;
import dev.mure.v1.Node;
import dev.mure.v1.Session;
import dev.mure.v1.SessionOpened;
import dev.mure.v1.StatusAck;
import dev.mure.v1.StatusReport;
import dev.mure.v1.TaskObservation;
import dev.mure.v1.TaskStatus;
import dev.mure.v1.Welcome;
import io.grpc.Status;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * One agent's session, on a virtual thread of its own from the first message to the last. The thread sleeps until somebody wakes
 * it, then looks at everything there is to do.
 */
final class AgentSession implements AgentStream.Listener, ReportQueue.Reporter {

    private static final Duration OWN_STATE = Duration.ofSeconds(5);
    /** Texts of a status are for people, and many statuses must fit into one transaction. */
    private static final int MAX_TEXT = 2_000;

    /** How far it got; decides how long the agent may be silent. */
    enum Phase {
        OPENING, SERVING
    }

    private final String id;
    private final Caller caller;
    private final AgentStream stream;
    private final AppliedState applied;
    private final Sessions sessions;
    private final ReportQueue reports;
    private final Semaphore wakes = new Semaphore(0);
    private final AtomicReference<@Nullable Status> ending = new AtomicReference<>();
    private final AtomicLong openedAt = new AtomicLong();
    private final AtomicLong acknowledge = new AtomicLong();
    private final AtomicLong heardNanos;
    private volatile Phase phase = Phase.OPENING;
    private volatile String nodeId = "";
    private long acknowledged;
    private List<String> managersSent = List.of();

    AgentSession(String id, Caller caller, AgentStream stream, AppliedState applied, Sessions sessions,
            ReportQueue reports) {
        this.id = id;
        this.caller = caller;
        this.stream = stream;
        this.applied = applied;
        this.sessions = sessions;
        this.reports = reports;
        heardNanos = new AtomicLong(sessions.nanoTime());
    }

    @Override
    public String id() {
        return id;
    }

    @Override
    public String nodeId() {
        return nodeId;
    }

    Phase phase() {
        return phase;
    }

    /** When the agent was last heard of. */
    long heardNanos() {
        return heardNanos.get();
    }

    @Override
    public void wake() {
        wakes.release();
    }

    @Override
    public void heard() {
        heardNanos.set(sessions.nanoTime());
    }

    @Override
    public void ended(String why) {
        end(Status.CANCELLED.withDescription(why));
    }

    /** Ends the session; the first reason stands. Any thread. */
    void end(Status status) {
        ending.compareAndSet(null, status);
        wake();
    }

    @Override
    public boolean over() {
        return ending.get() != null;
    }

    @Override
    public void opened(long index) {
        openedAt.set(index);
        wake();
    }

    @Override
    public void committed(long sequence) {
        acknowledge.accumulateAndGet(sequence, Math::max);
        wake();
    }

    /** Serves the agent until one side ends it. */
    void run() {
        try {
            Hello hello = awaitHello();
            if (!over()) {
                open(hello);
            }
            if (!over()) {
                serve();
            }
        } catch (InterruptedException e) {
            end(Sessions.tryAnother("this manager is stopping"));
        } catch (RuntimeException e) {
            end(Status.INTERNAL.withDescription("the session failed").withCause(e));
            throw e;
        } finally {
            sessions.gone(this);
            stream.close(endingStatus());
        }
    }

    private Status endingStatus() {
        Status status = ending.get();
        return status == null ? Status.OK : status;
    }

    private Hello awaitHello() throws InterruptedException {
        Optional<AgentMessage> first = stream.take();
        while (first.isEmpty() && !over()) {
            await();
            first = stream.take();
        }
        if (!over() && !first.map(AgentMessage::hasHello).orElse(false)) {
            end(Status.INVALID_ARGUMENT.withDescription("the first message of an agent must be Hello"));
        }
        return first.map(AgentMessage::getHello).orElse(Hello.getDefaultInstance());
    }

    /** The opening is committed, and seen in this manager's own state, before the agent is told that it has a session. */
    private void open(Hello hello) throws InterruptedException {
        ClusterState state = applied.current();
        Optional<Status> obstacle = Admission.obstacle(hello, caller, state, sessions.leadership());
        if (obstacle.isPresent()) {
            end(obstacle.get());
            return;
        }
        nodeId = hello.getNodeId();
        if (!sessions.admit(this)) {
            return;
        }
        reports.open(this, SessionOpened.newBuilder()
                .setNodeId(hello.getNodeId())
                .setNodeName(hello.getNodeName())
                .setSessionId(id)
                .setDescription(hello.getDescription())
                .addAllUnknownTaskIds(Admission.unknownTasks(hello, state))
                .build());
        while (openedAt.get() == 0 && !over()) {
            await();
        }
        if (over()) {
            return;
        }
        try {
            applied.awaitIndex(openedAt.get(), OWN_STATE);
        } catch (TimeoutException e) {
            end(Sessions.tryAnother("this manager lags behind the leader"));
        }
    }

    private void serve() throws InterruptedException {
        ClusterState state = applied.current();
        NodeAssignments assignments = new NodeAssignments(nodeId);
        heard();
        phase = Phase.SERVING;
        stream.send(ManagerMessage.newBuilder()
                .setWelcome(Welcome.newBuilder()
                        .setSessionId(id)
                        .setClusterId(state.cluster().map(Cluster::getId).orElse(""))
                        .setHeartbeatPeriod(sessions.timing().heartbeatPeriod(state)))
                .build());
        sendManagers(state);
        stream.send(ManagerMessage.newBuilder().setAssignments(assignments.complete(state)).build());
        while (!over()) {
            state = applied.current();
            if (!isOurs(state)) {
                end(Sessions.tryAnother("the session was lost or a newer one took its place"));
                return;
            }
            stream.take().ifPresent(this::receive);
            if (stream.isReady()) {
                sendAcknowledgement();
                sendManagers(state);
                assignments.changes(state)
                        .ifPresent(changes -> stream.send(ManagerMessage.newBuilder().setAssignments(changes).build()));
            }
            await();
        }
    }

    private void await() throws InterruptedException {
        wakes.acquire();
        wakes.drainPermits();
    }

    private boolean isOurs(ClusterState state) {
        return state.node(nodeId)
                .map(Node::getSession)
                .filter(session -> session.getId().equals(id) && session.getLostClockMillis() == 0)
                .map(Session::getId)
                .isPresent();
    }

    private void receive(AgentMessage message) {
        switch (message.getKindCase()) {
            case STATUSES -> receive(message.getStatuses());
            case HEARTBEAT -> {
                // That it came is all.
            }
            case HELLO, KIND_NOT_SET ->
                    end(Status.INVALID_ARGUMENT
                            .withDescription("a message that does not belong here: " + message.getKindCase()));
        }
    }

    /** Of tasks that this manager does not know on this node nothing can be said any more; they are acknowledged with the rest. */
    private void receive(StatusReport report) {
        ClusterState state = applied.current();
        List<TaskObservation> known = report.getObservationsList()
                .stream()
                .filter(seen -> state.task(seen.getTaskId()).filter(task -> task.getNodeId().equals(nodeId))
                        .isPresent())
                .map(seen -> seen.toBuilder().setStatus(shortened(seen.getStatus())).build())
                .toList();
        reports.observe(this, report.getSequence(), known);
    }

    private static TaskStatus shortened(TaskStatus status) {
        return status.toBuilder().setMessage(shortened(status.getMessage())).setError(shortened(status.getError()))
                .build();
    }

    private static String shortened(String text) {
        return text.length() <= MAX_TEXT ? text : text.substring(0, text.offsetByCodePoints(0, MAX_TEXT / 2)) + '…';
    }

    private void sendAcknowledgement() {
        long sequence = acknowledge.get();
        if (sequence > acknowledged) {
            acknowledged = sequence;
            stream.send(ManagerMessage.newBuilder().setStatusAck(StatusAck.newBuilder().setSequence(sequence)).build());
        }
    }

    private void sendManagers(ClusterState state) {
        List<String> managers = Sessions.managers(state);
        if (!managers.equals(managersSent)) {
            managersSent = managers;
            stream.send(ManagerMessage.newBuilder()
                    .setManagers(ManagerList.newBuilder().addAllGrpcAddresses(managers))
                    .build());
        }
    }
}
