package dev.mure.manager.raft;

import java.util.List;
import javax.net.ssl.X509ExtendedKeyManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.apache.ratis.grpc.GrpcTlsConfig;
import org.apache.ratis.thirdparty.io.netty.handler.ssl.SslProvider;

/**
 * How members show themselves to each other and whom they accept. Each side must show a certificate.
 *
 * @param keys asked at each handshake, so that certificates can be exchanged
 * @param peers lets members in and nobody else: whoever gets through takes part in the replication
 */
public record PeerTls(X509ExtendedKeyManager keys, X509ExtendedTrustManager peers) {

    private static final String PROTOCOL = "TLSv1.3";

    GrpcTlsConfig config() {
        return GrpcTlsConfig.newBuilder()
                .setKeyManager(keys)
                .setTrustManager(peers)
                .setMutualTls(true)
                .setSslProvider(SslProvider.JDK)
                .setProtocols(List.of(PROTOCOL))
                .build();
    }
}
