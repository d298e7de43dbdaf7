package dev.mure.trust.grpc;

import dev.mure.trust.JoinToken;
import dev.mure.trust.NodeRole;
import dev.mure.trust.NodeTls;
import io.grpc.netty.GrpcSslContexts;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.util.EnumSet;
import java.util.Set;
import javax.net.ssl.SSLException;

/** TLS 1.3 for gRPC, with the JDK's own provider. */
public final class GrpcTls {

    /** The JDK's needs more of the processor, above all while a fresh process has compiled none of it. */
    private static final SslProvider PROVIDER = OpenSsl.isAvailable() ? SslProvider.OPENSSL : SslProvider.JDK;

    private GrpcTls() {}

    /** For a manager's port: whoever shows a certificate shows one of this cluster; who shows none is nobody. */
    public static SslContext server(NodeTls node) {
        return build(SslContextBuilder.forServer(node.keyManager())
                .trustManager(node.accepting(EnumSet.allOf(NodeRole.class)))
                .clientAuth(ClientAuth.OPTIONAL));
    }

    /** For a node that talks to managers. */
    public static SslContext client(NodeTls node) {
        return build(SslContextBuilder.forClient()
                .keyManager(node.keyManager())
                .trustManager(node.accepting(Set.of(NodeRole.MANAGER))));
    }

    /** For a node that has nothing but a token. */
    public static SslContext joining(JoinToken token) {
        return build(SslContextBuilder.forClient().trustManager(NodeTls.pinnedBy(token)));
    }

    private static SslContext build(SslContextBuilder builder) {
        try {
            return GrpcSslContexts.configure(builder, PROVIDER).protocols(NodeTls.PROTOCOL).build();
        } catch (SSLException e) {
            throw new IllegalStateException("this JDK has no " + NodeTls.PROTOCOL, e);
        }
    }
}
