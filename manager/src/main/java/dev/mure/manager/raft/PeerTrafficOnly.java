package dev.mure.manager.raft;

import java.util.EnumSet;
import org.apache.ratis.grpc.server.GrpcServices;
import org.apache.ratis.proto.grpc.RaftServerProtocolServiceGrpc;
import org.apache.ratis.thirdparty.io.grpc.Metadata;
import org.apache.ratis.thirdparty.io.grpc.ServerCall;
import org.apache.ratis.thirdparty.io.grpc.ServerCallHandler;
import org.apache.ratis.thirdparty.io.grpc.ServerInterceptor;
import org.apache.ratis.thirdparty.io.grpc.Status;
import org.apache.ratis.thirdparty.io.grpc.netty.NettyServerBuilder;
import org.jspecify.annotations.Nullable;

/**
 * Ratis serves clients and administrators on the port of its members: whoever reaches it could write to the log or change the
 * members. We do both from inside the process, so nobody outside has any business there.
 */
final class PeerTrafficOnly implements GrpcServices.Customizer {

    @Override
    public NettyServerBuilder customize(NettyServerBuilder builder, EnumSet<GrpcServices.Type> types) {
        return builder.intercept(new Gate());
    }

    private static final class Gate implements ServerInterceptor {
        @Override
        public <Q, A> ServerCall.Listener<Q> interceptCall(ServerCall<Q, A> call, Metadata headers,
                ServerCallHandler<Q, A> next) {
            @Nullable String service = call.getMethodDescriptor().getServiceName();
            if (RaftServerProtocolServiceGrpc.SERVICE_NAME.equals(service)) {
                return next.startCall(call, headers);
            }
            call.close(Status.PERMISSION_DENIED.withDescription("only members talk here"), new Metadata());
            return new ServerCall.Listener<>() {};
        }
    }
}
