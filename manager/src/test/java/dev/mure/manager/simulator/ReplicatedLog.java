package dev.mure.manager.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mure.manager.store.Applier;
import dev.mure.manager.store.ClusterState;
import dev.mure.v1.Batch;
import dev.mure.v1.Transaction;
import java.util.ArrayList;
import java.util.List;

/** The log as all managers agree on it, and the state that it gives. */
final class ReplicatedLog {

    /** Sees each transaction that is applied. */
    @FunctionalInterface
    interface Listener {
        void applied(ClusterState before, ClusterState after, Transaction transaction);
    }

    private final Timeline timeline;
    private final List<Listener> listeners = new ArrayList<>();
    private final List<Batch> entries = new ArrayList<>();
    private ClusterState state = ClusterState.empty();
    private long appliedAt;

    ReplicatedLog(Timeline timeline) {
        this.timeline = timeline;
    }

    void listen(Listener listener) {
        listeners.add(listener);
    }

    ClusterState state() {
        return state;
    }

    int size() {
        return entries.size();
    }

    /** The state clock as a manager reckons it: that of the last entry and what has passed since. */
    long clock() {
        return state.clockMillis() + timeline.now() - appliedAt;
    }

    /** Appends what leads to that state; another member that applies it is checked to come to the same one at the end. */
    void append(long term, Transaction transaction, ClusterState result) {
        Batch batch = Batch.newBuilder().setTerm(term).addTransactions(transaction).build();
        entries.add(batch);
        ClusterState before = state;
        state = result;
        appliedAt = timeline.now();
        listeners.forEach(listener -> listener.applied(before, state, transaction));
    }

    /** Another member that applies the whole log comes to the same state, and the indexes are those that the objects give. */
    void checkReplicas() {
        ClusterState replica = ClusterState.empty();
        for (Batch entry : entries) {
            replica = Applier.apply(replica, entry, entry.getTerm()).state();
        }
        assertSame(replica, state);
        assertSame(ClusterState.restore(state.snapshotHeader().build(), state.records().iterator()), state);
    }

    static void assertSame(ClusterState one, ClusterState other) {
        assertThat(one.records().toList()).isEqualTo(other.records().toList());
        assertThat(one.unassignedTasks()).isEqualTo(other.unassignedTasks());
        other.services()
                .forEach(service -> assertThat(one.tasksOfService(service.getId()))
                        .isEqualTo(other.tasksOfService(service.getId())));
        other.nodes()
                .forEach(node -> assertThat(one.tasksOnNode(node.getId())).isEqualTo(other.tasksOnNode(node.getId())));
    }
}
