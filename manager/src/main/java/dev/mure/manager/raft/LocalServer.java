package dev.mure.manager.raft;

import java.io.IOException;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Collectors;
import org.apache.ratis.conf.Parameters;
import org.apache.ratis.conf.RaftProperties;
import org.apache.ratis.proto.RaftProtos;
import org.apache.ratis.proto.RaftProtos.CommitInfoProto;
import org.apache.ratis.proto.RaftProtos.RaftRpcRequestProto;
import org.apache.ratis.proto.RaftProtos.RoleInfoProto;
import org.apache.ratis.proto.RaftProtos.ServerRpcProto;
import org.apache.ratis.protocol.ClientId;
import org.apache.ratis.protocol.Message;
import org.apache.ratis.protocol.RaftClientReply;
import org.apache.ratis.protocol.RaftClientRequest;
import org.apache.ratis.protocol.RaftGroup;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.protocol.SetConfigurationRequest;
import org.apache.ratis.protocol.SnapshotManagementRequest;
import org.apache.ratis.protocol.TransferLeadershipRequest;
import org.apache.ratis.server.DivisionInfo;
import org.apache.ratis.server.RaftConfiguration;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.protocol.TermIndex;
import org.apache.ratis.server.storage.RaftStorage;
import org.apache.ratis.statemachine.SnapshotInfo;
import org.apache.ratis.statemachine.StateMachine;
import org.apache.ratis.util.ExitUtils;
import org.apache.ratis.util.LifeCycle;

/** Ratis' server in this process, in the few words that the package needs. Thread-safe. */
final class LocalServer implements AutoCloseable {

    /** The copy of gRPC inside Ratis logs on its own way, past the configuration of ours. Held, or the level would be forgotten. */
    private static final Logger RELOCATED = Logger.getLogger("org.apache.ratis.thirdparty");

    static {
        RELOCATED.setLevel(Level.WARNING);
        keepRatisFromExiting();
    }

    private static final RaftGroupId NO_GROUP = RaftGroupId.valueOf(new UUID(0, 1));

    private final RaftServer server;
    private final RaftServer.Division division;
    private final ClientId client = ClientId.randomId();
    private final AtomicLong calls = new AtomicLong();

    private LocalServer(RaftServer server, RaftServer.Division division) {
        this.server = server;
        this.division = division;
    }

    /**
     * Builds a server; {@link #start} starts it.
     *
     * @param group with this member alone for a new cluster, with nobody for a restart (what is stored counts) or a join
     */
    static LocalServer build(RaftPeerId id, RaftGroup group, StateMachine machine, RaftProperties properties,
            Parameters parameters) throws IOException {
        RaftServer server = RaftServer.newBuilder()
                .setServerId(id)
                .setGroup(group)
                .setStateMachine(machine)
                .setProperties(properties)
                .setParameters(parameters)
                // The default fails where a folder exists; this one makes it where there is none.
                .setOption(RaftStorage.StartupOption.RECOVER)
                .build();
        try {
            return new LocalServer(server, server.getDivision(group.getGroupId()));
        } catch (IOException e) {
            server.close();
            throw e;
        }
    }

    void start() throws IOException {
        try {
            server.start();
        } catch (CompletionException | ExitUtils.ExitException e) {
            throw new IOException(e.getCause() == null ? e : e.getCause());
        }
    }

    String peerId() {
        return server.getId().toString();
    }

    /** Hands a message to the log; returns when its place in the log is fixed, or it was refused. */
    CompletableFuture<RaftClientReply> append(Proposal proposal) {
        RaftClientRequest request = RaftClientRequest.newBuilder()
                .setClientId(client)
                .setServerId(server.getId())
                .setGroupId(division.getMemberId().getGroupId())
                .setCallId(calls.incrementAndGet())
                .setMessage(proposal)
                .setType(RaftClientRequest.writeRequestType())
                .build();
        return ask(() -> server.submitClientRequestAsync(request));
    }

