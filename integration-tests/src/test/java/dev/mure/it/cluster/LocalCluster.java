package dev.mure.it.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mure.it.control.ControlClient;
import dev.mure.v1.CertificateRole;
import dev.mure.v1.NodeState;
import dev.mure.v1.NodeView;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Managers {@code m1}, {@code m2} … and agents {@code a1}, {@code a2} … as processes of this machine, in one temporary
 * folder. Closing it ends all of them and their tasks.
 */
public final class LocalCluster implements AutoCloseable {

    /** In which everything of a cluster has to have settled after a fault; far above what it takes. */
    public static final Duration SETTLE_LIMIT = Duration.ofSeconds(45);

    private static final Duration START_LIMIT = Duration.ofSeconds(60);
    private static final Duration LOOK = Duration.ofMillis(50);

    private final Distribution distribution;
    private final TestFolder folder;
    private final AgentRuntime runtime;
    private final Network network;
    private final Map<String, ManagerNode> managers = new LinkedHashMap<>();
    private final Map<String, MureProcess> agents = new LinkedHashMap<>();
    private final List<MureProcess> strangers = new ArrayList<>();
    private final Steering steering;
    private int lastManager;
    private final Thread atExit = new Thread(this::killAll, "kill-cluster");

    private LocalCluster(AgentRuntime runtime, Network network) {
        this.distribution = Distribution.ofThisBuild();
        this.runtime = runtime;
        this.network = network;
        this.folder = TestFolder.create();
        this.steering = new Steering(folder.folder("steering"));
        ProcessImages.write(folder.folder("images"), folder.folder("steering"));
        Runtime.getRuntime().addShutdownHook(atExit);
    }

    /** Starts a cluster and waits until all of it is ready. */
    public static LocalCluster start(ClusterShape shape, AgentRuntime runtime) {
        return start(shape, runtime, new Network.Loopback());
    }

    /**
     * The same over a network of its own.
     *
     * @param network
     *            closed with the cluster
     */
    public static LocalCluster start(ClusterShape shape, AgentRuntime runtime, Network network) {
        LocalCluster cluster = new LocalCluster(runtime, network);
        try {
            cluster.startAll(shape);
            return cluster;
        } catch (Throwable e) {
            String tails = new ClusterLogs(cluster.processes()).tails();
            cluster.close();
            throw new AssertionError("The cluster did not start: " + e.getMessage() + tails, e);
        }
    }

    private void startAll(ClusterShape shape) {
        addManager("--init").process().start();
        awaitLeader();
        for (int i = 1; i < shape.managers(); i++) {
            addManager("--join", manager("m1").address()).process().start();
        }
        if (shape.agentBesideFirstManager()) {
            addAgent("m1").start();
        }
        for (int i = 1; i <= shape.agents(); i++) {
            addAgent("a" + i).start();
        }
        awaitComplete();
    }

    /** Makes the next manager without starting it. */
    public ManagerNode addManager(String... flags) {
        ManagerNode manager = manager("m" + ++lastManager, FreePorts.next(), FreePorts.next(), flags);
        managers.put(manager.name(), manager);
        return manager;
    }

    /** A manager that is gone for good; it must be dead. */
    public void forget(ManagerNode manager) {
        assertThat(manager.process().isAlive()).as("%s runs", manager.name()).isFalse();
        managers.remove(manager.name());
    }

    /** The same manager as it is when a user starts it with other flags. */
    public ManagerNode withFlags(ManagerNode manager, String... flags) {
        ManagerNode changed = manager(manager.name(), manager.grpcPort(), manager.raftPort(), flags);
        managers.put(changed.name(), changed);
        return changed;
    }

    /** A manager or an agent with a folder of its own that is no part of the cluster, whatever becomes of it; not started. */
    public MureProcess stranger(String program, String name, List<String> flags) {
        List<String> command = program.equals("manager")
                ? managerCommand(name, FreePorts.next(), FreePorts.next())
                : agentCommand(name);
        command.addAll(flags);
        MureProcess stranger = process(name, command, name);
        strangers.add(stranger);
        return stranger;
    }

    private List<String> managerCommand(String name, int grpcPort, int raftPort) {
        List<String> command = launcher(name);
        command.addAll(List.of("manager", "--data-dir", folder.folder(name).toString(), "--name", name,
                "--advertise", network.host(name).address(),
                "--grpc-port", Integer.toString(grpcPort), "--raft-port", Integer.toString(raftPort)));
        return command;
    }

    private List<String> launcher(String node) {
        List<String> command = new ArrayList<>(network.host(node).launcher());
        command.add(distribution.launcher().toString());
        return command;
    }

    private List<String> agentCommand(String name) {
        List<String> command = launcher(name);
        command.addAll(List.of("agent", "--data-dir", folder.folder(name).toString(), "--name", name));
        command.addAll(runtime.flags(folder.folder("images")));
        return command;
    }

    private ManagerNode manager(String name, int grpcPort, int raftPort, String... flags) {
        Path dataDir = folder.folder(name);
        List<String> command = managerCommand(name, grpcPort, raftPort);
        command.addAll(List.of(flags));
        if (List.of(flags).contains("--join")) {
            command.addAll(List.of("--token", control().joinToken(CertificateRole.CERTIFICATE_ROLE_MANAGER)));
        }
        return new ManagerNode(process(name, command, name), dataDir, network.host(name).address(), grpcPort, raftPort);
    }

