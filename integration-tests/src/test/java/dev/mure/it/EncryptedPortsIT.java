package dev.mure.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mure.it.cluster.ClusterShape;
import dev.mure.it.cluster.ManagerNode;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What somebody sees of a real manager's ports who has no certificate. */
class EncryptedPortsIT {

    @RegisterExtension
    static final SharedCluster SHARED = SharedCluster.ofProcesses(ClusterShape.of(1, 1));

    private static final int LIMIT_MILLIS = 10_000;

    @ParameterizedTest
    @ValueSource(strings = {"grpc", "raft"})
    void nobodyIsAnsweredInClear(String port) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port(port))) {
            socket.setSoTimeout(LIMIT_MILLIS);
            socket.getOutputStream().write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            socket.getOutputStream().write(new byte[]{0, 0, 0, 4, 0, 0, 0, 0, 0});
            byte[] answer = new byte[9];
            int length = readOrNothing(socket, answer);
            // An HTTP/2 server would begin with its settings: frame type 4 in the fourth byte.
            assertThat(length < answer.length || answer[3] != 4).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"grpc", "raft"})
    void olderVersionsOfTlsAreNotSpoken(String port) {
        assertThatThrownBy(() -> {
            try (SSLSocket socket = connect(port)) {
                socket.setEnabledProtocols(new String[]{"TLSv1.2"});
                socket.startHandshake();
            }
        }).isInstanceOf(SSLException.class);
    }

    @Test
    void withoutACertificateTheRaftPortSaysNothing() {
        assertThatThrownBy(() -> {
            try (SSLSocket socket = connect("raft")) {
                socket.startHandshake();
                // In TLS 1.3 the client hears of it after its part of the handshake.
                int _ = socket.getInputStream().read();
            }
        }).isInstanceOf(IOException.class).hasMessageContaining("certificate");
    }

    @Test
    void theGrpcPortShowsItsCertificateAndRoot() throws Exception {
        try (SSLSocket socket = connect("grpc")) {
            socket.startHandshake();
            assertThat(socket.getSession().getProtocol()).isEqualTo("TLSv1.3");
            X509Certificate shown = (X509Certificate) socket.getSession().getPeerCertificates()[0];
            assertThat(shown.getSubjectX500Principal().getName()).contains("OU=mure-manager");
            assertThat(socket.getSession().getPeerCertificates()).hasSize(2);
        }
    }

    private static int readOrNothing(Socket socket, byte[] answer) {
        try {
            return socket.getInputStream().readNBytes(answer, 0, answer.length);
        } catch (IOException e) {
            return 0;
        }
    }

    private static SSLSocket connect(String port) throws IOException, GeneralSecurityException {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, new TrustManager[]{new Anybody()}, null);
        SSLSocket socket =
                (SSLSocket) context.getSocketFactory().createSocket(InetAddress.getLoopbackAddress(), port(port));
        socket.setSoTimeout(LIMIT_MILLIS);
        return socket;
    }

    private static int port(String name) {
        ManagerNode manager = SHARED.get().manager("m1");
        return name.equals("grpc") ? manager.grpcPort() : manager.raftPort();
    }

    /** Only looks. */
    private static final class Anybody implements X509TrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType) {
            throw new UnsupportedOperationException("only for a client");
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType) {
            // Whoever it is.
        }

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