    /**
     * Sends heartbeats to all followers at once, and with them how far the log is committed. It is what Ratis does for a read that
     * has to be sure of its leader; what is read is nothing.
     */
    CompletableFuture<RaftClientReply> heartbeat() {
        RaftClientRequest request = RaftClientRequest.newBuilder()
                .setClientId(client)
                .setServerId(server.getId())
                .setGroupId(division.getMemberId().getGroupId())
                .setCallId(calls.incrementAndGet())
                .setMessage(Message.EMPTY)
                .setType(RaftClientRequest.readRequestType())
                .build();
        return ask(() -> server.submitClientRequestAsync(request));
    }

    /** The term in which this member leads and has applied everything that was committed before; empty if there is none. */
    OptionalLong readyTerm() {
        DivisionInfo info = division.getInfo();
        long before = info.getCurrentTerm();
        boolean ready = divisionState() == LifeCycle.State.RUNNING && info.isLeader() && info.isLeaderReady();
        // Leadership ends before the term changes: the same term on both sides is the one that is ready.
        return ready && info.getCurrentTerm() == before ? OptionalLong.of(before) : OptionalLong.empty();
    }

    long currentTerm() {
        return division.getInfo().getCurrentTerm();
    }

    Optional<String> leaderPeerId() {
        return Optional.ofNullable(division.getInfo().getLeaderId()).map(RaftPeerId::toString);
    }

    /** Time since the last answer of each follower; empty if this member does not lead. */
    Map<String, Duration> silence() {
        Map<String, Duration> silence = new HashMap<>();
        for (ServerRpcProto follower : roleInfo().getLeaderInfo().getFollowerInfoList()) {
            silence.put(follower.getId().getId().toStringUtf8(), Duration.ofMillis(follower.getLastRpcElapsedTimeMs()));
        }
        return silence;
    }

    /** Log index up to which each member has the log committed, as it said with its last answer. */
    Map<String, Long> committed() {
        return division.getCommitInfos()
                .stream()
                .collect(Collectors.toMap(info -> info.getServer().getId().toStringUtf8(),
                        CommitInfoProto::getCommitIndex, Math::max));
    }

    Voters voters() {
        RaftConfiguration configuration = division.getRaftConf();
        return new Voters(voters(configuration.getCurrentPeers()), voters(configuration.getPreviousPeers()),
                configuration.getLogEntryIndex());
    }

    long commitIndex() {
        return division.getRaftLog().getLastCommittedIndex();
    }

    /** The newest entry that this member has, in its log or in its snapshot; empty if it has none. */
    Optional<TermIndex> lastEntry() {
        return Optional.ofNullable(division.getRaftLog().getLastEntryTermIndex())
                .or(() -> Optional.ofNullable(division.getStateMachine().getLatestSnapshot())
                        .map(SnapshotInfo::getTermIndex));
    }

    LifeCycle.State divisionState() {
        LifeCycle.State whole = server.getLifeCycleState();
        return whole.isClosingOrClosed() ? whole : division.getInfo().getLifeCycleState();
    }

    /**
     * Has the connection to another member made if there is none, by a question about a group that does not exist, which can change
     * nothing. Blocks until it is answered.
     *
     * @throws IOException always, or nearly so: that group is not known
     */
    void knock(String peerId) throws IOException {
        RaftRpcRequestProto addressed = RaftRpcRequestProto.newBuilder()
                .setRequestorId(server.getId().toByteString())
                .setReplyId(RaftPeerId.valueOf(peerId).toByteString())
                .setRaftGroupId(RaftProtos.RaftGroupIdProto.newBuilder().setId(NO_GROUP.toByteString()))
                .build();
        RaftProtos.RequestVoteReplyProto _ = server.getServerRpc().requestVote(RaftProtos.RequestVoteRequestProto
                .newBuilder().setServerRequest(addressed).setPreVote(true).build());
    }

