package dev.mure.agent.session;

import dev.mure.agent.runtime.RuntimeFailure;
import dev.mure.agent.storage.ClusterFile;
import dev.mure.agent.storage.ClusterRecord;
import dev.mure.agent.task.TaskTable;
import dev.mure.v1.AgentMessage;
import dev.mure.v1.Assignments;
import dev.mure.v1.Heartbeat;
import dev.mure.v1.Hello;
import dev.mure.v1.ManagerMessage;
import dev.mure.v1.NodeDescription;
import dev.mure.v1.StatusReport;
import dev.mure.v1.Welcome;
import io.grpc.ManagedChannel;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.ClosedByInterruptException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a session with some manager. {@link #run} blocks for the life of the agent; while a session is held, two more virtual
 * threads send what is to be sent and ask whether the manager still answers. No manager and no session ever touch a
 * container: what is lost here is only news.
 */
public final class SessionClient {

    private static final Logger log = LoggerFactory.getLogger(SessionClient.class);

    /** Bounds each wait for a message, so that no thread waits for ever; nothing happens when it is over. */
    private static final Duration LISTEN_LIMIT = Duration.ofMinutes(1);
    private static final Duration GOODBYE_LIMIT = Duration.ofSeconds(1);
    private static final Duration DEFAULT_HEARTBEAT = Duration.ofSeconds(1);
    private static final Duration MIN_HEARTBEAT = Duration.ofMillis(10);

    private final String nodeId;
    private final String nodeName;
    private final NodeDescription description;
    private final ClusterFile cluster;
    private final TaskTable tasks;
    private final StatusOutbox outbox;
    private final Function<String, ManagedChannel> dial;
    private final SessionSettings settings;
    private final Random random;
    private final ManagerRoster roster;

    // Only the thread of run().
    private int fruitless;
    private boolean complained;

    /**
     * Does not connect yet.
     *
     * @param join
     *            managers' addresses given at start, added to those in the cluster's record
     * @param dial
     *            opens a channel to an address; the client closes it
     */
    public SessionClient(String nodeId, String nodeName, NodeDescription description, List<String> join,
            ClusterFile cluster,
            TaskTable tasks, StatusOutbox outbox, Function<String, ManagedChannel> dial, SessionSettings settings,
            Random random) {
        this.nodeId = nodeId;
        this.nodeName = nodeName;
        this.description = description;
        this.cluster = cluster;
        this.tasks = tasks;
        this.outbox = outbox;
        this.dial = dial;
        this.settings = settings;
        this.random = random;
        this.roster = new ManagerRoster(join, cluster.record().managers(), random);
    }

    /**
     * Goes from session to session until the thread is interrupted.
     *
     * @throws WrongClusterException
     *             a manager says that this node is none of its cluster's
     */
    public void run() throws WrongClusterException, InterruptedException {
        while (true) {
            String manager = roster.next();
            try {
                takeOverContainers();
                converse(manager);
            } catch (SessionEndedException e) {
                if (e.isRefused()) {
                    throw new WrongClusterException(
                            "manager " + manager + " refuses this node: " + e.reason());
                }
                complain("manager " + manager + ": " + e.reason());
            } catch (RuntimeFailure e) {
                fruitless++;
                complain("the node can't take tasks yet: " + e.reason());
            }
            pause();
        }
    }

    private void takeOverContainers() throws RuntimeFailure, InterruptedException {
        String known = cluster.record().clusterId();
        if (!known.isEmpty()) {
            tasks.adopt(known);
        }
    }

    /** One session, from hello to its end. */
    private void converse(String manager)
            throws SessionEndedException, WrongClusterException, RuntimeFailure, InterruptedException {
        fruitless++;
        ManagedChannel channel = dial.apply(manager);
        try (ManagerStream stream = ManagerStream.open(channel)) {
            stream.send(AgentMessage.newBuilder().setHello(hello()).build(), settings.welcomeLimit());
            Welcome welcome = awaitWelcome(stream);
            join(manager, welcome.getClusterId());
            log.info("Session {} with manager {}", welcome.getSessionId(), manager);
            roster.served(manager);
            fruitless = 0;
            complained = false;
            try {
                serve(channel, stream, heartbeatPeriod(welcome));
            } finally {
                roster.lost(manager);
            }
        } finally {
            // Lets a goodbye through.
            if (!channel.shutdown().awaitTermination(GOODBYE_LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
                channel.shutdownNow();
            }
        }
    }

    private Hello hello() {
        ClusterRecord known = cluster.record();
        return Hello.newBuilder()
                .setNodeId(nodeId)
                .setNodeName(nodeName)
                .setClusterId(known.clusterId())
                .setClusterEpoch(known.epoch())
                .setAppliedIndex(known.index())
                .setDescription(description)
                .addAllHeldTaskIds(tasks.heldTaskIds())
                .build();
    }

    private Welcome awaitWelcome(ManagerStream stream) throws SessionEndedException, InterruptedException {
        Optional<ManagerMessage> first = stream.receive(settings.welcomeLimit());
        if (first.isEmpty() || !first.get().hasWelcome()) {
            SessionEndedException why = new SessionEndedException(
                    first.isEmpty() ? "no welcome within " + settings.welcomeLimit().toMillis() + " ms" : "no welcome");
            stream.fail(why);
            throw why;
        }
        return first.get().getWelcome();
    }

    /** Remembers the cluster before anything is done for it, so that a restarted agent knows whose containers it holds. */
    private void join(String manager, String clusterId)
            throws WrongClusterException, RuntimeFailure, InterruptedException {
        String known = cluster.record().clusterId();
        if (known.isEmpty()) {
            cluster.update(record -> record.joined(clusterId));
            try {
                cluster.flush();
            } catch (ClosedByInterruptException e) {
                throw new InterruptedException("the agent ends");
            } catch (IOException e) {
                throw new UncheckedIOException("can't remember the cluster", e);
            }
            log.info("Joined cluster {}", clusterId);
        } else if (!known.equals(clusterId)) {
            throw new WrongClusterException(
                    "manager " + manager + " belongs to cluster " + clusterId + ", this node to cluster " + known);
        }
        tasks.adopt(clusterId);
    }

    private void serve(ManagedChannel channel, ManagerStream stream, Duration heartbeat)
            throws SessionEndedException, InterruptedException {
        outbox.restart();
        Thread sender = Thread.ofVirtual().name("session-sender").start(() -> send(stream, heartbeat));
        Thread probe = Thread.ofVirtual().name("session-probe").start(() -> probe(channel, stream));
        try {
            while (true) {
                Optional<ManagerMessage> message = stream.receive(LISTEN_LIMIT);
                if (message.isPresent()) {
                    take(message.get());
                }
            }
        } finally {
            sender.interrupt();
            probe.interrupt();
            sender.join();
            probe.join();
        }
    }

    private void take(ManagerMessage message) throws SessionEndedException {
        switch (message.getKindCase()) {
            case ASSIGNMENTS -> take(message.getAssignments());
            case STATUS_ACK -> outbox.acknowledge(message.getStatusAck().getSequence());
            case MANAGERS -> {
                List<String> managers = message.getManagers().getGrpcAddressesList();
                roster.learn(managers);
                cluster.update(record -> record.withManagers(managers));
            }
            case WELCOME -> throw new SessionEndedException("a second welcome");
            case KIND_NOT_SET -> log.debug("A message of a later version");
        }
    }

    private void take(Assignments assignments) throws SessionEndedException {
        ClusterRecord known = cluster.record();
        long epoch = assignments.getClusterEpoch();
        long index = assignments.getAppliedIndex();
        if (epoch < known.epoch() || (epoch == known.epoch() && index < known.index())) {
            throw new SessionEndedException(
                    "assignments of index " + epoch + "/" + index + " are older than those we have, "
                            + known.epoch() + "/" + known.index());
        }
        tasks.apply(assignments);
        cluster.update(record -> record.served(epoch, index));
    }

    // --- The sending thread

    private void send(ManagerStream stream, Duration heartbeat) {
        try {
            while (true) {
                Optional<StatusReport> report = outbox.await(heartbeat);
                AgentMessage.Builder message = AgentMessage.newBuilder();
                if (report.isPresent()) {
                    message.setStatuses(report.get());
                } else {
                    message.setHeartbeat(Heartbeat.getDefaultInstance());
                }
                stream.send(message.build(), settings.ackLimit());
                if (outbox.unacknowledgedFor().compareTo(settings.ackLimit()) > 0) {
                    throw new SessionEndedException(
                            "no acknowledgement of statuses within " + settings.ackLimit().toMillis() + " ms");
                }
            }
        } catch (SessionEndedException e) {
            stream.fail(e);
        } catch (InterruptedException e) {
            log.debug("Session ended");
        }
    }

    // --- The probing thread

    private void probe(ManagedChannel channel, ManagerStream stream) {
        try {
            while (true) {
                Thread.sleep(settings.probePeriod());
                boolean answers = ManagerProbe.answers(channel, settings.probeLimit());
                if (!answers && !Thread.currentThread().isInterrupted()) {
                    stream.fail(new SessionEndedException(
                            "the manager does not answer within " + settings.probeLimit().toMillis() + " ms"));
                    return;
                }
            }
        } catch (InterruptedException e) {
            log.debug("Session ended");
        }
    }

    private static Duration heartbeatPeriod(Welcome welcome) {
        Duration period = Duration.ofSeconds(welcome.getHeartbeatPeriod().getSeconds(),
                welcome.getHeartbeatPeriod().getNanos());
        if (period.isZero()) {
            return DEFAULT_HEARTBEAT;
        }
        return period.compareTo(MIN_HEARTBEAT) < 0 ? MIN_HEARTBEAT : period;
    }

    /** Short while there are managers that were not tried, longer with every round in which none served us. */
    private void pause() throws InterruptedException {
        int rounds = fruitless / Math.max(1, roster.size());
        long longest = Math.min(settings.retryMin().toNanos() << Math.min(rounds, 20), settings.retryMax().toNanos());
        Thread.sleep(Duration.ofNanos(longest / 2 + random.nextLong(longest / 2 + 1)));
    }

    /** Once per outage; a long one is repeated by whoever looks at the node's state. */
    private void complain(String what) {
        if (complained) {
            log.debug("No session: {}", what);
        } else {
            complained = true;
            log.warn("No session, trying on: {}", what);
        }
    }
}
