package dev.mure.manager.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import dev.mure.node.DataFolder;
import dev.mure.trust.Certificates;
import dev.mure.trust.CredentialFile;
import dev.mure.trust.Credentials;
import dev.mure.trust.Enrolment;
import dev.mure.trust.JoinToken;
import dev.mure.trust.NodeIdentity;
import dev.mure.trust.NodeRole;
import dev.mure.v1.CertificateRole;
import dev.mure.v1.Cluster;
import dev.mure.v1.EnrolmentGrpc;
import dev.mure.v1.IssueCertificateRequest;
import dev.mure.v1.IssueCertificateResponse;
import dev.mure.v1.Mutation;
import dev.mure.v1.Node;
import dev.mure.v1.RenewCertificateRequest;
import dev.mure.v1.RenewCertificateResponse;
import dev.mure.v1.SetManagerRole;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.StatusRuntimeException;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Who gets which certificate, with real tokens and keys and a leader that decides at once. */
class EnrolmentServiceTest {

    private static final String CLUSTER = "0cluster00000000000000000";
    private static final String N1 = "node100000000000000000000";
    private static final String N2 = "node200000000000000000000";

    private final TestTrust trust = new TestTrust(CLUSTER);
    private final FakeState state = new FakeState();
    private volatile Caller caller = Caller.NOBODY;
    @TempDir
    private Path dir;
    private Server server;
    private ManagedChannel channel;

    @BeforeEach
    void open() throws IOException {
        state.apply(Mutation.newBuilder()
                .setPutCluster(Cluster.newBuilder().setId(CLUSTER).setEpoch(3).setTrust(trust.inState()))
                .build());
        String name = InProcessServerBuilder.generateName();
        server = InProcessServerBuilder.forName(name)
                .executor(Executors.newVirtualThreadPerTaskExecutor())
                .addService(new EnrolmentService(new ImmediateDecisions(state), trust.random,
                        InstantSource.system()))
                .intercept(TestCallers.by(headers -> caller))
                .build()
                .start();
        channel = InProcessChannelBuilder.forName(name).build();
    }

    @AfterEach
    void close() {
        channel.shutdownNow();
        server.shutdownNow();
    }

    @ParameterizedTest
    @EnumSource(NodeRole.class)
    void theTokenSaysTheRole(NodeRole role) throws Exception {
        Credentials credentials = join(N1, trust.token(role));
        assertThat(credentials.identity()).isEqualTo(new NodeIdentity(N1, role, CLUSTER));
        assertThat(credentials.root()).isEqualTo(trust.authority.root());
        Node node = state.current().node(N1).orElseThrow();
        assertThat(node.getName()).isEqualTo("host");
        assertThat(node.getAvailability()).isEqualTo(Node.Availability.ACTIVE);
        assertThat(node.getEnrolment().getRole()).isEqualTo(ClusterAuthority.role(role));
    }

    @Test
    void theAnswerSaysFromWhereOnTheNodeIsKnown() {
        IssueCertificateResponse answer = stub().issueCertificate(request(N1, "x"));
        assertThat(answer.getClusterId()).isEqualTo(CLUSTER);
        assertThat(answer.getClusterEpoch()).isEqualTo(3);
        assertThat(answer.getIndex()).isEqualTo(state.current().index());
    }

    @Test
    void withoutAValidTokenNobodyIsLetIn() throws Exception {
        TestTrust other = new TestTrust(CLUSTER);
        for (String token : new String[]{"", "MURETKN-1-x", other.token(NodeRole.WORKER).text(),
            JoinToken.of(trust.authority.root(), JoinToken.newSecret(trust.random)).text()}) {
            assertThatThrownBy(() -> stub().issueCertificate(request(N1, "x").toBuilder().setToken(token).build()))
                    .isInstanceOf(StatusRuntimeException.class)
                    .hasMessageStartingWith(
                            "INVALID_ARGUMENT: a valid join token is necessary to join this cluster");
        }
        assertThat(state.current().node(N1)).isEmpty();
    }

    @Test
    void aRotatedTokenIsWorthNothing() throws Exception {
        JoinToken old = trust.token(NodeRole.WORKER);
        new ImmediateDecisions(state).commit(
                new RotateJoinToken(CertificateRole.CERTIFICATE_ROLE_WORKER, JoinToken.newSecret(trust.random)),
                Duration.ofSeconds(1));
        assertThatThrownBy(() -> join(N1, old)).hasMessageContaining("a valid join token is necessary");
        assertThat(join(N2, trust.token(NodeRole.MANAGER)).identity().role()).isEqualTo(NodeRole.MANAGER);
        assertThat(join(N1, ClusterAuthority.of(state.current()).token(NodeRole.WORKER)).identity().role())
                .isEqualTo(NodeRole.WORKER);
    }

    @Test
    void aRepeatedRequestIsAnsweredAgain() {
        IssueCertificateRequest request = request(N1, "x");
        IssueCertificateResponse first = stub().issueCertificate(request);
        IssueCertificateResponse second = stub().issueCertificate(request);
        assertThat(second.getIndex()).isEqualTo(first.getIndex());
        assertThat(second.getRootCertificate()).isEqualTo(first.getRootCertificate());
    }

    @Test
    void nobodyTakesTheIdOfAnotherNode() throws Exception {
        join(N1, trust.token(NodeRole.WORKER));
        assertThatThrownBy(() -> stub().issueCertificate(request(N1, "another")))
                .hasMessageContaining("ALREADY_EXISTS: node " + N1 + " is in the cluster already");
    }

