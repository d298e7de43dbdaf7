package dev.mure.manager;

import dev.mure.manager.raft.StateFeed;
import dev.mure.manager.store.ClusterState;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The nodes that are none of the cluster's any more, by their ids: those that the state does not name. As long as this manager has no
 * state it can't tell, and takes nobody for removed.
 */
final class RemovedNodes implements Predicate<String> {

    private final AtomicReference<@Nullable StateFeed> feed = new AtomicReference<>();

    /** Goes by that state from now on. */
    void follow(StateFeed state) {
        feed.set(state);
    }

    @Override
    public boolean test(String nodeId) {
        StateFeed followed = feed.get();
        if (followed == null) {
            return false;
        }
        ClusterState state = followed.current();
        return state.cluster().isPresent() && state.node(nodeId).isEmpty();
    }
}
