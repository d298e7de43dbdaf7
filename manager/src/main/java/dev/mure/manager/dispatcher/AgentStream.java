package dev.mure.manager.dispatcher;

import dev.mure.v1.AgentMessage;
import dev.mure.v1.ManagerMessage;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * One agent's gRPC stream, turned from calls back into something to look at: at most one message is there to be taken, since the
 * next is asked for only then. One thread takes and sends; gRPC's threads only leave things here and wake it.
 */
final class AgentStream implements StreamObserver<AgentMessage> {

    /** What gRPC's threads tell. Must not block. */
    interface Listener {

        /** Something is there to be taken, or there is room again to send. */
        void wake();

        /** The agent was heard of. */
        void heard();

        /** The stream ended at the agent's side. */
        void ended(String why);
    }

    private final ServerCallStreamObserver<ManagerMessage> out;
    private final AtomicReference<@Nullable AgentMessage> received = new AtomicReference<>();
    private final AtomicBoolean closed = new AtomicBoolean();
    private @Nullable Listener listener;

    AgentStream(ServerCallStreamObserver<ManagerMessage> out) {
        this.out = out;
    }

    /** Begins; in the method that gRPC called to open the stream. */
    void start(Listener listener) {
        this.listener = listener;
        out.disableAutoRequest();
        out.setOnReadyHandler(listener::wake);
        out.setOnCancelHandler(() -> listener.ended("the agent broke off"));
        out.request(1);
    }

    /** The next message, if there is one; makes room for another. */
    Optional<AgentMessage> take() {
        AgentMessage message = received.getAndSet(null);
        if (message != null) {
            out.request(1);
        }
        return Optional.ofNullable(message);
    }

    /** Whether a message can be sent without being piled up. */
    boolean isReady() {
        return out.isReady();
    }

    void send(ManagerMessage message) {
        if (!closed.get() && !out.isCancelled()) {
            out.onNext(message);
        }
    }

    /** Ends the stream, once. */
    void close(Status status) {
        if (closed.compareAndSet(false, true) && !out.isCancelled()) {
            if (status.isOk()) {
                out.onCompleted();
            } else {
                out.onError(status.asRuntimeException());
            }
        }
    }

    @Override
    public void onNext(AgentMessage message) {
        received.set(message);
        tell().heard();
        tell().wake();
    }

    @Override
    public void onError(Throwable t) {
        tell().ended("the stream broke: " + Status.fromThrowable(t).getCode());
    }

    @Override
    public void onCompleted() {
        tell().ended("the agent ended it");
    }

    private Listener tell() {
        Listener told = listener;
        if (told == null) {
            throw new IllegalStateException("a message came before the stream was started");
        }
        return told;
    }
}
