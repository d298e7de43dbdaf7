package dev.mure.manager.dispatcher;

import dev.mure.v1.AgentMessage;
import dev.mure.v1.Assignments;
import dev.mure.v1.DispatchGrpc;
import dev.mure.v1.Heartbeat;
import dev.mure.v1.Hello;
import dev.mure.v1.ManagerMessage;
import dev.mure.v1.NodeDescription;
import dev.mure.v1.StatusReport;
import dev.mure.v1.TaskObservation;
import dev.mure.v1.TaskState;
import dev.mure.v1.TaskStatus;
import io.grpc.Channel;
import io.grpc.ClientInterceptors;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import io.grpc.stub.MetadataUtils;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** An agent that says what a test tells it to and keeps what it hears. */
final class FakeAgent implements AutoCloseable {

    /** What a certificate would say; the test's server believes it. */
    static final Metadata.Key<String> NODE = Metadata.Key.of("test-node", Metadata.ASCII_STRING_MARSHALLER);

    private final BlockingQueue<ManagerMessage> heard = new LinkedBlockingQueue<>();
    private final CompletableFuture<Status> end = new CompletableFuture<>();
    private final Channel channel;
    private final int takes;
    private @Nullable ClientCallStreamObserver<AgentMessage> out;

    FakeAgent(Channel channel) {
        this(channel, Integer.MAX_VALUE);
    }

    /** An agent that takes only so many messages by itself. */
    FakeAgent(Channel channel, int takes) {
        this.channel = channel;
        this.takes = takes;
    }

    /** Opens the stream with a certificate of that node. */
    FakeAgent connect(String nodeId) {
        Metadata headers = new Metadata();
        headers.put(NODE, nodeId);
        DispatchGrpc.newStub(
                ClientInterceptors.intercept(channel, MetadataUtils.newAttachHeadersInterceptor(headers)))
                .connect(new ClientResponseObserver<AgentMessage, ManagerMessage>() {
                    @Override
                    public void beforeStart(ClientCallStreamObserver<AgentMessage> requests) {
                        out = requests;
                        requests.disableAutoRequestWithInitial(takes);
                    }

                    @Override
                    public void onNext(ManagerMessage message) {
                        heard.add(message);
                    }

                    @Override
                    public void onError(Throwable t) {
                        end.complete(Status.fromThrowable(t));
                    }

                    @Override
                    public void onCompleted() {
                        end.complete(Status.OK);
                    }
                });
        return this;
    }

    FakeAgent hello(String nodeId) {
        return hello(Hello.newBuilder().setNodeId(nodeId));
    }

    FakeAgent hello(Hello.Builder hello) {
        if (out == null) {
            connect(hello.getNodeId());
        }
        return send(AgentMessage.newBuilder()
                .setHello(hello.setNodeName("host-" + hello.getNodeId())
                        .setDescription(NodeDescription.newBuilder().setRuntime("process")))
                .build());
    }

    FakeAgent send(AgentMessage message) {
        stream().onNext(message);
        return this;
    }

    FakeAgent heartbeat() {
        return send(AgentMessage.newBuilder().setHeartbeat(Heartbeat.getDefaultInstance()).build());
    }

    FakeAgent report(long sequence, String taskId, TaskState state) {
        return send(AgentMessage.newBuilder()
                .setStatuses(StatusReport.newBuilder()
                        .setSequence(sequence)
                        .addObservations(TaskObservation.newBuilder()
                                .setTaskId(taskId)
                                .setStatus(TaskStatus.newBuilder().setState(state))))
                .build());
    }

    void takeMore(int messages) {
        stream().request(messages);
    }

    /** The next message; they come in a fixed order. */
    ManagerMessage next() throws InterruptedException {
        ManagerMessage message = heard.poll(10, TimeUnit.SECONDS);
        if (message == null) {
            throw new AssertionError("nothing came; the stream's end: " + end);
        }
        return message;
    }

    /** The first messages of a session; returns the assignments. */
    Assignments welcomed() throws InterruptedException {
        List<ManagerMessage.KindCase> kinds =
                List.of(ManagerMessage.KindCase.WELCOME, ManagerMessage.KindCase.MANAGERS);
        for (ManagerMessage.KindCase kind : kinds) {
            ManagerMessage message = next();
            if (message.getKindCase() != kind) {
                throw new AssertionError("expected " + kind + ", got " + message);
            }
        }
        return next().getAssignments();
    }

    boolean heardNothing() {
        return heard.isEmpty();
    }

    Status end() throws Exception {
        return end.get(10, TimeUnit.SECONDS);
    }

    private ClientCallStreamObserver<AgentMessage> stream() {
        ClientCallStreamObserver<AgentMessage> stream = out;
        if (stream == null) {
            throw new IllegalStateException("the call has not begun");
        }
        return stream;
    }

    @Override
    public void close() {
        stream().cancel("the test ends", null);
    }
}
