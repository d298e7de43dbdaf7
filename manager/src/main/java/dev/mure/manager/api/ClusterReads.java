package dev.mure.manager.api;

import dev.mure.manager.store.ClusterState;
import dev.mure.v1.Consistency;
import io.grpc.Status;
import io.grpc.StatusException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** The state that a read is answered from. */
public interface ClusterReads {

    /**
     * A state that reflects every write that was acknowledged before this call.
     *
     * @throws StatusException UNAVAILABLE if no leader confirmed it in time
     */
    ClusterState linearizable(Duration timeout) throws StatusException, InterruptedException;

    /** What this manager has applied. */
    ClusterState stale();

    /** Wall time since when this manager knows no leader, which is how old {@link #stale} may be; empty while it knows one. */
    Optional<Instant> leaderlessSince();

    /** The state for the wanted freshness. */
    default ClusterState read(Consistency consistency, Duration timeout) throws StatusException, InterruptedException {
        return switch (consistency) {
            case CONSISTENCY_LINEARIZABLE -> linearizable(timeout);
            case CONSISTENCY_STALE -> stale();
            case UNRECOGNIZED -> throw Status.INVALID_ARGUMENT
                    .withDescription("consistency: not known to this manager: use LINEARIZABLE or STALE")
                    .asException();
        };
    }
}
