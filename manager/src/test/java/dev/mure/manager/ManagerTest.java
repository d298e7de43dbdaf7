package dev.mure.manager;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mure.manager.api.ManagerChannels;
import dev.mure.manager.raft.PeerTls;
import dev.mure.manager.raft.RaftMember;
import dev.mure.manager.raft.RaftSettings;
import dev.mure.node.DataFolder;
import dev.mure.node.RandomId;
import dev.mure.trust.CertificateAuthority;
import dev.mure.trust.CredentialFile;
import dev.mure.trust.Credentials;
import dev.mure.trust.NodeRole;
import dev.mure.trust.NodeTls;
import dev.mure.trust.grpc.GrpcTls;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ManagerTest {

    private static final Duration SOON = Duration.ofSeconds(60);
    private static final String LOOPBACK = "127.0.0.1";

    private final SecureRandom random = new SecureRandom();

    /** Nobody else could, and its own door does not take it either. */
    @Test
    void aManagerThatIsAloneSignsItselfANewCertificateWhenTheOldOneHasExpired(@TempDir Path dir) throws Exception {
        DataFolder folder = DataFolder.open(dir);
        String nodeId = folder.nodeId(random);
        String clusterId = RandomId.next(random);
        Instant longAgo = Instant.now().minus(CertificateAuthority.NODE_LIFETIME).minusSeconds(10);
        NodeTls tls = new NodeTls(new NewCluster(folder, "m1", random).found(clusterId, nodeId, longAgo));
        assertThat(tls.credentials().expired(Instant.now())).isTrue();
        int raftPort = freePort();
        ManagerOptions options = new ManagerOptions(dir, "m1", Optional.empty(), LOOPBACK, freePort(), raftPort,
                Optional.empty(), 150, true, List.of(), Optional.empty());
        RaftMember member = RaftMember.initialise(
                RaftSettings.of(dir, LOOPBACK, raftPort, options.raftAddress()),
                new PeerTls(tls.keyManager(), tls.accepting(Set.of(NodeRole.MANAGER)), certificate -> false), clusterId,
                nodeId);
        Manager manager = new Manager(options, folder, tls, member,
                new ManagerChannels(GrpcTls.client(tls), System::nanoTime), random);
        manager.start();
        try {
            Awaitility.await().atMost(SOON).until(() -> !tls.credentials().expired(Instant.now()));
            Credentials renewed = tls.credentials();
            assertThat(renewed.identity().nodeId()).isEqualTo(nodeId);
            assertThat(renewed.identity().role()).isEqualTo(NodeRole.MANAGER);
            assertThat(new CredentialFile(folder).read()).contains(renewed);
        } finally {
            manager.stop();
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
