package dev.mure.cli.command.demo;

import dev.mure.cli.connect.Code;
import dev.mure.cli.connect.ControlClient;
import dev.mure.cli.connect.ControlException;
import dev.mure.cli.connect.Endpoint;
import dev.mure.cli.process.CommandFailure;
import dev.mure.cli.process.ExitCode;
import dev.mure.cli.process.TimeSource;
import dev.mure.v1.CertificateRole;
import dev.mure.v1.Consistency;
import dev.mure.v1.GetJoinTokenRequest;
import dev.mure.v1.ListNodesRequest;
import dev.mure.v1.ListNodesResponse;
import dev.mure.v1.ListTasksRequest;
import dev.mure.v1.NodeState;
import dev.mure.v1.NodeView;
import dev.mure.v1.TaskView;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/** Three nodes in one folder, each a manager and an agent as separate processes on loopback. */
final class DemoCluster {
    static final int NODES = 3;

    /** Six programs start at once and live for a minute: what the better compiler gains comes too late for them. */
    private static final String SHORT_LIVED = "-XX:TieredStopAtLevel=1";

    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final Duration POLL = Duration.ofMillis(100);
    private static final String LOOPBACK = "127.0.0.1";

    private final Path launcher;
    private final Path folder;
    private final Map<String, String> javaOptions;
    private final TimeSource time;
    private final List<Integer> grpcPorts;
    private final List<Integer> raftPorts;
    private final Member[] managers = new Member[NODES];
    private final List<Member> members = new ArrayList<>();
    private String managerToken = "";
    private String workerToken = "";
    private boolean closed;

    /**
     * @param launcher the {@code bin/mure} of this distribution
     * @param folder a fresh one
     * @param javaOptions of members that need other ones than all, by {@link #managerOf} or {@link #agentOf}
     */
    DemoCluster(Path launcher, Path folder, Map<String, String> javaOptions, TimeSource time) throws IOException {
        this.launcher = launcher;
        this.folder = folder;
        this.javaOptions = Map.copyOf(javaOptions);
        this.time = time;
        List<Integer> ports = freePorts(2 * NODES);
        this.grpcPorts = ports.subList(0, NODES);
        this.raftPorts = ports.subList(NODES, 2 * NODES);
    }

    /** What {@code MURE_HOST} is set to. */
    String hosts() {
        StringBuilder hosts = new StringBuilder();
        for (int node = 0; node < NODES; node++) {
            hosts.append(node == 0 ? "" : ",").append(endpoint(node));
        }
        return hosts.toString();
    }

    /** All tasks of the cluster. */
    List<TaskView> tasks() {
        try {
            return client().listTasks(ListTasksRequest.getDefaultInstance()).getTasksList();
        } catch (ControlException e) {
            if (e.code() == Code.NOT_FOUND) {
                return List.of();
            }
            throw e;
        }
    }

    /** Waits until nothing is left of services that were removed. */
    void awaitNoTasks() {
        await("the tasks to end", () -> tasks().isEmpty());
    }

    /** A client of all managers. */
    private ControlClient client() {
        List<Endpoint> endpoints = new ArrayList<>();
        for (int node = 0; node < NODES; node++) {
            endpoints.add(endpoint(node));
        }
        return new ControlClient(endpoints, time);
    }

    /** Starts all and waits until the cluster is whole. */
    void start() throws IOException {
        Images.write(folder.resolve("images"));
        for (int node = 0; node < NODES; node++) {
            Files.createDirectories(nodeFolder(node));
        }
        startManager(0);
        await("the first manager", this::hasTokens);
        // All at once: the agents' nodes have certificates as soon as their managers have them.
        for (int node = 1; node < NODES; node++) {
            startManager(node);
        }
        for (int node = 0; node < NODES; node++) {
            startAgent(node);
        }
        await("three managers and three agents", this::isWhole);
    }

    /** Starts a manager that is not there, or not any more. */
    void startManager(int node) throws IOException {
        List<String> command = new ArrayList<>(List.of(launcher.toString(), "manager", "--data-dir",
                nodeFolder(node).toString(), "--name", name(node), "--grpc-port", grpcPorts.get(node).toString(),
                "--raft-port", raftPorts.get(node).toString()));
        if (node == 0) {
            command.add("--init");
        } else {
            command.addAll(List.of("--join", LOOPBACK + ":" + grpcPorts.getFirst()));
        }
        managers[node] = add(managerOf(node), nodeFolder(node).resolve("manager.log"), command, managerToken);
    }

    /**
     * A manager that was killed.
     *
     * @param node whose manager it was
     */
    record Killed(int node, long pid) {}

    /** Kills the manager that leads, with SIGKILL. */
    Killed killLeader() {
        for (NodeView node : nodes()) {
            for (int i = 0; i < NODES; i++) {
                if (node.getLeader() && node.getNode().getName().equals(name(i))) {
                    Member leader = managers[i];
                    synchronized (this) {
                        members.remove(leader);
                    }
                    leader.kill();
                    return new Killed(i, leader.process().pid());
                }
            }
        }
        throw new CommandFailure(ExitCode.FAILURE, "the cluster has no leader");
    }

