package dev.mure.manager.api;

import com.google.protobuf.Timestamp;
import dev.mure.v1.Staleness;
import java.time.Instant;
import java.util.Optional;

/**
 * How fresh an answer is, in the words of the API.
 *
 * @param stale it is this manager's own state, which may be old
 * @param staleness how old it may be; empty for one that is not stale
 */
record Freshness(boolean stale, Staleness staleness) {

    static final Freshness LINEARIZABLE = new Freshness(false, Staleness.getDefaultInstance());

    /** Of an answer from this manager's own state. */
    static Freshness stale(Optional<Instant> leaderlessSince) {
        Staleness.Builder staleness = Staleness.newBuilder();
        leaderlessSince.ifPresent(since -> staleness.setNoLeaderSince(
                Timestamp.newBuilder().setSeconds(since.getEpochSecond()).setNanos(since.getNano())));
        return new Freshness(true, staleness.build());
    }
}
