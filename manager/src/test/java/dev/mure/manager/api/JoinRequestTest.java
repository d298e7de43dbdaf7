package dev.mure.manager.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import dev.mure.manager.store.StateDelta;
import dev.mure.node.DataFolder;
import dev.mure.trust.CertificateAuthority;
import dev.mure.trust.CredentialFile;
import dev.mure.trust.Credentials;
import dev.mure.trust.Enrolment;
import dev.mure.trust.JoinToken;
import dev.mure.trust.NodeRole;
import dev.mure.trust.NodeTls;
import dev.mure.trust.grpc.EnrolmentRefusedException;
import dev.mure.trust.grpc.GrpcTls;
import dev.mure.trust.grpc.JoinRequest;
import dev.mure.trust.grpc.Joined;
import dev.mure.trust.grpc.RenewalCall;
import dev.mure.v1.EnrolNode;
import dev.mure.v1.Mutation;
import dev.mure.v1.NodeEnrolment;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Nodes that join and renew through a follower, over real TLS. */
class JoinRequestTest {

    private static final Duration SOON = Duration.ofSeconds(30);
    private static final String NODE = "node100000000000000000000";

    @TempDir
    private Path dir;
    private DataFolder folder;
    private FakeManager leader;
    private FakeManager follower;

    @BeforeEach
    void open() throws IOException {
        folder = DataFolder.open(dir.resolve("node"));
        leader = new FakeManager("m1", new FakeState(), Duration.ofSeconds(5));
        follower = new FakeManager("m2", new FakeState(), Duration.ofSeconds(5));
        leader.initialise();
        leader.listManager(follower);
        follower.decisions.leading(false);
        follower.leadership.leader = Optional.of("m1");
        follower.state.set(leader.state.current(), StateDelta.RESTORED);
    }

    @AfterEach
    void close() {
        leader.close();
        follower.close();
    }

    @Test
    void aNodeJoinsOnceAndKeepsWhatItGot() throws Exception {
        Joined joined = join(NodeRole.WORKER, token(NodeRole.WORKER));
        assertThat(joined.credentials().identity().nodeId()).isEqualTo(NODE);
        assertThat(joined.index()).isEqualTo(leader.state.current().index());
        assertThat(new CredentialFile(folder).read()).contains(joined.credentials());
        assertThat(join(NodeRole.WORKER, token(NodeRole.WORKER)).credentials()).isEqualTo(joined.credentials());
        assertThat(leader.state.current().index()).isEqualTo(joined.index());
    }

    @Test
    void aWorkersTokenMakesNoManager() {
        assertThatThrownBy(() -> join(NodeRole.MANAGER, token(NodeRole.WORKER)))
                .isInstanceOf(EnrolmentRefusedException.class).hasMessageContaining("mure swarm join-token manager");
        assertThat(leader.state.current().node(NODE)).isEmpty();
    }

    @Test
    void aWorkerBecomesAManagerBecauseItShowsItsCertificate() throws Exception {
        join(NodeRole.WORKER, token(NodeRole.WORKER));
        assertThat(join(NodeRole.MANAGER, token(NodeRole.MANAGER)).credentials().identity().role())
                .isEqualTo(NodeRole.MANAGER);
    }

    @Test
    void aTokenOfAnotherClusterIsNotShown() {
        assertThatThrownBy(
                () -> join(NodeRole.WORKER, new TestTrust(FakeManager.CLUSTER_ID).token(NodeRole.WORKER)))
                .isInstanceOf(EnrolmentRefusedException.class)
                .hasMessageContaining("remote CA does not match fingerprint");
    }

    @Test
    void aRefusalIsFinal() {
        JoinToken wrong = JoinToken.of(FakeManager.TRUST.authority.root(),
                JoinToken.newSecret(FakeManager.TRUST.random));
        assertThatThrownBy(() -> join(NodeRole.WORKER, wrong)).isInstanceOf(EnrolmentRefusedException.class)
                .hasMessageContaining("refuses: a valid join token is necessary");
    }

    @Test
    void anAgentWithAManagersTokenIsAWorker() throws Exception {
        assertThat(join(NodeRole.WORKER, token(NodeRole.MANAGER)).credentials().identity().role())
                .isEqualTo(NodeRole.WORKER);
    }

    @ParameterizedTest
    @EnumSource(NodeRole.class)
    void aNodeWhoseCertificateHasExpiredGetsAnotherOneWithAToken(NodeRole role) throws Exception {
        Credentials expired = expired(role);
        Credentials anew = join(role, token(role)).credentials();
        assertThat(anew.identity()).isEqualTo(expired.identity());
        assertThat(anew.expired(Instant.now())).isFalse();
        assertThat(new CredentialFile(folder).read()).contains(anew);
        assertThat(join(role, token(role)).credentials()).isEqualTo(anew);
    }

    @Test
    void anExpiredCertificateIsExchangedForTheSameKeyOnly() throws Exception {
        expired(NodeRole.WORKER);
        new CredentialFile(folder).write(expiredCredentials(NodeRole.WORKER));
        assertThatThrownBy(() -> join(NodeRole.WORKER, token(NodeRole.WORKER)))
                .isInstanceOf(EnrolmentRefusedException.class)
                .hasMessageContaining("is in the cluster already, with another key");
    }

    /** A node that was let in and came back too late. */
    private Credentials expired(NodeRole role) throws IOException {
        Credentials expired = expiredCredentials(role);
        new CredentialFile(folder).write(expired);
        leader.state.apply(Mutation.newBuilder()
                .setEnrolNode(EnrolNode.newBuilder().setNodeId(NODE).setName("host").setEnrolment(
                        NodeEnrolment.newBuilder().setRole(ClusterAuthority.role(role))
                                .setKeyDigest(ByteString.copyFrom(expired.keyDigest()))))
                .build());
        return expired;
    }

    private static Credentials expiredCredentials(NodeRole role) {
        return FakeManager.TRUST.credentials(NODE, role,
                Instant.now().minus(CertificateAuthority.NODE_LIFETIME).minusSeconds(1));
    }

    @Test
    void aNodeRenewsWithItsOwnCertificate() throws Exception {
        Joined joined = join(NodeRole.WORKER, token(NodeRole.WORKER));
        ManagedChannel channel = NettyChannelBuilder.forTarget("dns:///" + follower.address())
                .sslContext(GrpcTls.client(new NodeTls(joined.credentials())))
                .build();
        try {
            assertThat(new Enrolment(new CredentialFile(folder)).next(joined.credentials(),
                    request -> RenewalCall.on(channel, request)).identity())
                    .isEqualTo(joined.credentials().identity());
        } finally {
            channel.shutdownNow();
        }
    }

    private Joined join(NodeRole wanted, JoinToken token) throws Exception {
        return new JoinRequest(folder, NODE, "host", wanted, token, List.of(follower.address())).join(SOON);
    }

    private static JoinToken token(NodeRole role) {
        return FakeManager.TRUST.token(role);
    }
}