    /** Stops a manager from doing anything for a while, as a machine does that swaps. */
    void freezeManager(int node, Duration howLong) {
        managers[node].freeze();
        try {
            time.pause(howLong);
        } finally {
            managers[node].thaw();
        }
    }

    static String name(int node) {
        return "node" + (node + 1);
    }

    static String managerOf(int node) {
        return name(node) + "'s manager";
    }

    static String agentOf(int node) {
        return name(node) + "'s agent";
    }

    /** Waits for something that has to come soon. */
    void await(String what, BooleanSupplier condition) {
        long deadline = time.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            if (time.nanoTime() - deadline > 0) {
                throw new CommandFailure(ExitCode.FAILURE,
                        "waited " + PATIENCE.toSeconds() + " seconds for " + what + "; see the logs in "
                                + folder);
            }
            time.pause(POLL);
        }
    }

    /** The process ids of managers and agents. */
    synchronized String pids() {
        StringBuilder pids = new StringBuilder();
        for (Member member : members) {
            pids.append(pids.isEmpty() ? "" : " ").append(member.process().pid());
        }
        return pids.toString();
    }

    /**
     * Ends everything, after the services were removed. Called again it does nothing.
     *
     * @param patience with each, before it is killed
     */
    synchronized void stop(Duration patience) {
        if (!closed) {
            closed = true;
            for (Member member : members) {
                member.process().destroy();
            }
            for (Member member : members) {
                member.awaitEnd(patience);
            }
        }
    }

    /** Ends everything that was started at once, tasks too. Called again it does nothing. */
    synchronized void kill() {
        if (!closed) {
            closed = true;
            for (Member member : members) {
                member.killWithTasks();
            }
        }
    }

    /** Removes the folder. */
    void removeFolder() {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw new CommandFailure(ExitCode.FAILURE, "cannot remove " + folder + ": " + e.getMessage());
        }
    }

    private synchronized Member add(String name, Path log, List<String> command, String joinToken)
            throws IOException {
        if (closed) {
            throw new CommandFailure(ExitCode.INTERRUPTED, "interrupted");
        }
        Member member =
                Member.start(name, log, command, javaOptions.getOrDefault(name, SHORT_LIVED), joinToken);
        members.add(member);
        return member;
    }

    private void startAgent(int node) throws IOException {
        StringBuilder join = new StringBuilder();
        for (int port : grpcPorts) {
            join.append(join.isEmpty() ? "" : ",").append(LOOPBACK).append(':').append(port);
        }
        add(agentOf(node), nodeFolder(node).resolve("agent.log"),
                List.of(launcher.toString(), "agent", "--data-dir", nodeFolder(node).toString(), "--name", name(node),
                        "--join",
                        join.toString(), "--runtime", "process", "--images", folder.resolve("images").toString()),
                workerToken);
    }

    /** Gets the tokens with which the others join; false while the first manager has none. */
    private boolean hasTokens() {
        requireAllRun();
        ControlClient first = new ControlClient(List.of(endpoint(0)), time);
        try {
            managerToken = token(first, CertificateRole.CERTIFICATE_ROLE_MANAGER);
            workerToken = token(first, CertificateRole.CERTIFICATE_ROLE_WORKER);
            return true;
        } catch (CommandFailure e) {
            return false;
        }
    }

    private static String token(ControlClient client, CertificateRole role) {
        return client.getJoinToken(GetJoinTokenRequest.newBuilder().setRole(role).build()).getToken();
    }

    private boolean isWhole() {
        int whole = 0;
        for (NodeView node : nodes()) {
            boolean manages = node.getNode().hasManager() && (node.getLeader() || node.getReachable());
            whole += manages && node.getNode().getState() == NodeState.NODE_STATE_READY ? 1 : 0;
        }
        return whole == NODES;
    }

    /** The nodes as a manager that leads or follows knows them; none while there is no such manager. */
    private List<NodeView> nodes() {
        requireAllRun();
        try {
            ListNodesResponse response = client().listNodes(
                    ListNodesRequest.newBuilder().setConsistency(Consistency.CONSISTENCY_LINEARIZABLE).build());
            return response.getNodesList();
        } catch (CommandFailure e) {
            return List.of();
        }
    }

    private synchronized void requireAllRun() {
        if (closed) {
            throw new CommandFailure(ExitCode.INTERRUPTED, "interrupted");
        }
        for (Member member : members) {
            if (!member.process().isAlive()) {
                throw new CommandFailure(ExitCode.FAILURE, member.name() + " ended by itself; see " + member.log());
            }
        }
    }

    private Path nodeFolder(int node) {
        return folder.resolve(name(node));
    }

    private Endpoint endpoint(int node) {
        return new Endpoint.UnixSocket(nodeFolder(node).resolve("mure.sock"));
    }

    /** Ports that were free a moment ago; all held at once, so that they differ. */
    private static List<Integer> freePorts(int count) throws IOException {
        List<ServerSocket> sockets = new ArrayList<>();
        List<Integer> ports = new ArrayList<>();
        try {
            for (int i = 0; i < count; i++) {
                ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                sockets.add(socket);
                ports.add(socket.getLocalPort());
            }
        } finally {
            for (ServerSocket socket : sockets) {
                socket.close();
            }
        }
        return ports;
    }
}
