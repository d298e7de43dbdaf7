package dev.mure.manager.raft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mure.manager.store.Applier;
import dev.mure.manager.store.ClusterState;
import dev.mure.manager.store.StateDelta;
import dev.mure.v1.Batch;
import dev.mure.v1.Mutation;
import dev.mure.v1.Node;
import dev.mure.v1.PutNode;
import dev.mure.v1.Transaction;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.apache.ratis.conf.RaftProperties;

/** Members in this process with real Ratis and gRPC on loopback, and a network between them that can be cut. */
final class TestCluster implements AutoCloseable {

    static final Duration PATIENCE = Duration.ofSeconds(20);
    static final String CLUSTER_ID = "test-cluster";

    private final Path dir;
    private final UnaryOperator<RaftSettings> settings;
    private final Consumer<RaftProperties> tuning;
    private final PeerNetwork network = new PeerNetwork();
    private final List<RaftMember> members = new ArrayList<>();
    private final List<RaftSettings> used = new ArrayList<>();
    private final Set<RaftMember> stopped = new HashSet<>();
    private int made;

    TestCluster(Path dir, UnaryOperator<RaftSettings> settings, Consumer<RaftProperties> tuning) {
        this.dir = dir;
        this.settings = settings;
        this.tuning = tuning;
    }

    TestCluster(Path dir) {
        this(dir, settings -> settings, properties -> {});
    }

    /** Makes a cluster of so many members; the first one leads. */
    static TestCluster of(Path dir, int size) throws Exception {
        return new TestCluster(dir).grow(size);
    }

    TestCluster grow(int size) throws Exception {
        if (members.isEmpty()) {
            RaftSettings first = freshSettings();
            add(RaftMember.initialise(first, CLUSTER_ID, "n0", environment()), first);
        }
        while (members.size() < size) {
            admit(joiner("n" + members.size()));
        }
        return this;
    }

    /** A member that waits to be admitted. */
    RaftMember joiner(String nodeId) throws Exception {
        RaftSettings fresh = freshSettings();
        RaftMember member =
                RaftMember.join(fresh, CLUSTER_ID, members.getFirst().identity().groupId(), nodeId, environment());
        add(member, fresh);
        return member;
    }

    void admit(RaftMember member) throws Exception {
        leader().admit(member.peerId(), settingsOf(member).advertisedAddress(), PATIENCE);
        assertThat(member.awaitAdmission(PATIENCE)).isTrue();
    }

    RaftSettings settingsOf(RaftMember member) {
        return used.get(members.indexOf(member));
    }

    List<RaftMember> members() {
        return members;
    }

    PeerNetwork network() {
        return network;
    }

    /** The member whose term is open. Waits for one. */
    RaftMember leader() {
        return await("a leader").atMost(PATIENCE)
                .pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(5))
                .until(() -> members.stream().filter(member -> member.openTerm().isPresent()).findFirst(),
                        Optional::isPresent)
                .orElseThrow();
    }

    List<RaftMember> followers() {
        return followersOf(leader());
    }

    List<RaftMember> followersOf(RaftMember leader) {
        return members.stream().filter(member -> member != leader).toList();
    }

    /** Starts again what was stopped. */
    void restartStopped() throws Exception {
        for (RaftMember member : List.copyOf(stopped)) {
            restart(member);
        }
    }

    void stop(RaftMember member) {
        stopped.add(member);
        member.close();
        network.left(member.peerId());
    }

    /** A stopped member is gone for good. */
    void forget(RaftMember member) {
        stopped.remove(member);
        used.remove(members.indexOf(member));
        members.remove(member);
    }

    /** Starts a stopped member again with what is in its folder. */
    RaftMember restart(RaftMember member) throws Exception {
        int at = members.indexOf(member);
        RaftMember again = RaftMember.restart(used.get(at), environment());
        network.joined(again.peerId());
        members.set(at, again);
        stopped.remove(member);
        return again;
    }

    @Override
    public void close() {
        network.heal();
        try (ExecutorService all = Executors.newVirtualThreadPerTaskExecutor()) {
            members.forEach(member -> all.execute(member::close));
        }
    }

    private void add(RaftMember member, RaftSettings fresh) {
        members.add(member);
        used.add(fresh);
    }

    /** A member that talks in clear, like all of a test cluster. */
    static Environment inClear() {
        return new Environment(System::nanoTime, new PeerTrafficOnly(certificate -> false), properties -> {},
                Optional.empty());
    }

    Environment environment() {
        return new Environment(System::nanoTime, network, tuning, Optional.empty());
    }

    private RaftSettings freshSettings() throws IOException {
        return settings.apply(settings(dir.resolve("m" + made++), freePort()));
    }

    /** With patience for a machine whose cores are all busy: no election but the ones that a test is about. */
    static RaftSettings settings(Path dataDir, int port) {
        return RaftSettings.of(dataDir, "127.0.0.1", port, "127.0.0.1:" + port)
                .withElectionTimeout(Duration.ofMillis(400), Duration.ofMillis(800));
    }

    static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    /** A batch of one transaction that puts a node of that id. */
    static Batch put(LeaderTerm term, String nodeId, String name) {
        return put(term.number(), nodeId, name);
    }

    static Batch put(long term, String nodeId, String name) {
        return Batch.newBuilder()
                .setTerm(term)
                .setFeatureLevel(Applier.FEATURE_LEVEL)
                .addTransactions(Transaction.newBuilder()
                        .addMutations(Mutation.newBuilder()
                                .setPutNode(PutNode.newBuilder()
                                        .setId(nodeId)
                                        .setName(name)
                                        .setAvailability(Node.Availability.ACTIVE))))
                .build();
    }

    /** Proposes on the leader and waits for the outcome. */
    CommitOutcome commit(String nodeId, String name) throws Exception {
        LeaderTerm term = leader().openTerm().orElseThrow();
        return outcome(term.submit(put(term, nodeId, name)));
    }

    /** Commits, whoever leads: tries again until it is applied. */
    CommitOutcome.Applied commitSurely(String nodeId, String name) {
        return (CommitOutcome.Applied) await("a commit").atMost(PATIENCE)
                .pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(5))
                .ignoreException(NoSuchElementException.class)
                .until(() -> commit(nodeId, name), CommitOutcome.Applied.class::isInstance);
    }

    static CommitOutcome outcome(CompletableFuture<CommitOutcome> future) throws Exception {
        return future.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Waits until every running member has the leader's state. */
    void awaitEqual() throws Exception {
        ClusterState wanted = leader().feed().current();
        for (RaftMember member : members) {
            ClusterState state = member.feed().awaitIndex(wanted.index(), PATIENCE);
            assertThat(contents(state)).isEqualTo(contents(wanted));
        }
    }

    static List<Object> contents(ClusterState state) {
        return List.of(state.index(), state.clockMillis(), state.records().toList());
    }

    static void awaitTrue(String what, BooleanSupplier condition) {
        await(what).atMost(PATIENCE)
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(5))
                .until(condition::getAsBoolean);
    }

    static boolean restored(Optional<Change> change) {
        return change.map(Change::delta).filter(StateDelta::restored).isPresent();
    }
}
