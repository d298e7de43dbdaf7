package dev.mure.manager.api;

import dev.mure.manager.leader.Decisions;
import io.grpc.Context;
import io.grpc.Deadline;
import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.grpc.StatusException;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Has requests that only the leader can grant answered by the leader, whichever manager they reach: here when this manager leads,
 * else there, with one hop at most. What was certainly not applied is tried again while the patience lasts, so that a short
 * election is a delay and not an error; what may have been applied never is.
 *
 * <p>For unary methods whose handlers answer before they return.
 */
public final class LeaderForwarding implements ServerInterceptor {

    /** For a caller that set no deadline. */
    static final Duration LONGEST = Duration.ofSeconds(20);

    private static final Duration PAUSE = Duration.ofMillis(25);

    private final Decisions decisions;
    private final LeaderLink leader;
    private final Quorum quorum;
    private final Duration patience;
    private final Set<String> methods;

    /**
     * Forwards these methods.
     *
     * @param quorum while it is lost nobody waits for a leader
     * @param patience how long a request may wait for a leader
     */
    public LeaderForwarding(Decisions decisions, LeaderLink leader, Quorum quorum, Duration patience,
            MethodDescriptor<?, ?>... methods) {
        this.decisions = decisions;
        this.leader = leader;
        this.quorum = quorum;
        this.patience = patience;
        this.methods =
                Stream.of(methods).map(MethodDescriptor::getFullMethodName).collect(Collectors.toUnmodifiableSet());
    }

    @Override
    public <Q, R> ServerCall.Listener<Q> interceptCall(ServerCall<Q, R> call, Metadata headers,
            ServerCallHandler<Q, R> next) {
        if (!methods.contains(call.getMethodDescriptor().getFullMethodName())) {
            return next.startCall(call, headers);
        }
        // One more than there may be, so that a second message is seen.
        call.request(2);
        return new Collecting<>(call, headers, next);
    }

    /** Waits for the whole request, then sees to its answer on the caller's (virtual) thread. */
    private final class Collecting<Q, R> extends ServerCall.Listener<Q> {
        private final ServerCall<Q, R> call;
        private final Metadata headers;
        private final ServerCallHandler<Q, R> next;
        private @Nullable Q request;

        Collecting(ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
            this.call = call;
            this.headers = headers;
            this.next = next;
        }

        @Override
        public void onMessage(Q message) {
            request = message;
        }

        @Override
        public void onHalfClose() {
            Q whole = request;
            if (whole == null) {
                call.close(Status.INVALID_ARGUMENT.withDescription("the request has no message"), new Metadata());
                return;
            }
            try {
                answer(whole).replay(call);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                call.close(Status.UNKNOWN.withDescription("outcome unknown: this manager is stopping"), new Metadata());
            }
        }

        private Answer<R> answer(Q whole) throws InterruptedException {
            long deadline = System.nanoTime() + waiting(patience, timeLeft()).toNanos();
            while (true) {
                String why;
                if (decisions.leading()) {
                    Answer<R> here = here(whole);
                    if (!Statuses.saysNotLeading(here.status, here.trailers)) {
                        return here;
                    }
                    why = Objects.requireNonNullElse(here.status.getDescription(), "this manager no longer leads");
                } else if (headers.containsKey(LeaderLink.FORWARDED)) {
                    return notLeading("the request was passed on to a manager that does not lead");
                } else {
                    switch (leader.passOn(call.getMethodDescriptor(), whole, timeLeft())) {
                        case LeaderLink.Outcome.Answered<R>(R message) -> {
                            return new Answer<>(new Metadata(), Optional.of(message), Status.OK, new Metadata());
                        }
                        case LeaderLink.Outcome.Failed<R>(Status status, Metadata trailers) -> {
                            return new Answer<>(new Metadata(), Optional.empty(), status, trailers);
                        }
                        case LeaderLink.Outcome.NotTaken<R>(String reason) -> why = reason;
                    }
                }
                Optional<String> lost = quorum.lost();
                if (lost.isPresent()) {
                    return quorumLost(lost.get());
                }
                if (System.nanoTime() - deadline >= 0 || timeLeft().isZero() || call.isCancelled()) {
                    return notLeading("no leader: " + why + "; try again");
                }
                Thread.sleep(PAUSE);
            }
        }

        private Answer<R> here(Q whole) {
            CapturingCall<Q, R> capturing = new CapturingCall<>(call);
            ServerCall.Listener<Q> listener = next.startCall(capturing, headers);
            listener.onMessage(whole);
            listener.onHalfClose();
            return capturing.answer();
        }

        private static <R> Answer<R> quorumLost(String line) {
            StatusException lost = Statuses.quorumLost(line);
            return new Answer<>(new Metadata(), Optional.empty(), lost.getStatus(),
                    Objects.requireNonNullElseGet(lost.getTrailers(), Metadata::new));
        }

        private static <R> Answer<R> notLeading(String line) {
            Metadata trailers = new Metadata();
            trailers.put(Statuses.NOT_LEADING, "1");
            return new Answer<>(new Metadata(), Optional.empty(), Status.UNAVAILABLE.withDescription(line), trailers);
        }
    }

    /**
     * How long a request waits for a leader. A quarter of the caller's time is left to it, so that it hears that nothing was
     * done instead of giving up without knowing.
     */
    static Duration waiting(Duration patience, Duration timeLeft) {
        Duration most = timeLeft.dividedBy(4).multipliedBy(3);
        return patience.compareTo(most) < 0 ? patience : most;
    }

    /** Time that the caller still gives. */
    static Duration timeLeft() {
        Deadline deadline = Context.current().getDeadline();
        if (deadline == null) {
            return LONGEST;
        }
        long left = Math.max(0, deadline.timeRemaining(TimeUnit.NANOSECONDS));
        return left < LONGEST.toNanos() ? Duration.ofNanos(left) : LONGEST;
    }

    private record Answer<R>(Metadata headers, Optional<R> message, Status status, Metadata trailers) {

        void replay(ServerCall<?, R> call) {
            if (call.isCancelled()) {
                return;
            }
            if (message.isPresent()) {
                call.sendHeaders(headers);
                call.sendMessage(message.get());
            }
            call.close(status, trailers);
        }
    }

    /** Keeps a handler's answer back until it is known that it stands. */
    private static final class CapturingCall<Q, R> extends SimpleForwardingServerCall<Q, R> {
        private Metadata headers = new Metadata();
        private Optional<R> message = Optional.empty();
        private @Nullable Answer<R> answer;

        CapturingCall(ServerCall<Q, R> call) {
            super(call);
        }

        @Override
        public void request(int numMessages) {
            // The message is there already.
        }

        @Override
        public void sendHeaders(Metadata headers) {
            this.headers = headers;
        }

        @Override
        public void sendMessage(R message) {
            this.message = Optional.of(message);
        }

        @Override
        public void close(Status status, Metadata trailers) {
            answer = new Answer<>(headers, message, status, trailers);
        }

        Answer<R> answer() {
            return answer == null
                    ? new Answer<>(headers, Optional.empty(),
                            Status.INTERNAL.withDescription("the request was not answered"),
                            new Metadata())
                    : answer;
        }
    }
}
