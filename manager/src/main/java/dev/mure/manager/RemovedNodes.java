package dev.mure.manager;

import dev.mure.manager.raft.StateFeed;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The nodes that were removed, by their ids, as the state says once there is one. */
final class RemovedNodes implements Predicate<String> {

    private final AtomicReference<@Nullable StateFeed> feed = new AtomicReference<>();

    /** Goes by that state from now on. */
    void follow(StateFeed state) {
        feed.set(state);
    }

    @Override
    public boolean test(String nodeId) {
        StateFeed followed = feed.get();
        return followed != null && followed.current().nodeRemoved(nodeId);
    }
}
