package dev.mure.manager.raft;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.mure.manager.store.Applied;
import dev.mure.manager.store.Applier;
import dev.mure.manager.store.ClusterState;
import dev.mure.manager.store.StateDelta;
import dev.mure.manager.store.TransactionResult;
import dev.mure.manager.store.UnsupportedEntryException;
import dev.mure.v1.Batch;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.apache.ratis.proto.RaftProtos.LogEntryProto;
import org.apache.ratis.proto.RaftProtos.RaftConfigurationProto;
import org.apache.ratis.protocol.Message;
import org.apache.ratis.protocol.RaftClientRequest;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftGroupMemberId;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.protocol.exceptions.StateMachineException;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.protocol.TermIndex;
import org.apache.ratis.server.raftlog.RaftLog;
import org.apache.ratis.server.storage.RaftStorage;
import org.apache.ratis.statemachine.SnapshotInfo;
import org.apache.ratis.statemachine.StateMachineStorage;
import org.apache.ratis.statemachine.TransactionContext;
import org.apache.ratis.statemachine.impl.BaseStateMachine;
import org.apache.ratis.util.LifeCycle;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The replicated state machine. Entries are applied by one thread of Ratis, one by one: the next state is made as a value and
 * published by swapping one reference. Nothing that an entry holds may throw out of here, because Ratis then closes the server, on
 * every member and again at each restart; the one exception is an entry that this build must not skip, where closing is the aim.
 */
final class ReplicatedState extends BaseStateMachine {

    /** What it tells. Called on Ratis' threads, some with its locks held: must only hand over. */
    interface Observer {
        /** Leader, term or members may be different. */
        void leadershipChanged();

        /** This member stopped leading. */
        void leadershipLost();

        /** Ratis closed the server, for whatever reason. */
        void closed();
    }

    /** How a batch changes the state: {@link Applier#apply}, except in a test of what happens when it fails. */
    interface Rules {
        Applied apply(ClusterState state, Batch batch, long entryTerm);
    }

    private static final Logger log = LoggerFactory.getLogger(ReplicatedState.class);

    private final Rules rules;
    private final StateFeed feed;
    private final SnapshotFolder snapshots;
    private final SnapshotWriter writer;
    private final Fate fate;
    private final Observer observer;

    ReplicatedState(Rules rules, StateFeed feed, SnapshotFolder snapshots, SnapshotWriter writer, Fate fate,
            Observer observer) {
        this.rules = rules;
        this.feed = feed;
        this.snapshots = snapshots;
        this.writer = writer;
        this.fate = fate;
        this.observer = observer;
    }

    @Override
    public void initialize(RaftServer server, RaftGroupId groupId, RaftStorage storage) throws IOException {
        super.initialize(server, groupId, storage);
        getLifeCycle().transition(LifeCycle.State.STARTING);
        snapshots.init(storage);
        Optional<SnapshotFolder.Found> newest = snapshots.rescan();
        if (newest.isPresent()) {
            restore(newest.get());
        }
        requireLogFrom(storage.getStorageDir().getCurrentDir().toPath(), getLastAppliedTermIndex().getIndex() + 1);
        getLifeCycle().transition(LifeCycle.State.RUNNING);
    }

    /** An incoming snapshot is about to take the place of the folder. On a thread of Ratis, while entries may be being applied. */
    @Override
    public void pause() {
        snapshots.suspend();
        if (getLifeCycle().compareAndTransition(LifeCycle.State.RUNNING, LifeCycle.State.PAUSING)) {
            getLifeCycle().transition(LifeCycle.State.PAUSED);
        }
        forceIncomingSnapshot();
    }

    /** Ratis does not force what it received to disk, and drops the log that it replaces. */
    private void forceIncomingSnapshot() {
        try {
            DurableFiles.forceTree(groupDir().resolve("tmp"));
        } catch (IOException e) {
            log.warn("The incoming snapshot may not survive a power loss: {}", e.toString());
        }
    }

    /** On the applying thread, after the folder was replaced. */
    @Override
    public void reinitialize() throws IOException {
        try {
            SnapshotFolder.Found installed = snapshots.rescan()
                    .orElseThrow(() -> new IOException("a snapshot was installed and is not there"));
            DurableFiles.force(groupDir());
            restore(installed);
            getLifeCycle().transition(LifeCycle.State.STARTING);
            getLifeCycle().transition(LifeCycle.State.RUNNING);
            log.info("Went on from the leader's snapshot at {}", installed.position());
        } catch (IOException e) {
            fate.die(DeathReason.Kind.CLOSED, "the leader's snapshot can't be loaded: " + e.getMessage());
            throw e;
        }
    }

    private Path groupDir() throws IOException {
        return getServer().join().getDivision(getGroupId()).getRaftStorage().getStorageDir().getRoot().toPath();
    }

    private void restore(SnapshotFolder.Found snapshot) throws IOException {
        try {
            ClusterState state = SnapshotFile.read(snapshot.file(), snapshot.position());
            setLastAppliedTermIndex(snapshot.position());
            feed.restored(state, snapshot.position().getIndex());
            writer.restored();
        } catch (UnsupportedEntryException e) {
            fate.die(DeathReason.Kind.UNSUPPORTED, snapshot.file() + ": " + e.getMessage());
            throw new IOException(e.getMessage(), e);
        }
    }

