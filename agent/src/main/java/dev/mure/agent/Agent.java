package dev.mure.agent;

import dev.mure.agent.runtime.ContainerRuntime;
import dev.mure.agent.runtime.RuntimeDescription;
import dev.mure.agent.runtime.RuntimeFailure;
import dev.mure.agent.session.SessionClient;
import dev.mure.agent.session.SessionSettings;
import dev.mure.agent.session.StatusOutbox;
import dev.mure.agent.session.WrongClusterException;
import dev.mure.agent.storage.ClusterFile;
import dev.mure.agent.storage.ClusterRecord;
import dev.mure.agent.task.SupervisionSettings;
import dev.mure.agent.task.TaskTable;
import dev.mure.node.HostName;
import dev.mure.trust.CredentialRenewal;
import dev.mure.trust.Enrolment;
import dev.mure.trust.NodeTls;
import dev.mure.trust.grpc.EnrolmentRefusedException;
import dev.mure.trust.grpc.GrpcTls;
import dev.mure.trust.grpc.Joined;
import dev.mure.trust.grpc.RenewalCall;
import dev.mure.v1.NodeDescription;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import io.netty.handler.ssl.SslContext;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The parts of a running agent, put together. {@link #run} blocks until it is interrupted or refused. */
final class Agent {

    private static final Logger log = LoggerFactory.getLogger(Agent.class);

    private static final Duration ENGINE_LOOK = Duration.ofSeconds(1);

    private final String nodeId;
    private final String nodeName;
    private final List<String> join;
    private final AgentEnrolment enrolment;
    private final ContainerRuntime runtime;
    private final ClusterFile cluster;
    private final SecureRandom random = new SecureRandom();

    Agent(AgentEnrolment enrolment, ContainerRuntime runtime, ClusterFile cluster) {
        this.enrolment = enrolment;
        this.nodeId = enrolment.nodeId();
        this.nodeName = enrolment.nodeName();
        this.join = enrolment.join();
        this.runtime = runtime;
        this.cluster = cluster;
    }

    void run() throws WrongClusterException, EnrolmentRefusedException, IOException, InterruptedException {
        SessionSettings settings = SessionSettings.defaults();
        StatusOutbox outbox = new StatusOutbox(settings.linger());
        try (runtime;
                cluster;
                TaskTable tasks = new TaskTable(nodeId, runtime, outbox, SupervisionSettings.defaults())) {
            Joined joined = enrolment.enter();
            remember(joined);
            NodeTls tls = new NodeTls(joined.credentials());
            SslContext secured = GrpcTls.client(tls);
            CredentialRenewal renewal =
                    new CredentialRenewal(enrolment.folder(), tls, request -> renew(secured, request), random);
            SessionClient session = new SessionClient(nodeId, nodeName, description(), join, cluster, tasks, outbox,
                    address -> dial(secured, address), settings, new Random());
            Thread renewing = Thread.ofVirtual().name("certificate-renewal").start(() -> renewAsLongAsItRuns(renewal));
            try {
                session.run();
            } finally {
                renewing.interrupt();
            }
        }
    }

    /** Managers that have not heard of the node yet don't serve it. */
    private void remember(Joined joined) throws WrongClusterException, IOException {
        String clusterId = joined.credentials().identity().clusterId();
        ClusterRecord known = cluster.record();
        if (!known.clusterId().isEmpty() && !known.clusterId().equals(clusterId)) {
            throw new WrongClusterException("the certificate in " + enrolment.folder().path() + " is of cluster "
                    + clusterId + ", the containers of this node belong to cluster " + known.clusterId());
        }
        if (known.clusterId().isEmpty()) {
            cluster.update(record -> record.joined(clusterId).served(joined.clusterEpoch(), joined.index()));
            cluster.flush();
            log.info("Joined cluster {}", clusterId);
        }
    }

    private static void renewAsLongAsItRuns(CredentialRenewal renewal) {
        try {
            renewal.run();
        } catch (InterruptedException e) {
            log.debug("Ended");
        }
    }

    /** By any of the managers. */
    private Enrolment.Signed renew(SslContext secured, byte[] request) throws IOException {
        List<String> managers = new ArrayList<>(cluster.record().managers());
        managers.addAll(join);
        ManagedChannel channel = dial(secured, managers.get(random.nextInt(managers.size())));
        try {
            return RenewalCall.on(channel, request);
        } finally {
            channel.shutdownNow();
        }
    }

    /** Waits for the engine: without it the node can do nothing, and should not look as if it could. */
    private NodeDescription description() throws InterruptedException {
        for (boolean first = true;; first = false) {
            try {
                RuntimeDescription engine = runtime.describe();
                log.info("Node {} ({}): runs containers with {} {}, joins by {}", nodeId, nodeName, engine.runtime(),
                        engine.version(), String.join(", ", join));
                return NodeDescription.newBuilder()
                        .setHostname(HostName.ofThisMachine())
                        .setOs(Machine.os())
                        .setArchitecture(Machine.architecture())
                        .setNanoCpus(Machine.nanoCpus())
                        .setMemoryBytes(Machine.memoryBytes())
                        .setRuntime(engine.runtime())
                        .setEngineVersion(engine.version())
                        .build();
            } catch (RuntimeFailure e) {
                if (first) {
                    log.warn("Waiting for the container engine: {}", e.reason());
                }
                Thread.sleep(ENGINE_LOOK);
            }
        }
    }

    private static ManagedChannel dial(SslContext secured, String address) {
        return NettyChannelBuilder.forTarget(address).sslContext(secured).build();
    }
}
