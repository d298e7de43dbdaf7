package dev.mure.manager.raft;

import java.security.cert.X509Certificate;
import java.util.List;
import java.util.function.Predicate;
import javax.net.ssl.X509ExtendedKeyManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.apache.ratis.grpc.GrpcTlsConfig;
import org.apache.ratis.thirdparty.io.netty.handler.ssl.OpenSsl;
import org.apache.ratis.thirdparty.io.netty.handler.ssl.SslProvider;

/**
 * How members show themselves to each other and whom they accept. Each side must show a certificate.
 *
 * @param keys asked at each handshake, so that certificates can be exchanged
 * @param peers accepts managers of this cluster and nobody else
 * @param removed whether who shows that certificate was removed from the cluster: asked at every call, and told to who makes it
 */
public record PeerTls(X509ExtendedKeyManager keys, X509ExtendedTrustManager peers,
        Predicate<X509Certificate> removed) {

    private static final String PROTOCOL = "TLSv1.3";

    GrpcTlsConfig config() {
        return GrpcTlsConfig.newBuilder()
                .setKeyManager(keys)
                .setTrustManager(peers)
                .setMutualTls(true)
                .setSslProvider(OpenSsl.isAvailable() ? SslProvider.OPENSSL : SslProvider.JDK)
                .setProtocols(List.of(PROTOCOL))
                .build();
    }
}
