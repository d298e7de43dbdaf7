package dev.mure.manager.api;

import dev.mure.trust.NodeIdentity;
import io.grpc.Attributes;
import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.ServerTransportFilter;
import io.grpc.Status;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;

/**
 * Finds out who calls and lets only those calls through that the {@link AccessTable} allows. Who calls is what the certificate of the
 * connection says, whose chain and cluster the handshake has checked; a manager that passes a call on names the caller.
 */
public final class AccessControl implements ServerInterceptor {

    private static final Attributes.Key<Caller> PEER = Attributes.Key.create("mure-peer");

    private final AppliedState state;

    public AccessControl(AppliedState state) {
        this.state = state;
    }

    /** For a door that only operators reach. */
    public static ServerInterceptor operators() {
        return new ServerInterceptor() {
            @Override
            public <Q, R> ServerCall.Listener<Q> interceptCall(ServerCall<Q, R> call, Metadata headers,
                    ServerCallHandler<Q, R> next) {
                return answer(Caller.OPERATOR, call, headers, next);
            }
        };
    }

    /** Reads a connection's certificate once, for all calls on it. */
    ServerTransportFilter peers() {
        return new ServerTransportFilter() {
            @Override
            public Attributes transportReady(Attributes attributes) {
                return attributes.toBuilder().set(PEER, peer(attributes)).build();
            }
        };
    }

    @Override
    public <Q, R> ServerCall.Listener<Q> interceptCall(ServerCall<Q, R> call, Metadata headers,
            ServerCallHandler<Q, R> next) {
        Caller peer = Optional.ofNullable(call.getAttributes().get(PEER)).orElse(Caller.NOBODY);
        Caller caller = caller(peer, headers);
        for (Caller node : List.of(peer, caller)) {
            if (state.current().nodeRemoved(node.nodeId())) {
                return refuse(call, Statuses.removed(node.nodeId()));
            }
        }
        return answer(caller, call, headers, next);
    }

    private static <Q, R> ServerCall.Listener<Q> answer(Caller caller, ServerCall<Q, R> call, Metadata headers,
            ServerCallHandler<Q, R> next) {
        String method = call.getMethodDescriptor().getFullMethodName();
        if (AccessTable.allows(caller.kind(), method)) {
            return Contexts.interceptCall(Context.current().withValue(Caller.KEY, caller), call, headers, next);
        }
        return refuse(call, caller.kind() == Caller.Kind.NOBODY
                ? Status.UNAUTHENTICATED.withDescription(method + " needs a certificate of this cluster")
                : Status.PERMISSION_DENIED.withDescription(
                        method + " is not for a " + caller.kind().name().toLowerCase(Locale.ROOT)));
    }

    private static <Q, R> ServerCall.Listener<Q> refuse(ServerCall<Q, R> call, Status status) {
        call.close(status, new Metadata());
        return new ServerCall.Listener<>() {};
    }

    private static Caller caller(Caller peer, Metadata headers) {
        String named = headers.get(LeaderLink.CALLER);
        return peer.kind() == Caller.Kind.MANAGER && named != null
                ? Caller.ofHeader(named).orElse(Caller.NOBODY)
                : peer;
    }

    private static Caller peer(Attributes attributes) {
        SSLSession session = attributes.get(Grpc.TRANSPORT_ATTR_SSL_SESSION);
        if (session == null) {
            return Caller.NOBODY;
        }
        try {
            return Caller.of(NodeIdentity.of((X509Certificate) session.getPeerCertificates()[0]));
        } catch (SSLPeerUnverifiedException | CertificateException e) {
            // It showed none; one that is not a node's does not pass the handshake.
            return Caller.NOBODY;
        }
    }
}
