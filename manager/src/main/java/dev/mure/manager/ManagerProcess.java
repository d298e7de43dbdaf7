package dev.mure.manager;

import dev.mure.manager.api.ManagerChannels;
import dev.mure.manager.api.Statuses;
import dev.mure.manager.raft.DeathReason;
import dev.mure.manager.raft.PeerTls;
import dev.mure.manager.raft.RaftIdentity;
import dev.mure.manager.raft.RaftMember;
import dev.mure.manager.raft.RaftSettings;
import dev.mure.manager.raft.RaftStartException;
import dev.mure.node.DataFolder;
import dev.mure.node.RandomId;
import dev.mure.trust.CredentialFile;
import dev.mure.trust.Credentials;
import dev.mure.trust.JoinToken;
import dev.mure.trust.NodeIdentity;
import dev.mure.trust.NodeRole;
import dev.mure.trust.NodeTls;
import dev.mure.trust.grpc.EnrolmentRefusedException;
import dev.mure.trust.grpc.GrpcTls;
import dev.mure.trust.grpc.JoinRequest;
import dev.mure.v1.AdmitManagerRequest;
import dev.mure.v1.DescribeClusterResponse;
import dev.mure.v1.ManagerRole;
import dev.mure.v1.Node;
import java.io.IOException;
import java.nio.channels.FileLock;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One manager from start to end: claims its folder, joins or makes its cluster, opens the doors, and waits for its end. */
final class ManagerProcess {

    private static final Logger log = LoggerFactory.getLogger(ManagerProcess.class);

    private static final Duration FIND_CLUSTER = Duration.ofSeconds(60);
    private static final Duration DEPARTURE = Duration.ofSeconds(5);
    private static final Duration ADMISSION = Duration.ofSeconds(60);

