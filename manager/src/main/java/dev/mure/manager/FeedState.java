package dev.mure.manager;

import dev.mure.manager.api.AppliedState;
import dev.mure.manager.raft.StateFeed;
import dev.mure.manager.raft.Subscription;
import dev.mure.manager.store.ClusterState;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeoutException;

/** The state that Raft feeds, as the doors know it. */
record FeedState(StateFeed feed) implements AppliedState {

    @Override
    public ClusterState current() {
        return feed.current();
    }

    @Override
    public long nowMillis() {
        return feed.now();
    }

    @Override
    public ClusterState awaitIndex(long index, Duration timeout) throws InterruptedException, TimeoutException {
        return feed.awaitIndex(index, timeout);
    }

    @Override
    public ClusterState awaitLog(long logIndex, Duration timeout) throws InterruptedException, TimeoutException {
        return feed.awaitLog(logIndex, timeout);
    }

    @Override
    public Changes subscribe(String name) {
        return new Subscribed(feed.subscribe(name));
    }

    private record Subscribed(Subscription subscription) implements Changes {

        @Override
        public Optional<Change> next(Duration timeout) throws InterruptedException {
            return subscription.take(timeout).map(change -> new Change(change.state(), change.delta()));
        }

        @Override
        public void close() {
            subscription.close();
        }
    }
}
