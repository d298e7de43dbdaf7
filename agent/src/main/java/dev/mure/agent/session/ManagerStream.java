package dev.mure.agent.session;

import dev.mure.v1.AgentMessage;
import dev.mure.v1.DispatchGrpc;
import dev.mure.v1.ManagerMessage;
import io.grpc.Channel;
import io.grpc.Status;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * One stream to one manager, for callers that block. The only place that knows gRPC's callbacks: they fill a queue, which
 * can't overflow, as no more messages are asked for than it has places.
 */
final class ManagerStream implements AutoCloseable {

    private static final int QUEUE = 16;

    private final BlockingQueue<Event> events = new ArrayBlockingQueue<>(QUEUE + 1);
    private final AtomicReference<@Nullable SessionEndedException> ended = new AtomicReference<>();
    private final Callbacks callbacks = new Callbacks();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition ready = lock.newCondition();
    // Guarded by lock.
    private Optional<ClientCallStreamObserver<AgentMessage>> call = Optional.empty();

    private sealed interface Event {

        record Message(ManagerMessage message) implements Event {}

        record End(SessionEndedException why) implements Event {}
    }

    private ManagerStream() {}

    static ManagerStream open(Channel channel) {
        ManagerStream stream = new ManagerStream();
        var _ = DispatchGrpc.newStub(channel).connect(stream.callbacks);
        return stream;
    }

    /**
     * Sends when the transport has room. One thread at a time.
     *
     * @throws SessionEndedException
     *             the stream is over, or there was no room within the limit
     */
    void send(AgentMessage message, Duration limit) throws SessionEndedException, InterruptedException {
        long left = limit.toNanos();
        lock.lock();
        try {
            while (ended.get() == null && !call.map(ClientCallStreamObserver::isReady).orElse(false)) {
                if (left <= 0) {
                    throw new SessionEndedException("the manager takes no messages for " + limit.toMillis() + " ms");
                }
                left = ready.awaitNanos(left);
            }
            SessionEndedException why = ended.get();
            if (why != null) {
                throw why;
            }
            call.orElseThrow().onNext(message);
        } finally {
            lock.unlock();
        }
    }

    /** The next message, when one comes within the limit. One thread at a time. */
    Optional<ManagerMessage> receive(Duration limit) throws SessionEndedException, InterruptedException {
        return switch (events.poll(limit.toNanos(), TimeUnit.NANOSECONDS)) {
            case null -> Optional.empty();
            case Event.Message(ManagerMessage message) -> {
                // There is room for another one now.
                lock.lock();
                try {
                    call.orElseThrow().request(1);
                } finally {
                    lock.unlock();
                }
                yield Optional.of(message);
            }
            case Event.End(SessionEndedException why) -> throw why;
        };
    }

    /** Ends the stream from our side; whoever receives hears why. */
    void fail(SessionEndedException why) {
        callbacks.end(why);
        lock.lock();
        try {
            call.ifPresent(open -> open.cancel(why.reason(), null));
        } finally {
            lock.unlock();
        }
    }

    /** Says goodbye, so that the manager knows at once. */
    @Override
    public void close() {
        lock.lock();
        try {
            if (ended.get() == null) {
                call.ifPresent(ClientCallStreamObserver::onCompleted);
            }
        } finally {
            lock.unlock();
        }
    }

    /** Called on gRPC's threads. */
    private final class Callbacks implements ClientResponseObserver<AgentMessage, ManagerMessage> {

        @Override
        public void beforeStart(ClientCallStreamObserver<AgentMessage> requests) {
            requests.disableAutoRequestWithInitial(QUEUE);
            requests.setOnReadyHandler(this::wakeSender);
            lock.lock();
            try {
                call = Optional.of(requests);
            } finally {
                lock.unlock();
            }
        }

        @Override
        public void onNext(ManagerMessage message) {
            if (!events.offer(new Event.Message(message))) {
                throw new IllegalStateException("the manager sent more than was asked for");
            }
        }

        @Override
        public void onError(Throwable error) {
            end(new SessionEndedException(Status.fromThrowable(error)));
        }

        @Override
        public void onCompleted() {
            end(new SessionEndedException("the manager ended the session"));
        }

        void end(SessionEndedException why) {
            if (ended.compareAndSet(null, why)) {
                boolean _ = events.offer(new Event.End(why)); // Its place is never taken by a message.
            }
            wakeSender();
        }

        private void wakeSender() {
            lock.lock();
            try {
                ready.signalAll();
            } finally {
                lock.unlock();
            }
        }
    }
}
