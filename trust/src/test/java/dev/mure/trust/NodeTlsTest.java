package dev.mure.trust;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedKeyManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.junit.jupiter.api.Test;

/** Real handshakes over loopback: who is let in, and what the other side learns of it. */
class NodeTlsTest {

    private static final Set<NodeRole> MANAGERS = Set.of(NodeRole.MANAGER);

    private final TestNodes cluster = new TestNodes();
    private final NodeTls manager = new NodeTls(cluster.credentials("m1", NodeRole.MANAGER));
    private final NodeTls manager2 = new NodeTls(cluster.credentials("m2", NodeRole.MANAGER));
    private final NodeTls worker = new NodeTls(cluster.credentials("w1", NodeRole.WORKER));

    @Test
    void managersAcceptEachOther() throws Exception {
        assertThat(handshake(manager, manager.accepting(MANAGERS), manager2, manager2.accepting(MANAGERS)))
                .isEqualTo(new NodeIdentity("m2", NodeRole.MANAGER, TestNodes.CLUSTER));
    }

    @Test
    void aWorkerIsNotLetInWhereOnlyManagersAre() {
        assertThatThrownBy(
                () -> handshake(manager, manager.accepting(MANAGERS), worker, worker.accepting(MANAGERS)))
                .isInstanceOf(SSLException.class).hasMessageContaining("has no business here");
    }

    @Test
    void aWorkerCanNotPassForAManager() {
        assertThatThrownBy(() -> handshake(worker, worker.accepting(Set.of(NodeRole.values())), manager,
                manager.accepting(MANAGERS))).isInstanceOf(SSLException.class);
    }

    @Test
    void nodesOfAnotherClusterAreNotLetIn() {
        NodeTls stranger = new NodeTls(new TestNodes().credentials("m2", NodeRole.MANAGER));
        assertThatThrownBy(() -> handshake(manager, manager.accepting(MANAGERS), stranger,
                new NodeTls(cluster.credentials("x", NodeRole.MANAGER)).accepting(MANAGERS)))
                .isInstanceOf(SSLException.class).hasMessageContaining("not of this cluster");
    }

    @Test
    void aTokenAcceptsTheManagersOfItsClusterOnly() throws Exception {
        JoinToken token = JoinToken.of(cluster.authority.root(), JoinToken.newSecret(cluster.random));
        assertThat(handshake(manager, manager.accepting(MANAGERS), manager2, NodeTls.pinnedBy(token))).isNotNull();
        JoinToken others =
                JoinToken.of(new TestNodes().authority.root(), JoinToken.newSecret(cluster.random));
        assertThatThrownBy(
                () -> handshake(manager, manager.accepting(MANAGERS), manager2, NodeTls.pinnedBy(others)))
                .isInstanceOf(SSLException.class);
    }

    @Test
    void newConnectionsUseANewCertificate() throws Exception {
        Credentials renewed = cluster.credentials("m2", NodeRole.MANAGER);
        manager2.adopt(renewed);
        assertThat(peer(manager, manager.accepting(MANAGERS), manager2, manager2.accepting(MANAGERS)))
                .isEqualTo(renewed.certificate());
    }

    private static NodeIdentity handshake(NodeTls server, X509ExtendedTrustManager ofServer, NodeTls client,
            X509ExtendedTrustManager ofClient) throws Exception {
        return NodeIdentity.of(peer(server, ofServer, client, ofClient));
    }

    /** The client's certificate as the server sees it; fails with what both sides say when one refuses. */
    private static X509Certificate peer(NodeTls server, X509ExtendedTrustManager ofServer, NodeTls client,
            X509ExtendedTrustManager ofClient) throws Exception {
        try (SSLServerSocket listening = (SSLServerSocket) context(server.keyManager(), ofServer)
                .getServerSocketFactory().createServerSocket(0, 1, InetAddress.getLoopbackAddress());
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            listening.setNeedClientAuth(true);
            CompletableFuture<String> clientEnd = CompletableFuture.supplyAsync(() -> {
                try (SSLSocket socket = (SSLSocket) context(client.keyManager(), ofClient).getSocketFactory()
                        .createSocket(InetAddress.getLoopbackAddress(), listening.getLocalPort())) {
                    socket.startHandshake();
                    int _ = socket.getInputStream().read();
                    return "fine";
                } catch (IOException | GeneralSecurityException e) {
                    return String.valueOf(e.getMessage());
                }
            }, threads);
            try (SSLSocket accepted = (SSLSocket) listening.accept()) {
                accepted.startHandshake();
                accepted.getOutputStream().write(1);
                X509Certificate certificate = (X509Certificate) accepted.getSession().getPeerCertificates()[0];
                assertThat(clientEnd.join()).isEqualTo("fine");
                return certificate;
            } catch (IOException e) {
                throw new SSLException("server: " + e.getMessage() + ", client: " + clientEnd.join(), e);
            }
        }
    }

    private static SSLContext context(X509ExtendedKeyManager keys, X509ExtendedTrustManager trust)
            throws GeneralSecurityException {
        SSLContext context = SSLContext.getInstance(NodeTls.PROTOCOL);
        context.init(new KeyManager[]{keys}, new TrustManager[]{trust}, null);
        return context;
    }
}
