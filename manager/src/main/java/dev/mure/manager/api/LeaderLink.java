package dev.mure.manager.api;

import com.google.common.util.concurrent.ListenableFuture;
import dev.mure.v1.GetTermRequest;
import dev.mure.v1.Node;
import dev.mure.v1.PeerGrpc;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientInterceptors;
import io.grpc.ClientStreamTracer;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.MetadataUtils;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;

/** The way from this manager, which does not lead, to the one that does. */
public final class LeaderLink {

    /** Header of a request that came from another manager: it is not passed on again. */
    static final Metadata.Key<String> FORWARDED = Metadata.Key.of("mure-forwarded", Metadata.ASCII_STRING_MARSHALLER);

    /** Header of a passed-on request: who made it, in the words of {@link Caller#header}. Believed only of managers. */
    static final Metadata.Key<String> CALLER = Metadata.Key.of("mure-caller", Metadata.ASCII_STRING_MARSHALLER);

    /** While an answer is awaited the leader is asked for its term this often; two misses and it counts as dead. */
    private static final Duration PROBE_PERIOD = Duration.ofMillis(400);

    private static final int PROBES_MISSED = 2;

    /** What became of a request. */
    sealed interface Outcome<R> {

        /** The leader's answer. */
        record Answered<R>(R message) implements Outcome<R> {}

        /** The leader's error, or an outcome that nobody knows. */
        record Failed<R>(Status status, Metadata trailers) implements Outcome<R> {}

        /** Certainly not applied. */
        record NotTaken<R>(String why) implements Outcome<R> {}
    }

    private final String selfId;
    private final Leadership leadership;
    private final AppliedState state;
    private final ManagerChannels channels;

    public LeaderLink(String selfId, Leadership leadership, AppliedState state, ManagerChannels channels) {
        this.selfId = selfId;
        this.leadership = leadership;
        this.state = state;
        this.channels = channels;
    }

    /** Node id of this manager. */
    String selfId() {
        return selfId;
    }

    /** The gRPC address of the leader, if another manager leads and is known. */
    Optional<String> address() {
        return leadership.leaderId()
                .filter(id -> !id.equals(selfId))
                .flatMap(id -> state.current().node(id))
                .filter(Node::hasManager)
                .map(node -> node.getManager().getGrpcAddress())
                .filter(address -> !address.isEmpty());
    }

    /** Asks the leader in this manager's own name. Within the caller's context: its deadline and its cancellation hold. */
    <Q, R> Outcome<R> ask(MethodDescriptor<Q, R> method, Q request, Duration timeout) throws InterruptedException {
        return ask(method, request, timeout, new Metadata());
    }

    /** Passes on the request of the current caller. */
    <Q, R> Outcome<R> passOn(MethodDescriptor<Q, R> method, Q request, Duration timeout) throws InterruptedException {
        Metadata headers = new Metadata();
        headers.put(CALLER, Caller.current().header());
        return ask(method, request, timeout, headers);
    }

    private <Q, R> Outcome<R> ask(MethodDescriptor<Q, R> method, Q request, Duration timeout, Metadata headers)
            throws InterruptedException {
        Optional<String> address = address();
        if (address.isEmpty()) {
            return new Outcome.NotTaken<>(leadership.leaderId().isEmpty()
                    ? "none is known; is a majority of the managers running?"
                    : "this manager no longer leads and knows no other");
        }
        return ask(address.get(), method, request, timeout, headers);
    }

    private <Q, R> Outcome<R> ask(String address, MethodDescriptor<Q, R> method, Q request, Duration timeout,
            Metadata headers) throws InterruptedException {
        Channel channel = channels.to(address);
        headers.put(FORWARDED, "1");
        SentTracer sent = new SentTracer();
        CallOptions options = CallOptions.DEFAULT.withDeadlineAfter(timeout.toMillis(), TimeUnit.MILLISECONDS)
                .withStreamTracerFactory(sent);
        ListenableFuture<R> answer = ClientCalls.futureUnaryCall(
                ClientInterceptors.intercept(channel, MetadataUtils.newAttachHeadersInterceptor(headers))
                        .newCall(method, options),
                request);
        try {
            return new Outcome.Answered<>(awaited(answer, channel, address));
        } catch (ExecutionException e) {
            return failed(address, e, sent.happened());
        } catch (CancellationException e) {
            return new Outcome.Failed<>(
                    Status.UNKNOWN.withDescription("outcome unknown: the leader at " + address
                            + " stopped answering; repeat with the same request id, or look"),
                    new Metadata());
        } finally {
            answer.cancel(true);
        }
    }

    private <R> R awaited(ListenableFuture<R> answer, Channel channel, String address)
            throws InterruptedException, ExecutionException {
        int missed = 0;
        while (true) {
            try {
                return answer.get(PROBE_PERIOD.toNanos(), TimeUnit.NANOSECONDS);
            } catch (TimeoutException e) {
                missed = answers(channel) ? 0 : missed + 1;
                // Where nobody believes in it any more one miss is enough.
                if (missed == PROBES_MISSED || (missed > 0 && !address().equals(Optional.of(address)))) {
                    answer.cancel(true);
                }
            }
        }
    }

    /** Whether the manager at the other end is alive: any answer will do. */
    private static boolean answers(Channel channel) {
        try {
            ClientCalls.blockingUnaryCall(channel, PeerGrpc.getGetTermMethod(),
                    CallOptions.DEFAULT.withDeadlineAfter(PROBE_PERIOD.toMillis(), TimeUnit.MILLISECONDS),
                    GetTermRequest.getDefaultInstance());
            return true;
        } catch (StatusRuntimeException e) {
            return e.getStatus().getCode() == Status.Code.UNIMPLEMENTED;
        }
    }

    private static <R> Outcome<R> failed(String address, ExecutionException e, boolean sent) {
        Status status = Status.fromThrowable(e);
        Metadata known = Status.trailersFromThrowable(e);
        Metadata trailers = known == null ? new Metadata() : known;
        if (Statuses.saysNotLeading(status, trailers)) {
            return new Outcome.NotTaken<>("the manager at " + address + " does not lead any more");
        }
        if (status.getCode() != Status.Code.UNAVAILABLE) {
            return new Outcome.Failed<>(status, trailers);
        }
        return sent
                ? new Outcome.Failed<>(
                        Status.UNKNOWN.withDescription("outcome unknown: the connection to the leader at "
                                + address + " broke; repeat with the same request id, or look"),
                        new Metadata())
                : new Outcome.NotTaken<>("the leader at " + address + " can't be reached");
    }

    /** Whether the request may have left this process. */
    private static final class SentTracer extends ClientStreamTracer.Factory {

        private final AtomicBoolean created = new AtomicBoolean();

        @Override
        public ClientStreamTracer newClientStreamTracer(ClientStreamTracer.StreamInfo info, Metadata headers) {
            return new ClientStreamTracer() {
                @Override
                public void outboundMessage(int sequence) {
                    created.set(true);
                }
            };
        }

        boolean happened() {
            return created.get();
        }
    }
}
