package dev.mure.manager.raft;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.ratis.protocol.RaftClientReply;
import org.apache.ratis.protocol.exceptions.LeaderNotReadyException;
import org.apache.ratis.protocol.exceptions.LeaderSteppingDownException;
import org.apache.ratis.protocol.exceptions.ReconfigurationInProgressException;
import org.apache.ratis.protocol.exceptions.ReconfigurationTimeoutException;
import org.apache.ratis.protocol.exceptions.SetConfigurationException;
import org.jspecify.annotations.Nullable;

/** Changes who votes, on the leader. One change at a time; a second one waits for the first. */
final class Membership {

    private static final Duration RETRY = Duration.ofMillis(50);

    private final LocalServer server;

    Membership(LocalServer server) {
        this.server = server;
    }

    /** Brings a running, empty member up to date and makes it a voter. Done at once if it is one. */
    void admit(Voter voter, Duration timeout)
            throws NotLeaderException, MembershipException, TimeoutException, InterruptedException {
        long deadline = System.nanoTime() + timeout.toNanos();
        while (!isMember(voter)) {
            long left = deadline - System.nanoTime();
            if (left <= 0) {
                throw new TimeoutException(voter.peerId() + " was not admitted within " + timeout
                        + "; it may be yet, and may be tried again");
            }
            Optional<Throwable> failure = attempt(server.add(voter), left);
            if (failure.filter(ReconfigurationTimeoutException.class::isInstance).isPresent()) {
                throw new MembershipException(voter.peerId() + " at " + voter.address()
                        + " does not answer or does not catch up: is it running, and reachable from here?");
            }
            if (failure.isPresent()) {
                waitOrGiveUp(voter.peerId(), "admitted", failure.get());
            }
        }
    }

    /** Takes a voter out, if the others can go on without it. Done at once if it is none. */
    void release(String peerId, Duration answering, Duration timeout)
            throws NotLeaderException, MembershipException, TimeoutException, InterruptedException {
        if (peerId.equals(server.peerId())) {
            throw new NotLeaderException("the leader hands over before it leaves");
        }
        long deadline = System.nanoTime() + timeout.toNanos();
        while (true) {
            Voters voters = server.voters();
            if (voters.stable() && voters.find(peerId).isEmpty()) {
                return;
            }
            long left = deadline - System.nanoTime();
            if (left <= 0) {
                throw new TimeoutException(peerId + " was not removed within " + timeout
                        + "; it may be yet, and may be tried again");
            }
            Optional<String> obstacle = removalObstacle(peerId, answering);
            if (obstacle.isPresent()) {
                throw new MembershipException(obstacle.get());
            }
            Optional<Throwable> failure = attempt(server.remove(voters.current(), peerId), left);
            if (failure.isPresent()) {
                waitOrGiveUp(peerId, "removed", failure.get());
            }
        }
    }

    /** What speaks against taking a voter out, as the leader sees it. */
    Optional<String> removalObstacle(String peerId, Duration answering) {
        Map<String, Duration> silence = server.silence();
        return RemovalRule.obstacle(server.voters(), peerId, peer -> peer.equals(server.peerId())
                || Optional.ofNullable(silence.get(peer)).filter(silent -> silent.compareTo(answering) <= 0)
                        .isPresent());
    }

    /** Ratis takes an id that it knows under a new address for no change at all. */
    private boolean isMember(Voter voter) throws MembershipException {
        Voters voters = server.voters();
        Optional<Voter> known = voters.find(voter.peerId());
        if (known.isPresent() && !known.get().address().equals(voter.address())) {
            throw new MembershipException(voter.peerId() + " is a member at " + known.get().address()
                    + " and can't move to " + voter.address() + ": remove it, and join under a new id");
        }
        return voters.stable() && voters.current().contains(voter);
    }

    private static Optional<Throwable> attempt(CompletableFuture<RaftClientReply> change, long nanos)
            throws TimeoutException, InterruptedException {
        try {
            RaftClientReply reply = change.get(nanos, TimeUnit.NANOSECONDS);
            return Optional.ofNullable(reply.getException());
        } catch (ExecutionException e) {
            return Optional.of(unwrap(e));
        }
    }

    private static void waitOrGiveUp(String peerId, String wanted, Throwable failure)
            throws NotLeaderException, MembershipException, InterruptedException {
        switch (failure) {
            case ReconfigurationInProgressException busy -> Thread.sleep(RETRY);
            case LeaderNotReadyException soon -> Thread.sleep(RETRY);
            // Somebody else changed the members meanwhile.
            case SetConfigurationException changed -> Thread.sleep(RETRY);
            case LeaderSteppingDownException leaving -> throw new NotLeaderException("leadership is being given up");
            case org.apache.ratis.protocol.exceptions.NotLeaderException elsewhere ->
                    throw new NotLeaderException("this manager does not lead");
            default -> throw new MembershipException(peerId + " can't be " + wanted + ": " + failure.getMessage());
        }
    }

    private static Throwable unwrap(ExecutionException failure) {
        Throwable cause = failure;
        @Nullable Throwable deeper = failure.getCause();
        while (deeper != null && (cause instanceof ExecutionException || cause instanceof CompletionException)) {
            cause = deeper;
            deeper = cause.getCause();
        }
        return cause;
    }
}
