package dev.mure.manager.dispatcher;

import dev.mure.manager.api.Caller;
import dev.mure.v1.AgentMessage;
import dev.mure.v1.DispatchGrpc;
import dev.mure.v1.ManagerMessage;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;

/** The gRPC end of the dispatcher. */
public final class DispatchService extends DispatchGrpc.DispatchImplBase {

    private final Dispatcher dispatcher;

    DispatchService(Dispatcher dispatcher) {
        this.dispatcher = dispatcher;
    }

    @Override
    public StreamObserver<AgentMessage> connect(StreamObserver<ManagerMessage> out) {
        AgentStream stream = new AgentStream((ServerCallStreamObserver<ManagerMessage>) out);
        dispatcher.connected(stream, Caller.current());
        return stream;
    }
}
