package dev.mure.manager.raft;

import dev.mure.manager.store.Applier;
import java.io.IOException;
import java.net.BindException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.ratis.conf.Parameters;
import org.apache.ratis.conf.RaftProperties;
import org.apache.ratis.grpc.GrpcConfigKeys;
import org.apache.ratis.io.CorruptedFileException;
import org.apache.ratis.protocol.RaftClientReply;
import org.apache.ratis.protocol.RaftGroup;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.protocol.exceptions.ChecksumException;
import org.apache.ratis.server.protocol.TermIndex;

/**
 * This manager's membership in the cluster. Made by one of {@link #initialise}, {@link #join} and {@link #restart}; from then on it
 * takes part in elections, applies what is committed, and leads when it is elected. Thread-safe.
 */
public final class RaftMember implements AutoCloseable {

    private static final Duration FIRST_TERM_PATIENCE = Duration.ofSeconds(30);
    /** A follower answers several times in this time while it is alive. */
    private static final Duration ANSWERING = Duration.ofSeconds(1);
    private static final Duration ADMISSION_POLL = Duration.ofMillis(20);
    private static final String REMOVED =
            "the other managers removed this one: to come back it needs an empty data folder";
    private static final Duration OWN_END = Duration.ofSeconds(5);

    private final RaftIdentity identity;
    private final RaftSettings settings;
    private final AtomicBoolean closed = new AtomicBoolean();
    private final CountDownLatch stateClosed = new CountDownLatch(1);
    private final Fate fate = new Fate();
    private final StateFeed feed;
    private final SnapshotWriter snapshots;
    private final LocalServer server;
    private final CommitNotice commits;
    private final Leadership leadership;
    private final LeaderWatchdog watchdog;
    private final Supervisor supervisor;
    private final OpenPaths paths;
    private final Membership membership;
    private final ExecutorService outcomes =
            Executors.newSingleThreadExecutor(Thread.ofPlatform().name("raft-outcomes").daemon().factory());
    private final ScheduledThreadPoolExecutor deadlines =
            new ScheduledThreadPoolExecutor(1, Thread.ofPlatform().name("raft-deadlines").daemon().factory());

    private RaftMember(RaftSettings settings, RaftIdentity identity, List<RaftPeer> firstMembers,
            Environment environment)
            throws IOException {
        this.settings = settings;
        this.identity = identity;
        feed = new StateFeed(environment.nanoTime());
        deadlines.setRemoveOnCancelPolicy(true);
        SnapshotFolder folder = new SnapshotFolder(settings.snapshots().retained());
        snapshots = new SnapshotWriter(settings.snapshots(), folder, this::adoptSnapshot, environment.nanoTime());
        RaftProperties properties = RatisProperties.of(settings);
        environment.tuning().accept(properties);
        Parameters parameters = new Parameters();
        GrpcConfigKeys.Server.setServicesCustomizer(parameters, environment.services());
        environment.tls().ifPresent(tls -> GrpcConfigKeys.TLS.setConf(parameters, tls.config()));
        server = LocalServer.build(RaftPeerId.valueOf(identity.peerId()),
                RaftGroup.valueOf(RaftGroupId.valueOf(identity.groupId()), firstMembers),
                new ReplicatedState(Applier::apply, feed, folder, snapshots, fate, new Observer()), properties,
                parameters);
        commits = new CommitNotice(server::heartbeat);
        Duration tick = settings.electionTimeoutMin().dividedBy(2);
        leadership = new Leadership(server, this::openTerm, tick);
        watchdog = new LeaderWatchdog(server, leadership, settings.electionTimeoutMax(), tick, environment.nanoTime());
        supervisor = new Supervisor(server, feed, fate);
        paths = new OpenPaths(server, () -> fate.die(DeathReason.Kind.REMOVED, REMOVED));
        membership = new Membership(server);
    }

    /**
     * Makes a cluster of one member. Returns when it leads.
     *
     * @throws RaftStartException if the folder belongs to a cluster already, or the member can't start
     */
    public static RaftMember initialise(RaftSettings settings, PeerTls tls, String clusterId, String nodeId)
            throws RaftStartException, InterruptedException {
        return initialise(settings, clusterId, nodeId, Environment.real(tls));
    }

    /**
     * Makes a member that knows nobody yet and waits to be admitted by the leader ({@link #admit} there, {@link #awaitAdmission}
     * here). Returns when it listens.
     *
     * @throws RaftStartException if the folder belongs to a cluster already, or the member can't start
     */
    public static RaftMember join(RaftSettings settings, PeerTls tls, String clusterId, UUID groupId, String nodeId)
            throws RaftStartException {
        return join(settings, clusterId, groupId, nodeId, Environment.real(tls));
    }

