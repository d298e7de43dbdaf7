package dev.mure.manager.raft;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.ratis.protocol.RaftClientReply;
import org.apache.ratis.protocol.exceptions.LeaderNotReadyException;
import org.apache.ratis.protocol.exceptions.LeaderSteppingDownException;
import org.apache.ratis.protocol.exceptions.ReconfigurationInProgressException;
import org.apache.ratis.protocol.exceptions.ReconfigurationTimeoutException;
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
            Optional<Throwable> failure = tryAdd(voter, left);
            if (failure.isPresent()) {
                waitOrGiveUp(voter, failure.get());
            }
        }
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

    private Optional<Throwable> tryAdd(Voter voter, long nanos) throws TimeoutException, InterruptedException {
        try {
            RaftClientReply reply = server.add(voter).get(nanos, TimeUnit.NANOSECONDS);
            return Optional.ofNullable(reply.getException());
        } catch (ExecutionException e) {
            return Optional.of(unwrap(e));
        }
    }

    private void waitOrGiveUp(Voter voter, Throwable failure)
            throws NotLeaderException, MembershipException, InterruptedException {
        switch (failure) {
            case ReconfigurationInProgressException busy -> Thread.sleep(RETRY);
            case LeaderNotReadyException soon -> Thread.sleep(RETRY);
            case LeaderSteppingDownException leaving -> throw new NotLeaderException("leadership is being given up");
            case org.apache.ratis.protocol.exceptions.NotLeaderException elsewhere ->
                    throw new NotLeaderException("this manager does not lead");
            case ReconfigurationTimeoutException silent ->
                    throw new MembershipException(voter.peerId() + " at " + voter.address()
                            + " does not answer or does not catch up: is it running, and reachable from here?");
            default -> throw new MembershipException(voter.peerId() + " can't be admitted: " + failure.getMessage());
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