    private final ManagerOptions options;
    private final SecureRandom random = new SecureRandom();
    /** What a stop ends with. */
    private volatile int exitCode;

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
        RaftSettings settings = settings(folder);
        Optional<RaftIdentity> known = RaftIdentity.load(settings);
        NodeTls tls = new NodeTls(known.isPresent() ? goOn(folder, nodeId) : enter(folder, nodeId));
        ManagerChannels channels = new ManagerChannels(GrpcTls.client(tls), System::nanoTime);
        RemovedNodes removed = new RemovedNodes();
        PeerTls peers = new PeerTls(tls.keyManager(), tls.accepting(Set.of(NodeRole.MANAGER)), removed);
        RaftMember member = member(settings, known, tls.credentials().identity(), peers, channels);
        ManagerCertificate.requireGood(tls.credentials(), member.voters().size(), Instant.now());
        removed.follow(member.feed());
        Manager manager = new Manager(options, folder, tls, member, channels, random);
        Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().name("stop").unstarted(() -> stop(manager)));
        manager.start();
        try {
            announce(member, channels, nodeId);
        } catch (CannotStartException e) {
            exitCode = e.exitCode();
            throw e;
        }
        log.info("Manager {} ({}) is ready: {}, gRPC {}, Raft {}", options.name(), nodeId, folder.resolve("mure.sock"),
                options.grpcAddress(), options.raftAddress());
        if (options.init() && known.isEmpty()) {
            new Welcome(options.grpcAddress(), nodeId).print(member.feed(), System.out);
        }
        return untilItsEnd(member, manager, folder);
    }

    private RaftSettings settings(DataFolder folder) {
        Duration election = Duration.ofMillis(options.electionTimeoutMillis());
        return RaftSettings.of(folder.path(), options.bindHost(), options.raftPort(), options.raftAddress())
                .withElectionTimeout(election, election.multipliedBy(2));
    }

    /** The certificate of a manager that belongs to a cluster already; another one if it has expired and there is a token. */
    private Credentials goOn(DataFolder folder, String nodeId)
            throws CannotStartException, IOException, InterruptedException {
        Credentials present = ManagerCertificate.ofMember(folder);
        Optional<JoinToken> token = options.token().filter(_ -> !options.join().isEmpty());
        return present.expired(Instant.now()) && token.isPresent() ? join(folder, nodeId, token.get()) : present;
    }

    /** Makes a cluster or is let into one. */
    private Credentials enter(DataFolder folder, String nodeId)
            throws CannotStartException, IOException, InterruptedException {
        if (options.init()) {
            return new NewCluster(folder, options.name(), random).found(RandomId.next(random), nodeId, Instant.now());
        }
        if (options.join().isEmpty()) {
            throw new CannotStartException(
                    folder.path() + " belongs to no cluster yet: add --init to make a new one, or --join"
                            + " HOST:PORT and --token TOKEN to join one");
        }
        Optional<JoinToken> token = options.token();
        if (token.isPresent()) {
            return join(folder, nodeId, token.get());
        }
        return ManagerCertificate.find(folder)
                .orElseThrow(() -> new CannotStartException("joining needs a token: add --token TOKEN; get it with"
                        + " 'mure swarm join-token manager' on a manager of the cluster"));
    }

    private Credentials join(DataFolder folder, String nodeId, JoinToken token)
            throws CannotStartException, IOException, InterruptedException {
        try {
            return new JoinRequest(folder, nodeId, options.name(), NodeRole.MANAGER, token, options.join())
                    .join(FIND_CLUSTER).credentials();
        } catch (EnrolmentRefusedException e) {
            throw new CannotStartException(Statuses.line(e));
        }
    }

    private RaftMember member(RaftSettings settings, Optional<RaftIdentity> known, NodeIdentity self, PeerTls peers,
            ManagerChannels channels) throws CannotStartException, RaftStartException, InterruptedException {
        if (known.isPresent()) {
            if (options.init() || !options.join().isEmpty()) {
                log.info("{} belongs to cluster {} already: {} is ignored", settings.dataDir(), known.get().clusterId(),
                        options.init() ? "--init" : "--join");
            }
            return RaftMember.restart(settings, peers);
        }
        if (options.init()) {
            return RaftMember.initialise(settings, peers, self.clusterId(), self.nodeId());
        }
        DescribeClusterResponse cluster = new JoinableCluster(channels, options.join()).describe(FIND_CLUSTER);
        return RaftMember.join(settings, peers, cluster.getClusterId(), UUID.fromString(cluster.getRaftGroupId()),
                self.nodeId());
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
        new JoinableCluster(channels, askable).admit(request, ADMISSION, member.died());
    }

    /** A manager that leaves may hear that it was removed before its client has the answer. */
    private int untilItsEnd(RaftMember member, Manager manager, DataFolder folder) throws InterruptedException {
        CompletableFuture<Void> departed = manager.departed();
        try {
            Object _ = CompletableFuture.anyOf(departed, member.died()).get();
            Optional<DeathReason> reason = Optional.ofNullable(member.died().getNow(null));
            if (reason.filter(one -> one.kind() == DeathReason.Kind.REMOVED).isPresent()) {
                departed.get(DEPARTURE.toMillis(), TimeUnit.MILLISECONDS);
            }
            if (departed.isDone()) {
                return leave(member, manager, folder);
            }
        } catch (ExecutionException e) {
            throw new IllegalStateException("nobody fails the end of a member", e);
        } catch (TimeoutException e) {
            log.debug("Nobody asked this manager to leave");
        }
        DeathReason reason = member.died().join();
        log.error("This manager ends: {}", reason.message());
        Runtime.getRuntime().halt(reason.kind().exitCode());
        return reason.kind().exitCode();
    }

    private int leave(RaftMember member, Manager manager, DataFolder folder) throws InterruptedException {
        manager.stop();
        try {
            if (member.feed().current().node(folder.nodeId(random)).filter(Node::hasSession).isEmpty()) {
                new CredentialFile(folder).delete();
            }
            log.info("This node left the swarm; what it held is kept in {}",
                    member.identity().retire(settings(folder)));
        } catch (IOException e) {
            log.error(
                    "This node left the swarm, but {} still names it as a member: empty it before the next start ({})",
                    folder.path(), e.toString());
        }
        Runtime.getRuntime().halt(0);
        return 0;
    }

    /** A planned stop ends with 0, where the JVM would say that a signal ended it; a start that failed does not. */
    private void stop(Manager manager) {
        try {
            manager.stop();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        Runtime.getRuntime().halt(exitCode);
    }
}
