package dev.mure.agent;

import dev.mure.agent.runtime.ContainerRuntime;
import dev.mure.agent.runtime.RuntimeDescription;
import dev.mure.agent.runtime.RuntimeFailure;
import dev.mure.agent.session.SessionClient;
import dev.mure.agent.session.SessionSettings;
import dev.mure.agent.session.StatusOutbox;
import dev.mure.agent.session.WrongClusterException;
import dev.mure.agent.storage.ClusterFile;
import dev.mure.agent.task.SupervisionSettings;
import dev.mure.agent.task.TaskTable;
import dev.mure.node.HostName;
import dev.mure.v1.NodeDescription;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import java.io.IOException;
import java.time.Duration;
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
    private final ContainerRuntime runtime;
    private final ClusterFile cluster;

    Agent(String nodeId, String nodeName, List<String> join, ContainerRuntime runtime, ClusterFile cluster) {
        this.nodeId = nodeId;
        this.nodeName = nodeName;
        this.join = join;
        this.runtime = runtime;
        this.cluster = cluster;
    }

    void run() throws WrongClusterException, IOException, InterruptedException {
        SessionSettings settings = SessionSettings.defaults();
        StatusOutbox outbox = new StatusOutbox(settings.linger());
        try (runtime;
                cluster;
                TaskTable tasks = new TaskTable(nodeId, runtime, outbox, SupervisionSettings.defaults())) {
            SessionClient session = new SessionClient(nodeId, nodeName, description(), join, cluster, tasks, outbox,
                    Agent::dial, settings, new Random());
            session.run();
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

    private static ManagedChannel dial(String address) {
        return NettyChannelBuilder.forTarget(address).usePlaintext().build();
    }
}