    /**
     * Goes on with what is in the data folder. Returns when it listens; the state may still be that of the newest snapshot, until
     * a leader says how far the log is committed.
     *
     * @throws RaftStartException if the folder belongs to no cluster, something in it is missing or damaged, or the member can't
     *         start
     */
    public static RaftMember restart(RaftSettings settings, PeerTls tls) throws RaftStartException {
        return restart(settings, Environment.real(tls));
    }

    static RaftMember initialise(RaftSettings settings, String clusterId, String nodeId, Environment environment)
            throws RaftStartException, InterruptedException {
        RaftIdentity identity = RaftIdentity.fresh(clusterId, UUID.randomUUID(), nodeId);
        RaftPeer self = RaftPeer.newBuilder().setId(identity.peerId()).setAddress(settings.advertisedAddress()).build();
        RaftMember member = begin(settings, identity, List.of(self), environment);
        try {
            // Only the first entry of the log says who the members are.
            member.feed.awaitLog(0, FIRST_TERM_PATIENCE);
            identity.commit(settings);
            return member;
        } catch (IOException | TimeoutException e) {
            member.close();
            throw new RaftStartException("the cluster can't be made in " + settings.dataDir() + ": " + e.getMessage(),
                    e);
        }
    }

    static RaftMember join(RaftSettings settings, String clusterId, UUID groupId, String nodeId,
            Environment environment)
            throws RaftStartException {
        RaftIdentity identity = RaftIdentity.fresh(clusterId, groupId, nodeId);
        RaftMember member = begin(settings, identity, List.of(), environment);
        try {
            identity.commit(settings);
            return member;
        } catch (IOException e) {
            member.close();
            throw new RaftStartException("can't write to " + settings.dataDir() + ": " + e.getMessage(), e);
        }
    }

    static RaftMember restart(RaftSettings settings, Environment environment) throws RaftStartException {
        RaftIdentity identity = RaftIdentity.load(settings)
                .orElseThrow(() -> new RaftStartException(settings.dataDir() + " belongs to no cluster yet"));
        return start(settings, identity, List.of(), environment);
    }

    private static RaftMember begin(RaftSettings settings, RaftIdentity identity, List<RaftPeer> firstMembers,
            Environment environment) throws RaftStartException {
        Optional<RaftIdentity> before = RaftIdentity.load(settings);
        if (before.isPresent()) {
            throw new RaftStartException(
                    settings.dataDir() + " belongs to cluster " + before.get().clusterId() + " already");
        }
        try {
            RaftIdentity.begin(settings);
        } catch (IOException e) {
            throw new RaftStartException("can't write to " + settings.dataDir() + ": " + e.getMessage(), e);
        }
        return start(settings, identity, firstMembers, environment);
    }

    private static RaftMember start(RaftSettings settings, RaftIdentity identity, List<RaftPeer> firstMembers,
            Environment environment) throws RaftStartException {
        try {
            RaftMember member = new RaftMember(settings, identity, firstMembers, environment);
            member.start();
            return member;
        } catch (IOException e) {
            throw startFailure(settings, e);
        }
    }

    private void start() throws IOException, RaftStartException {
        try {
            server.start();
        } catch (IOException e) {
            Optional<DeathReason> reason = fate.reason();
            close();
            if (reason.isPresent()) {
                throw new RaftStartException(reason.get().message(), e, reason.get().kind().exitCode());
            }
            throw e;
        }
        requireSameAddress();
        snapshots.start();
        leadership.start();
        watchdog.start();
        supervisor.start();
        paths.start();
    }

    /** The others would go on to talk to the old address, and Ratis takes a new one under the same id for no change at all. */
    private void requireSameAddress() throws RaftStartException {
        Optional<String> moved = server.voters()
                .find(peerId())
                .map(Voter::address)
                .filter(address -> !address.equals(settings.advertisedAddress()));
        if (moved.isPresent()) {
            close();
            throw new RaftStartException("this manager, " + peerId() + ", is a member at " + moved.get()
                    + " and can't move to " + settings.advertisedAddress()
                    + ": start it with its old address, let it leave"
                    + " ('mure swarm leave'), and join again with the new one");
        }
    }