    private MureProcess addAgent(String name) {
        List<String> command = agentCommand(name);
        command.addAll(
                List.of("--join", managers.values().stream().map(ManagerNode::address).collect(Collectors.joining(",")),
                        "--token", control().joinToken(CertificateRole.CERTIFICATE_ROLE_WORKER)));
        MureProcess agent = process(name, command, name + "-agent");
        agents.put(name, agent);
        return agent;
    }

    private MureProcess process(String name, List<String> command, String log) {
        return new MureProcess(name, command, distribution.environment(), folder.folder("logs").resolve(log + ".log"));
    }

    /** A manager by its name. */
    public ManagerNode manager(String name) {
        return Optional.ofNullable(managers.get(name)).orElseThrow();
    }

    /** All managers, dead ones too. */
    public List<ManagerNode> managers() {
        return List.copyOf(managers.values());
    }

    /** An agent by its name. */
    public MureProcess agent(String name) {
        return Optional.ofNullable(agents.get(name)).orElseThrow();
    }

    /** All agents, dead ones too. */
    public List<MureProcess> agents() {
        return List.copyOf(agents.values());
    }

    /** The Control API through whichever manager answers. */
    public ControlClient control() {
        return new ControlClient(managers.values().stream().map(ManagerNode::door).toList());
    }

    /** The command line, told of all managers. */
    public MureCli cli() {
        return cli(managers.values().stream().map(ManagerNode::host).collect(Collectors.joining(",")));
    }

    /** The command line with an own {@code MURE_HOST}. */
    public MureCli cli(String hosts) {
        return MureCli.of(distribution, folder.folder("home"), hosts);
    }

    /** Steers the tasks of the steered images. */
    public Steering steering() {
        return steering;
    }

    /** What runs of the process runtime's tasks: by task id the processes that lead a group. */
    public Map<String, SortedSet<Long>> taskProcesses() {
        return TaskProcesses.under(folder.path());
    }

    /** The logs of all processes, for the report about a failure. */
    public ClusterLogs logs() {
        return new ClusterLogs(processes());
    }

    /** The manager that leads, once one of the living does. */
    public ManagerNode awaitLeader() {
        return await("a leader").atMost(START_LIMIT).pollInterval(LOOK).pollDelay(Duration.ZERO)
                .until(this::leader, Optional::isPresent).orElseThrow();
    }

    private Optional<ManagerNode> leader() {
        // Else the end of the only manager would be told as a timeout.
        assertThat(managers.values()).as("managers that run").anyMatch(manager -> manager.process().isAlive());
        return control().nodes().stream().filter(NodeView::getLeader)
                .map(node -> manager(node.getNode().getName()))
                .filter(manager -> manager.process().isAlive())
                .findFirst();
    }

    /** A manager that runs and does not lead. */
    public ManagerNode follower() {
        ManagerNode leader = awaitLeader();
        return managers.values().stream().filter(manager -> !manager.equals(leader) && manager.process().isAlive())
                .findFirst().orElseThrow();
    }

    /** Waits until every manager is reachable and has applied what the leader has, and every agent is ready. */
    public void awaitComplete() {
        await("managers and agents are ready").atMost(START_LIMIT).pollInterval(LOOK).pollDelay(Duration.ZERO)
                .untilAsserted(this::assertComplete);
    }

    private void assertComplete() {
        List<NodeView> nodes = control().nodes();
        assertThat(nodes).filteredOn(node -> node.getNode().hasManager() && node.getReachable())
                .extracting(node -> node.getNode().getName())
                .containsExactlyInAnyOrderElementsOf(managers.keySet());
        assertThat(nodes)
                .filteredOn(node -> node.getNode().hasSession()
                        && node.getNode().getState() == NodeState.NODE_STATE_READY)
                .extracting(node -> node.getNode().getName())
                .containsExactlyInAnyOrderElementsOf(agents.keySet());
        long index = control().cluster().getIndex();
        for (ManagerNode manager : managers.values()) {
            assertThat(manager.control().staleCluster().getIndex()).as("applied index of %s", manager.name())
                    .isGreaterThanOrEqualTo(index);
        }
    }

    /** Makes it whole again after a test that left it hurt. */
    public void restore() {
        steering.release();
        for (MureProcess process : processes()) {
            if (process.isAlive()) {
                process.resume();
            } else {
                process.start();
            }
        }
        awaitComplete();
    }

    private List<MureProcess> processes() {
        return Stream.concat(managers.values().stream().map(ManagerNode::process), agents.values().stream()).toList();
    }

    @Override
    public void close() {
        Runtime.getRuntime().removeShutdownHook(atExit);
        killAll();
        network.close();
        folder.close();
    }

    /** Agents first, so that none starts a task again. */
    private void killAll() {
        agents.values().forEach(MureProcess::kill);
        strangers.forEach(MureProcess::kill);
        managers.values().forEach(manager -> manager.process().kill());
        TaskProcesses.killAll(folder.path());
    }
}
