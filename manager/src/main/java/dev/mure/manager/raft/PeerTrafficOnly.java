package dev.mure.manager.raft;

import java.security.cert.X509Certificate;
import java.util.EnumSet;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import org.apache.ratis.grpc.server.GrpcServices;
import org.apache.ratis.proto.grpc.RaftServerProtocolServiceGrpc;
import org.apache.ratis.thirdparty.io.grpc.Grpc;
import org.apache.ratis.thirdparty.io.grpc.Metadata;
import org.apache.ratis.thirdparty.io.grpc.ServerCall;
import org.apache.ratis.thirdparty.io.grpc.ServerCallHandler;
import org.apache.ratis.thirdparty.io.grpc.ServerInterceptor;
import org.apache.ratis.thirdparty.io.grpc.Status;
import org.apache.ratis.thirdparty.io.grpc.StatusRuntimeException;
import org.apache.ratis.thirdparty.io.grpc.netty.NettyServerBuilder;
import org.jspecify.annotations.Nullable;

/**
 * Ratis serves clients and administrators on the port of its members: whoever reaches it could write to the log or change the
 * members. We do both from inside the process, so nobody outside has any business there, nor has a member that was removed. It is told so,
 * for whoever was away meanwhile hears it from nobody else.
 */
final class PeerTrafficOnly implements GrpcServices.Customizer {

    private static final Status REMOVED = Status.PERMISSION_DENIED.withDescription("this member was removed");

    private final Predicate<X509Certificate> removed;

    /** @param removed whether who shows that certificate was removed from the cluster */
    PeerTrafficOnly(Predicate<X509Certificate> removed) {
        this.removed = removed;
    }

    /** Whether a call to another member failed because that one says that the caller was removed. */
    static boolean saysRemoved(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof StatusRuntimeException answer
                    && answer.getStatus().getCode() == REMOVED.getCode()
                    && Objects.equals(answer.getStatus().getDescription(), REMOVED.getDescription())) {
                return true;
            }
        }
        return false;
    }

    @Override
    public NettyServerBuilder customize(NettyServerBuilder builder, EnumSet<GrpcServices.Type> types) {
        return builder.intercept(new Gate());
    }

    private final class Gate implements ServerInterceptor {
        @Override
        public <Q, A> ServerCall.Listener<Q> interceptCall(ServerCall<Q, A> call, Metadata headers,
                ServerCallHandler<Q, A> next) {
            @Nullable String service = call.getMethodDescriptor().getServiceName();
            if (!RaftServerProtocolServiceGrpc.SERVICE_NAME.equals(service)) {
                return refuse(call, Status.PERMISSION_DENIED.withDescription("only members talk here"));
            }
            return certificate(call).filter(removed).isPresent()
                    ? refuse(call, REMOVED)
                    : next.startCall(call, headers);
        }

        private static <Q, A> ServerCall.Listener<Q> refuse(ServerCall<Q, A> call, Status status) {
            call.close(status, new Metadata());
            return new ServerCall.Listener<>() {};
        }

        /** What the handshake has accepted; empty without TLS. */
        private static Optional<X509Certificate> certificate(ServerCall<?, ?> call) {
            SSLSession session = call.getAttributes().get(Grpc.TRANSPORT_ATTR_SSL_SESSION);
            try {
                return session == null
                        ? Optional.empty()
                        : Optional.of((X509Certificate) session.getPeerCertificates()[0]);
            } catch (SSLPeerUnverifiedException e) {
                throw new IllegalStateException("TLS between members is mutual", e);
            }
        }
    }
}
