package dev.mure.agent.session;

import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.util.concurrent.TimeUnit;

/** A channel to a manager that keeps its streams open but answers no question: as seen when its process is stopped. */
final class StalledProbes extends ManagedChannel {

    private final ManagedChannel channel;

    private StalledProbes(ManagedChannel channel) {
        this.channel = channel;
    }

    static ManagedChannel on(ManagedChannel channel) {
        return new StalledProbes(channel);
    }

    @Override
    public <I, O> ClientCall<I, O> newCall(MethodDescriptor<I, O> method, CallOptions options) {
        return method.getType() == MethodDescriptor.MethodType.UNARY
                ? new DeadlineExceeded<>()
                : channel.newCall(method, options);
    }

    @Override
    public String authority() {
        return channel.authority();
    }

    @Override
    public ManagedChannel shutdown() {
        channel.shutdown();
        return this;
    }

    @Override
    public boolean isShutdown() {
        return channel.isShutdown();
    }

    @Override
    public boolean isTerminated() {
        return channel.isTerminated();
    }

    @Override
    public ManagedChannel shutdownNow() {
        channel.shutdownNow();
        return this;
    }

    @Override
    public boolean awaitTermination(long timeout, TimeUnit unit) throws InterruptedException {
        return channel.awaitTermination(timeout, unit);
    }

    private static final class DeadlineExceeded<I, O> extends ClientCall<I, O> {

        @Override
        public void start(Listener<O> listener, Metadata headers) {
            listener.onClose(Status.DEADLINE_EXCEEDED, new Metadata());
        }

        @Override
        public void request(int messages) {
            // Never answered.
        }

        @Override
        public void cancel(@org.jspecify.annotations.Nullable String message,
                @org.jspecify.annotations.Nullable Throwable cause) {
            // Over already.
        }

        @Override
        public void halfClose() {
            // Over already.
        }

        @Override
        public void sendMessage(I message) {
            // Never read.
        }
    }
}