    /** Gives up leadership without a successor. */
    CompletableFuture<RaftClientReply> stepDown(Duration timeout) {
        return ask(() -> server.transferLeadershipAsync(new TransferLeadershipRequest(client, server.getId(),
                division.getMemberId().getGroupId(), calls.incrementAndGet(), null, timeout.toMillis())));
    }

    CompletableFuture<RaftClientReply> transferTo(String peerId, Duration timeout) {
        return ask(() -> server.transferLeadershipAsync(
                new TransferLeadershipRequest(client, server.getId(), division.getMemberId().getGroupId(),
                        calls.incrementAndGet(), RaftPeerId.valueOf(peerId), timeout.toMillis())));
    }

    CompletableFuture<RaftClientReply> add(Voter voter) {
        SetConfigurationRequest.Arguments arguments = SetConfigurationRequest.Arguments.newBuilder()
                .setServersInNewConf(List.of(peer(voter)))
                .setMode(SetConfigurationRequest.Mode.ADD)
                .build();
        return ask(() -> server.setConfigurationAsync(new SetConfigurationRequest(client, server.getId(),
                division.getMemberId().getGroupId(), calls.incrementAndGet(), arguments)));
    }

    /** Takes a voter out, if the voters are those still. */
    CompletableFuture<RaftClientReply> remove(Set<Voter> present, String peerId) {
        List<RaftPeer> remaining = present.stream()
                .filter(voter -> !voter.peerId().equals(peerId))
                .map(LocalServer::peer)
                .toList();
        SetConfigurationRequest.Arguments arguments = SetConfigurationRequest.Arguments.newBuilder()
                .setServersInCurrentConf(present.stream().map(LocalServer::peer).toList())
                .setServersInNewConf(remaining)
                .setMode(SetConfigurationRequest.Mode.COMPARE_AND_SET)
                .build();
        return ask(() -> server.setConfigurationAsync(new SetConfigurationRequest(client, server.getId(),
                division.getMemberId().getGroupId(), calls.incrementAndGet(), arguments)));
    }

    private static RaftPeer peer(Voter voter) {
        return RaftPeer.newBuilder().setId(voter.peerId()).setAddress(voter.address()).build();
    }

    /** Has the state machine asked for its newest snapshot, and the log purged behind it. */
    CompletableFuture<RaftClientReply> adoptSnapshot(Duration timeout) {
        long anyGap = 1;
        return ask(() -> server.snapshotManagementAsync(SnapshotManagementRequest.newCreate(client, server.getId(),
                division.getMemberId().getGroupId(), calls.incrementAndGet(), timeout.toMillis(), anyGap)));
    }

    /** Closes it; waits for Ratis' threads. */
    @Override
    public void close() {
        try {
            server.close();
        } catch (IOException e) {
            throw new IllegalStateException("Ratis' server does not close", e);
        }
    }

    private RoleInfoProto roleInfo() {
        try {
            return division.getInfo().getRoleInfoProto();
        } catch (IllegalStateException e) {
            // Ratis insists that a leader's term is the current one, which just changed.
            return RoleInfoProto.getDefaultInstance();
        }
    }

    private static Set<Voter> voters(Collection<RaftPeer> peers) {
        return peers.stream()
                .map(peer -> new Voter(peer.getId().toString(), peer.getAddress()))
                .collect(Collectors.toUnmodifiableSet());
    }

    private interface Call {
        CompletableFuture<RaftClientReply> make() throws IOException;
    }

    /** Failures come in three ways: thrown, in the future, and in the reply. This leaves the last two. */
    private static CompletableFuture<RaftClientReply> ask(Call call) {
        try {
            return call.make();
        } catch (IOException | RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    /**
     * Ratis ends the process where it can't bind its port, and makes itself the handler of everybody's uncaught exceptions. Both
     * are ours to decide.
     */
    private static void keepRatisFromExiting() {
        Thread.UncaughtExceptionHandler ours = Thread.getDefaultUncaughtExceptionHandler();
        ExitUtils.disableSystemExit();
        Thread.setDefaultUncaughtExceptionHandler(ours);
    }
}