    /** Ratis would wait for ever for entries that are neither in the snapshot nor in the log. */
    private static void requireLogFrom(Path current, long index) throws IOException {
        long first = LogFiles.firstIndex(current).orElse(index);
        if (first > index) {
            throw new SnapshotDamagedException(
                    current + " begins at log index " + first + ", but the newest snapshot ends at "
                            + (index - 1) + ": a snapshot is missing");
        }
    }

    /** The leader, when somebody proposes. Only this process does, with an object that can't have come over the network. */
    @Override
    public TransactionContext startTransaction(RaftClientRequest request) {
        TransactionContext.Builder context =
                TransactionContext.newBuilder().setStateMachine(this).setClientRequest(request);
        if (request.getMessage() instanceof Proposal proposal) {
            return context.setStateMachineContext(proposal).build();
        }
        // Not thrown: that would leave the request in Ratis' retry cache, and whoever tries again would hang.
        return context.build()
                .setException(new StateMachineException("only the leader's own process proposes", null, false));
    }

    @Override
    public CompletableFuture<Message> applyTransaction(TransactionContext context) {
        LogEntryProto entry = context.getLogEntry();
        Optional<Proposal> own = Optional.ofNullable((Proposal) context.getStateMachineContext());
        Applied applied = apply(entry);
        updateLastAppliedTermIndex(entry.getTerm(), entry.getIndex());
        feed.applied(applied.state(), applied.delta(), entry.getIndex(), own.isPresent());
        writer.applied(applied.state(), TermIndex.valueOf(entry), entry.getSerializedSize());
        own.ifPresent(proposal -> proposal.applied(applied.results(), applied.state().index()));
        return CompletableFuture.completedFuture(Message.EMPTY);
    }

    private Applied apply(LogEntryProto entry) {
        ClusterState before = feed.current();
        Batch batch;
        try {
            batch = EntryCodec.decode(entry.getStateMachineLogEntry().getLogData());
        } catch (UnsupportedEntryException e) {
            throw stop(entry, e);
        } catch (InvalidProtocolBufferException e) {
            log.error("Entry {} is no batch and is passed over: {}", entry.getIndex(), e.getMessage());
            return new Applied(before, StateDelta.NONE, List.of());
        }
        try {
            return rules.apply(before, batch, entry.getTerm());
        } catch (UnsupportedEntryException e) {
            throw stop(entry, e);
        } catch (RuntimeException e) {
            // The same on every member: the batch is rejected, and the cluster goes on to live.
            log.error("Entry {} can't be applied and is rejected", entry.getIndex(), e);
            TransactionResult rejected = new TransactionResult.Rejected("it can't be applied: " + e);
            return new Applied(before, StateDelta.NONE, Collections.nCopies(batch.getTransactionsCount(), rejected));
        } catch (Error e) {
            // Memory is this member's own trouble: to go on would make it differ from the others.
            fate.die(DeathReason.Kind.APPLY_FAILED, "entry " + entry.getIndex() + " could not be applied: " + e);
            throw e;
        }
    }

    /** Closes the server: this member must neither skip the entry nor vote for what it does not understand. */
    private UnsupportedEntryException stop(LogEntryProto entry, UnsupportedEntryException cause) {
        fate.die(DeathReason.Kind.UNSUPPORTED, "log entry " + entry.getIndex() + ": " + cause.getMessage());
        return cause;
    }

    /** An entry of Ratis itself was passed. */
    @Override
    public void notifyTermIndexUpdated(long term, long index) {
        super.notifyTermIndexUpdated(term, index);
        feed.passed(index);
    }

    @Override
    public void notifyConfigurationChanged(long term, long index, RaftConfigurationProto configuration) {
        observer.leadershipChanged();
    }

    @Override
    public void notifyLeaderChanged(RaftGroupMemberId member, RaftPeerId leader) {
        observer.leadershipChanged();
    }

    @Override
    public void notifyLeaderReady() {
        observer.leadershipChanged();
    }

    @Override
    public void notifyNotLeader(Collection<TransactionContext> pending) {
        observer.leadershipLost();
    }

    /** After it Ratis takes nothing more and says that all is well. */
    @Override
    public void notifyLogFailed(Throwable cause, @Nullable LogEntryProto entry) {
        fate.die(DeathReason.Kind.LOG_FAILED, "the log can't be written: " + cause);
        observer.leadershipLost();
    }

    /** Only what the writer has finished; writing here would hold up applying. */
    @Override
    public long takeSnapshot() {
        return snapshots.adopt().map(TermIndex::getIndex).orElse(RaftLog.INVALID_LOG_INDEX);
    }

    @Override
    public StateMachineStorage getStateMachineStorage() {
        return snapshots;
    }

    @Override
    public @Nullable SnapshotInfo getLatestSnapshot() {
        return snapshots.getLatestSnapshot();
    }

    /** Reading through Ratis can be stale, so nothing is ever read this way; see {@link ReadBarrier} and {@link CommitNotice}. */
    @Override
    public CompletableFuture<Message> query(Message request) {
        return CompletableFuture.completedFuture(Message.EMPTY);
    }

    @Override
    public CompletableFuture<Message> queryStale(Message request, long minIndex) {
        return query(request);
    }

    @Override
    public void close() {
        getLifeCycle().checkStateAndClose();
        observer.closed();
    }
}
