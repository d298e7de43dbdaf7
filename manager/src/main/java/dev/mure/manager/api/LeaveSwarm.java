package dev.mure.manager.api;

import dev.mure.manager.leader.Refusal;
import dev.mure.v1.PeerGrpc;
import dev.mure.v1.ReleaseManagerRequest;
import dev.mure.v1.ReleaseManagerResponse;
import io.grpc.Metadata;
import io.grpc.Status;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;

/**
 * How this manager leaves the cluster: it hands leadership over, has the next leader take away its vote and its place on the list,
 * and ends. Where that can't be done it stays, unless it is forced; then it ends all the same, and its vote stays until somebody
 * removes the node.
 */
public final class LeaveSwarm {

    private static final Duration PAUSE = Duration.ofMillis(25);
    /** Forced, it does not wait longer for the others. */
    private static final Duration FORCED_PATIENCE = Duration.ofSeconds(2);
    private static final Duration ONE_TRY = Duration.ofSeconds(5);

    private final ReleaseManagerRequest self;
    private final Departure departure;
    private final LeaderLink leader;
    private final Quorum quorum;

    /**
     * The way out of one manager.
     *
     * @param self who is to be released
     */
    public LeaveSwarm(ReleaseManagerRequest self, Departure departure, LeaderLink leader, Quorum quorum) {
        this.self = self;
        this.departure = departure;
        this.leader = leader;
        this.quorum = quorum;
    }

    /**
     * Leaves; the process ends soon after.
     *
     * @throws Refusal if the cluster would be lost and that was not forced; this manager stays
     */
    void leave(boolean force, Duration timeout) throws Refusal, InterruptedException {
        if (!departure.last()) {
            refuse(departure.obstacle().or(quorum::lost), force);
            refuse(release(force && timeout.compareTo(FORCED_PATIENCE) > 0 ? FORCED_PATIENCE : timeout), force);
        } else if (!force) {
            throw refusal("You are attempting to leave the swarm on a node that is participating as a manager."
                    + " Removing the last manager erases all current state of the swarm."
                    + " Use `--force` to ignore this message.");
        }
        departure.end();
    }

    private static void refuse(Optional<String> obstacle, boolean force) throws Refusal {
        if (obstacle.isPresent() && !force) {
            throw refusal("You are attempting to leave the swarm on a node that is participating as a manager: "
                    + obstacle.get() + ". Use `--force` to leave all the same; the vote of this manager stays then"
                    + " until its node is removed.");
        }
    }

    private static Refusal refusal(String line) {
        return new Refusal(Refusal.Kind.FAILED_PRECONDITION, line);
    }

    /**
     * Why it could not be released; empty if it is. To be released twice does no harm, so whatever fails is tried again; leadership may
     * come back to this manager meanwhile, and is handed over again.
     */
    private Optional<String> release(Duration patience) throws InterruptedException {
        long end = System.nanoTime() + patience.toNanos();
        while (true) {
            departure.handOver();
            String why;
            switch (leader.ask(PeerGrpc.getReleaseManagerMethod(), self, least(end))) {
                case LeaderLink.Outcome.Answered<ReleaseManagerResponse>(ReleaseManagerResponse released) -> {
                    return Optional.empty();
                }
                case LeaderLink.Outcome.Failed<ReleaseManagerResponse>(Status status, Metadata trailers) -> {
                    why = Objects.requireNonNullElse(status.getDescription(), status.getCode().name());
                    if (status.getCode() == Status.Code.FAILED_PRECONDITION) {
                        return Optional.of(why);
                    }
                }
                case LeaderLink.Outcome.NotTaken<ReleaseManagerResponse>(String reason) -> why = reason;
            }
            if (System.nanoTime() - end >= 0) {
                return Optional.of(why);
            }
            Thread.sleep(PAUSE);
        }
    }

    private static Duration least(long end) {
        return Duration.ofNanos(Math.clamp(end - System.nanoTime(), 1, ONE_TRY.toNanos()));
    }
}