    private static RaftStartException startFailure(RaftSettings settings, Throwable failure) {
        Throwable root = failure;
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            String text = String.valueOf(cause.getMessage());
            if (cause instanceof BindException || text.startsWith("bind(")) {
                return new RaftStartException("can't listen on port " + settings.port() + ": " + text, failure);
            }
            if (text.contains("already locked")) {
                return new RaftStartException(settings.raftDir() + " is in use by another process", failure);
            }
            if (cause instanceof ChecksumException || cause instanceof CorruptedFileException) {
                return new RaftStartException("the log in " + settings.raftDir() + " is damaged (" + text
                        + "): nothing was cut off, for it may hold what was acknowledged; bring the file back, or remove this"
                        + " node on another manager, empty " + settings.dataDir() + " and join as a new manager",
                        failure);
            }
            if (cause instanceof SnapshotDamagedException) {
                return new RaftStartException(text + "; bring the file back, or empty " + settings.dataDir()
                        + " and join as a new manager", failure);
            }
            root = cause;
        }
        return new RaftStartException("the log in " + settings.raftDir() + " can't be opened: " + root, failure);
    }

    /** Who this member is. */
    public RaftIdentity identity() {
        return identity;
    }

    /** {@code <node id>-<incarnation>}. */
    public String peerId() {
        return identity.peerId();
    }

    /** The newest entry that this member has, committed or not. */
    Optional<TermIndex> lastEntry() {
        return server.lastEntry();
    }

    /** Whether the cluster was made anew out of this member, and its state does not say so yet. */
    public boolean recovered() {
        return ForcedRecovery.isMarked(settings);
    }

    /**
     * The state says that the cluster was made anew.
     *
     * @throws IOException if that can't be noted; it will be said again after the next start
     */
    public void recoveryNoted() throws IOException {
        ForcedRecovery.unmark(settings);
    }

    /** The newest Raft term that this member knows of; never goes back. What a {@link TermProbe} asks for. */
    public long currentTerm() {
        return server.currentTerm();
    }

    /** Who leads, as far as this member knows. */
    public Optional<String> leaderPeerId() {
        return server.leaderPeerId();
    }

    /** The applied state. */
    public StateFeed feed() {
        return feed;
    }

    /** Adds a listener; it is told of a term that is open already. */
    public void onLeadership(LeadershipListener listener) {
        leadership.add(listener);
    }

    /** The term in which this member leads now. */
    public Optional<LeaderTerm> openTerm() {
        return leadership.openTerm();
    }

    /** A way to read what is committed now, for the time when this member leads. */
    public ReadBarrier readBarrier(TermProbe probe) {
        return new ReadBarrier(peerId(), leadership::openTerm, server::voters, server::commitIndex, probe,
                settings.electionTimeoutMax().multipliedBy(4));
    }

    /** Log index up to which this member knows the log to be committed. */
    public long commitIndex() {
        return server.commitIndex();
    }

    /**
     * Makes a joining member a voter; on the leader. Returns when it has caught up, or at once if it is one.
     *
     * @param peerId of a member that runs and waits
     * @param raftAddress its {@code HOST:PORT}
     * @throws NotLeaderException if this member does not lead
     * @throws MembershipException if it does not answer, or is known under another address
     * @throws TimeoutException if it is not done yet; it may be later
     */
    public void admit(String peerId, String raftAddress, Duration timeout)
            throws NotLeaderException, MembershipException, TimeoutException, InterruptedException {
        membership.admit(new Voter(peerId, raftAddress), timeout);
    }

    /**
     * Takes another member out of the voters; on the leader. Returns when that is committed, or at once if it is none.
     *
     * @throws NotLeaderException if this member does not lead, or is the one that is to go
     * @throws MembershipException if the others could not go on without it; nothing changed
     * @throws TimeoutException if it is not done yet; it may be later
     */
    public void release(String peerId, Duration timeout)
            throws NotLeaderException, MembershipException, TimeoutException, InterruptedException {
        if (openTerm().isEmpty()) {
            throw new NotLeaderException("this manager does not lead");
        }
        membership.release(peerId, ANSWERING, timeout);
    }

    /** Why the others could not go on without a voter, as far as this member, which leads, can see. */
    public Optional<String> removalObstacle(String peerId) {
        return membership.removalObstacle(peerId, ANSWERING);
    }

    /** Waits until this member is a voter; returns whether it is. */
    public boolean awaitAdmission(Duration timeout) throws InterruptedException {
        long deadline = System.nanoTime() + timeout.toNanos();
        while (!isVoter(peerId()) && System.nanoTime() < deadline) {
            Thread.sleep(ADMISSION_POLL);
        }
        return isVoter(peerId());
    }

    /** Whether a member votes, as far as this member knows. */
    public boolean isVoter(String peerId) {
        return voters().stream().anyMatch(voter -> voter.peerId().equals(peerId));
    }

    /** Who votes, as far as this member knows. During a change: the new members. */
    public Set<Voter> voters() {
        return server.voters().current();
    }

    /** The voters that answered within that time, this one included; empty if this member does not lead. */
    public List<String> reachableVoters(Duration within) {
        if (openTerm().isEmpty()) {
            return List.of();
        }
        Map<String, Duration> silence = server.silence();
        return voters().stream()
                .map(Voter::peerId)
                .filter(peer -> peer.equals(peerId())
                        || Optional.ofNullable(silence.get(peer)).filter(silent -> silent.compareTo(within) <= 0)
                                .isPresent())
                .sorted()
                .toList();
    }

    /** Wall time since when this member leads, for display; empty if it does not. */
    public Optional<Instant> leadingSince() {
        return leadership.openSince();
    }

    /** Committed log entries that each other member is not known to have; empty if this member does not lead. */
    public Map<String, Long> lag() {
        if (openTerm().isEmpty()) {
            return Map.of();
        }
        long committed = server.commitIndex();
        Map<String, Long> lag = new HashMap<>();
        server.committed().forEach((peer, index) -> lag.put(peer, Math.max(0, committed - index)));
        return lag;
    }

    /**
     * Makes another member the leader, before a planned stop: the one that has most of the log among those that answer. Whoever proposes should have stopped: what is still on its way has
     * an unknown outcome.
     *
     * @return whether this member no longer leads
     */
    public boolean handOver(Duration timeout) throws InterruptedException {
        return leadership.handOver(settings.electionTimeoutMax(), timeout);
    }

    /**
     * Completed, on a thread of its own, when this member can't go on: the process must end with the reason's exit code. Never
     * completed by {@link #close}.
     */
    public CompletableFuture<DeathReason> died() {
        return fate.died();
    }

    /** Closes the open term, if there is one, and takes no part any more. Waits until Ratis' threads have ended. */
    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        fate.retire();
        awaitOwnEnd();
        leadership.close();
        watchdog.close();
        supervisor.close();
        paths.close();
        snapshots.close();
        server.close();
        deadlines.shutdownNow();
        outcomes.shutdown();
    }

    /**
     * After an entry that can't be applied Ratis closes its server by itself. Closed from outside just before that, the thread that
     * applies would never end: it waits to reach the end of the log, and does not apply any more.
     */
    private void awaitOwnEnd() {
        boolean closesItself = fate.reason().map(DeathReason::kind)
                .filter(kind -> kind == DeathReason.Kind.UNSUPPORTED || kind == DeathReason.Kind.APPLY_FAILED)
                .isPresent();
        if (closesItself) {
            try {
                boolean _ = stateClosed.await(OWN_END.toMillis(), TimeUnit.MILLISECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private LeaderTerm openTerm(long number) {
        return new LeaderTerm(number, settings.commitTimeout(), this::append, outcomes, deadlines,
                leadership::lookAgain);
    }

    private CompletableFuture<RaftClientReply> append(Proposal proposal) {
        CompletableFuture<RaftClientReply> reply = server.append(proposal);
        CompletableFuture<?> _ = reply.thenAccept(answer -> {
            if (answer.isSuccess()) {
                commits.committed();
            }
        });
        return reply;
    }

    private void adoptSnapshot(Duration timeout) throws InterruptedException, ExecutionException, TimeoutException {
        RaftClientReply reply = server.adoptSnapshot(timeout).get(timeout.toNanos(), TimeUnit.NANOSECONDS);
        if (!reply.isSuccess()) {
            throw new ExecutionException(reply.getException());
        }
    }

    /** What the state machine tells, handed over to whom it concerns. */
    private final class Observer implements ReplicatedState.Observer {
        @Override
        public void leadershipChanged() {
            leadership.lookAgain();
        }

        @Override
        public void leadershipLost() {
            leadership.lost("this manager stopped leading");
        }

        @Override
        public void closed() {
            stateClosed.countDown();
            leadership.lost("this manager stopped");
            boolean removed = server.voters().logIndex() >= 0 && !isVoter(peerId());
            fate.die(removed ? DeathReason.Kind.REMOVED : DeathReason.Kind.CLOSED,
                    removed
                            ? REMOVED
                            : "Ratis has closed its server. If it does so again, look on another manager whether this one was removed");
        }
    }
}