    @Test
    void aWorkerBecomesAManagerWithAManagersToken() throws Exception {
        join(N1, trust.token(NodeRole.WORKER));
        caller = new Caller(Caller.Kind.WORKER, N1);
        IssueCertificateResponse answer = stub().issueCertificate(
                request(N1, "another").toBuilder().setToken(trust.token(NodeRole.MANAGER).text()).build());
        assertThat(identity(answer.getCertificate()).role()).isEqualTo(NodeRole.MANAGER);
    }

    @Test
    void aManagerIsNotMadeAWorkerByAToken() throws Exception {
        join(N1, trust.token(NodeRole.MANAGER));
        caller = new Caller(Caller.Kind.MANAGER, N1);
        assertThat(identity(stub().issueCertificate(request(N1, "x")).getCertificate()).role())
                .isEqualTo(NodeRole.MANAGER);
    }

    @Test
    void aNodeRenewsItsOwnCertificate() throws Exception {
        join(N1, trust.token(NodeRole.WORKER));
        caller = new Caller(Caller.Kind.WORKER, N1);
        assertThat(identity(renew(N1).getCertificate())).isEqualTo(new NodeIdentity(N1, NodeRole.WORKER, CLUSTER));
    }

    @Test
    void aNodeThatWasRemovedGetsNoCertificateAnyMore() throws Exception {
        join(N1, trust.token(NodeRole.WORKER));
        state.apply(Mutation.newBuilder().setRemoveNode(N1).build());
        String why = "node " + N1 + " was removed from this cluster: to come back it needs an empty data folder";
        assertThatThrownBy(() -> stub().issueCertificate(request(N1, "x"))).hasMessage("INVALID_ARGUMENT: " + why);
        caller = new Caller(Caller.Kind.WORKER, N1);
        assertThatThrownBy(() -> renew(N1)).hasMessage("FAILED_PRECONDITION: " + why);
    }

    @Test
    void aNodeWhoseEnrolmentIsLostKeepsWhatItsCertificateSays() throws Exception {
        caller = new Caller(Caller.Kind.MANAGER, N1);
        assertThat(identity(renew(N1).getCertificate())).isEqualTo(new NodeIdentity(N1, NodeRole.MANAGER, CLUSTER));
        assertThat(state.current().node(N1)).isPresent();
    }

    @Test
    void aManagerThatLeftGetsAWorkersCertificate() throws Exception {
        join(N1, trust.token(NodeRole.MANAGER));
        state.apply(Mutation.newBuilder().setSetManagerRole(SetManagerRole.newBuilder().setNodeId(N1)).build());
        caller = new Caller(Caller.Kind.MANAGER, N1);
        assertThat(identity(renew(N1).getCertificate()).role()).isEqualTo(NodeRole.WORKER);
    }

    private RenewCertificateResponse renew(String nodeId) {
        return stub().renewCertificate(RenewCertificateRequest.newBuilder()
                .setCertificateRequest(request(nodeId, "x").getCertificateRequest())
                .build());
    }

    @Test
    void badRequestsSayWhatIsWrong() {
        IssueCertificateRequest good = request(N1, "x");
        assertThatThrownBy(() -> stub().issueCertificate(good.toBuilder().setNodeId("../n1").build()))
                .hasMessageContaining("INVALID_ARGUMENT: node id");
        assertThatThrownBy(() -> stub().issueCertificate(good.toBuilder().setNodeName(" ").build()))
                .hasMessageContaining("INVALID_ARGUMENT: the node's name");
        assertThatThrownBy(
                () -> stub().issueCertificate(good.toBuilder().setCertificateRequest(ByteString.EMPTY).build()))
                .hasMessageContaining("INVALID_ARGUMENT: the certificate request");
    }

    private Credentials join(String nodeId, JoinToken token) throws Exception {
        return new Enrolment(new CredentialFile(DataFolder.open(dir.resolve(nodeId)))).first(token, csr -> {
            IssueCertificateResponse answer = stub().issueCertificate(IssueCertificateRequest.newBuilder()
                    .setToken(token.text())
                    .setNodeId(nodeId)
                    .setNodeName("host")
                    .setCertificateRequest(ByteString.copyFrom(csr))
                    .build());
            return Enrolment.Signed.parse(answer.getCertificate().toByteArray(),
                    answer.getRootCertificate().toByteArray());
        });
    }

    /** A request with a key that lies in a folder of that name. */
    private IssueCertificateRequest request(String nodeId, String folder) {
        ByteString[] csr = new ByteString[1];
        try {
            new Enrolment(new CredentialFile(DataFolder.open(dir.resolve(folder)))).first(trust.token(NodeRole.WORKER),
                    request -> {
                        csr[0] = ByteString.copyFrom(request);
                        throw new IOException("only for the request");
                    });
        } catch (IOException e) {
            // As wanted.
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        return IssueCertificateRequest.newBuilder()
                .setToken(trust.token(NodeRole.WORKER).text())
                .setNodeId(nodeId)
                .setNodeName("host")
                .setCertificateRequest(csr[0])
                .build();
    }

    private static NodeIdentity identity(ByteString certificate) throws Exception {
        return NodeIdentity.of(Certificates.parse(certificate.toByteArray()));
    }

    private EnrolmentGrpc.EnrolmentBlockingStub stub() {
        return EnrolmentGrpc.newBlockingStub(channel);
    }
}
