package dev.mure.manager.raft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mure.manager.store.Applier;
import dev.mure.manager.store.TransactionResult;
import dev.mure.manager.store.UnsupportedEntryException;
import dev.mure.v1.Batch;
import dev.mure.v1.Envelope;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.ratis.proto.RaftProtos.LogEntryProto;
import org.apache.ratis.proto.RaftProtos.RaftPeerRole;
import org.apache.ratis.proto.RaftProtos.StateMachineLogEntryProto;
import org.apache.ratis.statemachine.TransactionContext;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What throws while an entry is applied closes the server on every member, and again at each restart. */
@Timeout(120)
class Finding03PoisonEntryTest {

    private final StateFeed feed = new StateFeed(System::nanoTime);
    private final Fate fate = new Fate();

    @Test
    void anEntryThatIsNoBatchIsPassedOver() {
        ReplicatedState state = state(Applier::apply);
        apply(state, 1, ByteString.copyFromUtf8("\u0001 this is no protobuf"));
        apply(state, 2, ByteString.EMPTY);
        apply(state, 3, EntryCodec.encode(TestCluster.put(1, "a", "alpha")));

        assertThat(feed.current().node("a")).isPresent();
        assertThat(feed.logIndex()).isEqualTo(3);
        assertThat(state.getLastAppliedTermIndex().getIndex()).isEqualTo(3);
        assertThat(fate.reason()).isEmpty();
    }

    @Test
    void aBatchThatMakesTheRulesFailIsRejected() throws Exception {
        ReplicatedState state = state((before, batch, term) -> {
            throw new IllegalStateException("a bug");
        });
        CompletableFuture<CommitOutcome> outcome = new CompletableFuture<>();
        Proposal proposal = new Proposal(TestCluster.put(1, "a", "alpha"), (done, result) -> outcome.complete(result));
        assertThat(proposal.handOver()).isTrue();
        TransactionContext context = TransactionContext.newBuilder()
                .setStateMachine(state)
                .setLogEntry(entry(1, proposal.getContent()))
                .setServerRole(RaftPeerRole.LEADER)
                .build();
        state.applyTransaction(context.setStateMachineContext(proposal)).get(1, TimeUnit.SECONDS);

        CommitOutcome.Applied applied = (CommitOutcome.Applied) outcome.get(1, TimeUnit.SECONDS);
        assertThat(applied.results()).singleElement().isInstanceOf(TransactionResult.Rejected.class);
        assertThat(feed.current().index()).isZero();
        assertThat(feed.logIndex()).isEqualTo(1);
        assertThat(fate.reason()).isEmpty();
    }

    @Test
    void aBatchOfAnotherTermIsRejected() {
        ReplicatedState state = state(Applier::apply);
        apply(state, 1, EntryCodec.encode(TestCluster.put(2, "a", "proposed in term 2, logged in 1")));
        assertThat(feed.current().nodes()).isEmpty();
        assertThat(feed.logIndex()).isEqualTo(1);
    }

    @Test
    void whatThisBuildDoesNotKnowIsNeverSkipped() throws Exception {
        List<ByteString> unknown = List.of(
                EntryCodec.encode(Batch.newBuilder(TestCluster.put(1, "a", "alpha")).setFeatureLevel(99).build()),
                ByteString.copyFrom(Envelope.newBuilder().setFormat(2).build().toByteArray()),
                ByteString.copyFrom(Envelope.newBuilder().setFormat(Applier.FORMAT).setKeyId(1).build().toByteArray()));
        for (ByteString content : unknown) {
            Fate own = new Fate();
            ReplicatedState state = state(Applier::apply, own);
            assertThatThrownBy(() -> apply(state, 1, content)).isInstanceOf(UnsupportedEntryException.class);
            assertThat(own.died().get(1, TimeUnit.SECONDS).kind()).isEqualTo(DeathReason.Kind.UNSUPPORTED);
            assertThat(feed.logIndex()).isEqualTo(-1);
        }
    }

    @Test
    void aMemberThatMetWhatItDoesNotKnowStopsNowAndAtEachRestart(@TempDir Path dir) throws Exception {
        try (TestCluster cluster = TestCluster.of(dir, 1)) {
            RaftMember member = cluster.leader();
            LeaderTerm term = member.openTerm().orElseThrow();
            Batch newer = TestCluster.put(term, "a", "alpha").toBuilder().setFeatureLevel(99).build();
            CompletableFuture<CommitOutcome> outcome = term.submit(newer);

            assertThat(kindOfDeath(member)).isEqualTo(DeathReason.Kind.UNSUPPORTED);
            assertThat(TestCluster.outcome(outcome)).isInstanceOf(CommitOutcome.Unknown.class);
            assertThat(member.openTerm()).isEmpty();
            cluster.stop(member);
            assertThat(kindOfDeath(cluster.restart(member))).isEqualTo(DeathReason.Kind.UNSUPPORTED);
        }
    }

    private static DeathReason.Kind kindOfDeath(RaftMember member) throws Exception {
        DeathReason reason = member.died().get(TestCluster.PATIENCE.toSeconds(), TimeUnit.SECONDS);
        assertThat(reason.message()).contains("feature level 99");
        return reason.kind();
    }

    private ReplicatedState state(ReplicatedState.Rules rules) {
        return state(rules, fate);
    }

    private ReplicatedState state(ReplicatedState.Rules rules, Fate fate) {
        SnapshotFolder folder = new SnapshotFolder(3);
        SnapshotWriter writer = new SnapshotWriter(SnapshotPolicy.DEFAULT, folder, timeout -> {}, System::nanoTime);
        return new ReplicatedState(rules, feed, folder, writer, fate, new Ignoring());
    }

    private static void apply(ReplicatedState state, long index, ByteString content) {
        TransactionContext context = TransactionContext.newBuilder()
                .setStateMachine(state)
                .setLogEntry(entry(index, content))
                .setServerRole(RaftPeerRole.FOLLOWER)
                .build();
        assertThat(state.applyTransaction(context)).isCompleted();
    }

    private static LogEntryProto entry(long index, ByteString content) {
        return LogEntryProto.newBuilder()
                .setTerm(1)
                .setIndex(index)
                .setStateMachineLogEntry(StateMachineLogEntryProto.newBuilder().setLogData(content))
                .build();
    }

    /** Nobody is told. */
    static final class Ignoring implements ReplicatedState.Observer {
        @Override
        public void leadershipChanged() {}

        @Override
        public void leadershipLost() {}

        @Override
        public void closed() {}
    }
}
