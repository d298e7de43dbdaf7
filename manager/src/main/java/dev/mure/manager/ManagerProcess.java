package dev.mure.manager;

import dev.mure.manager.api.ManagerChannels;
import dev.mure.manager.api.Statuses;
import dev.mure.manager.raft.DeathReason;
import dev.mure.manager.raft.RaftIdentity;
import dev.mure.manager.raft.RaftMember;
import dev.mure.manager.raft.RaftSettings;
import dev.mure.manager.raft.RaftStartException;
import dev.mure.node.DataFolder;
import dev.mure.node.RandomId;
import dev.mure.v1.AdmitManagerRequest;
import dev.mure.v1.DescribeClusterResponse;
import dev.mure.v1.ManagerRole;
import java.io.IOException;
import java.nio.channels.FileLock;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One manager from start to end: claims its folder, joins or makes its cluster, opens the doors, and waits for its end. */
final class ManagerProcess {

    private static final Logger log = LoggerFactory.getLogger(ManagerProcess.class);

    private static final Duration FIND_CLUSTER = Duration.ofSeconds(60);
    private static final Duration ADMISSION = Duration.ofSeconds(60);

    private final ManagerOptions options;
    private final SecureRandom random = new SecureRandom();

    ManagerProcess(ManagerOptions options) {
        this.options = options;
    }

    /**
     * Runs until the process is told to stop, which never returns, or until this manager can't go on.
     *
     * @return the exit code of the process
     */
    int run() throws CannotStartException, InterruptedException {
        try {
            DataFolder folder = DataFolder.open(options.dataDir());
            Optional<FileLock> claimed = folder.lock("manager");
            if (claimed.isEmpty()) {
                throw new CannotStartException(
                        "another manager runs on " + folder.path() + ": stop it or use another --data-dir");
            }
            return run(folder);
        } catch (IOException e) {
            throw new CannotStartException(Statuses.line(e));
        } catch (RaftStartException e) {
            throw new CannotStartException(Statuses.line(e), e.exitCode());
        }
    }

    private int run(DataFolder folder)
            throws CannotStartException, RaftStartException, IOException, InterruptedException {
        String nodeId = folder.nodeId(random);
        if (options.listensEverywhere()) {
            log.warn("Listens on all addresses without encryption or authentication, because of --insecure");
        }
        ManagerChannels channels = new ManagerChannels(System::nanoTime);
        RaftMember member = enter(folder, nodeId, channels);
        Manager manager = new Manager(options, folder, nodeId, member, channels, random);
        Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().name("stop").unstarted(() -> stop(manager)));
        manager.start();
        announce(member, channels, nodeId);
        log.info("Manager {} ({}) is ready: {}, gRPC {}, Raft {}", options.name(), nodeId, folder.resolve("mure.sock"),
                options.grpcAddress(), options.raftAddress());
        return exitCodeOf(member);
    }

    private RaftMember enter(DataFolder folder, String nodeId, ManagerChannels channels)
            throws CannotStartException, RaftStartException, IOException, InterruptedException {
        Duration election = Duration.ofMillis(options.electionTimeoutMillis());
        RaftSettings settings =
                RaftSettings.of(folder.path(), options.bindHost(), options.raftPort(), options.raftAddress())
                        .withElectionTimeout(election, election.multipliedBy(2));
        Optional<RaftIdentity> known = RaftIdentity.load(settings);
        if (known.isPresent()) {
            if (options.init() || !options.join().isEmpty()) {
                log.info("{} belongs to cluster {} already: {} is ignored", folder.path(), known.get().clusterId(),
                        options.init() ? "--init" : "--join");
            }
            return RaftMember.restart(settings);
        }
        if (options.init()) {
            String clusterId = RandomId.next(random);
            new NewCluster(folder, options.name(), random).found(clusterId, nodeId, Instant.now());
            return RaftMember.initialise(settings, clusterId, nodeId);
        }
        if (options.join().isEmpty()) {
            throw new CannotStartException(
                    folder.path() + " belongs to no cluster yet: add --init to make a new one, or --join"
                            + " HOST:PORT to join one");
        }
        DescribeClusterResponse cluster = new JoinableCluster(channels, options.join()).describe(FIND_CLUSTER);
        return RaftMember.join(settings, cluster.getClusterId(), UUID.fromString(cluster.getRaftGroupId()), nodeId);
    }

    /** Has this manager listed with its addresses, and admitted if it is new. Returns when that is applied here. */
    private void announce(RaftMember member, ManagerChannels channels, String nodeId)
            throws CannotStartException, InterruptedException {
        AdmitManagerRequest request = AdmitManagerRequest.newBuilder()
                .setClusterId(member.identity().clusterId())
                .setNodeId(nodeId)
                .setNodeName(options.name())
                .setRole(ManagerRole.newBuilder()
                        .setRaftPeerId(member.peerId())
                        .setRaftAddress(options.raftAddress())
                        .setGrpcAddress(options.grpcAddress()))
                .build();
        boolean voter = member.isVoter(member.peerId());
        if (voter && RaftMembership.listed(member.feed().current(), request)) {
            return;
        }
        // Who is in the cluster knows the leader. Who is not asks somebody who is first: its own door would wait for a leader.
        List<String> askable = new ArrayList<>(options.join());
        askable.add(voter ? 0 : askable.size(), options.grpcAddress());
        new JoinableCluster(channels, askable).admit(request, ADMISSION);
    }

    private static int exitCodeOf(RaftMember member) throws InterruptedException {
        try {
            DeathReason reason = member.died().get();
            log.error("This manager ends: {}", reason.message());
            Runtime.getRuntime().halt(reason.kind().exitCode());
            return reason.kind().exitCode();
        } catch (ExecutionException e) {
            throw new IllegalStateException("nobody fails the end of a member", e);
        }
    }

    /** A planned stop ends with 0, where the JVM would say that a signal ended it. */
    private static void stop(Manager manager) {
        try {
            manager.stop();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        Runtime.getRuntime().halt(0);
    }
}
