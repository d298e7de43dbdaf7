package dev.mure.trust;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.junit.jupiter.api.Test;

class CertificateAuthorityTest {

    private static final NodeIdentity NODE = new NodeIdentity("n1", NodeRole.MANAGER, TestNodes.CLUSTER);

    private final TestNodes cluster = new TestNodes();
    private final Instant now = Instant.now().truncatedTo(ChronoUnit.SECONDS);

    @Test
    void theSubjectIsWhatTheAuthoritySays() throws Exception {
        byte[] request = CertificateRequest.encoded(NodeKey.generate());
        X509Certificate certificate = cluster.authority.issue(CertificateRequest.parse(request).publicKey(), NODE,
                cluster.random, now);
        assertThat(NodeIdentity.of(certificate)).isEqualTo(NODE);
        assertThat(certificate.getSubjectX500Principal().getName())
                .isEqualTo("CN=n1,OU=mure-manager,O=" + TestNodes.CLUSTER);
        assertThat(certificate.getSubjectAlternativeNames()).contains(List.of(2, "n1"), List.of(2, "mure-manager"));
    }

    @Test
    void aCertificateLivesNinetyDaysAndIsBackdatedAnHour() {
        X509Certificate certificate = cluster.credentials(NODE, now).certificate();
        assertThat(certificate.getNotBefore().toInstant()).isEqualTo(now.minus(Duration.ofHours(1)));
        assertThat(certificate.getNotAfter().toInstant()).isEqualTo(now.plus(Duration.ofDays(90)));
    }

    @Test
    void noCertificateOutlivesItsRoot() {
        Instant end = cluster.authority.root().certificate().getNotAfter().toInstant();
        assertThat(cluster.credentials(NODE, end.minusSeconds(60)).certificate().getNotAfter().toInstant())
                .isEqualTo(end);
    }

    @Test
    void workersMayOnlyBeClients() throws Exception {
        assertThat(cluster.credentials("w", NodeRole.WORKER).certificate().getExtendedKeyUsage())
                .containsExactly("1.3.6.1.5.5.7.3.2");
        assertThat(cluster.credentials("m", NodeRole.MANAGER).certificate().getExtendedKeyUsage()).hasSize(2);
    }

    @Test
    void isTheSameAfterItWasWrittenAndRead() throws Exception {
        CertificateAuthority read = CertificateAuthority.parse(cluster.authority.root().encoded(),
                cluster.authority.encodedKey());
        X509Certificate certificate = read.issue(NodeKey.generate().getPublic(), NODE, cluster.random, now);
        TrustChain.verify(cluster.authority.root(), certificate);
    }

    @Test
    void aRootDoesNotStandBehindAnothersCertificates() {
        RootCertificate other = new TestNodes().authority.root();
        assertThatThrownBy(() -> TrustChain.verify(other, cluster.credentials(NODE, now).certificate()))
                .isInstanceOf(CertificateException.class).hasMessageContaining("not of this cluster");
    }

    @Test
    void whatHasExpiredIsNotTrusted() {
        X509Certificate expired = cluster.credentials(NODE, now.minus(Duration.ofDays(91))).certificate();
        assertThatThrownBy(() -> TrustChain.verify(cluster.authority.root(), expired))
                .isInstanceOf(CertificateException.class).hasMessage("the certificate has expired");
    }

    @Test
    void keysOfOtherKindsAreNotSigned() throws Exception {
        for (KeyPair keys : List.of(curve("secp384r1"), rsa())) {
            assertThatThrownBy(() -> CertificateRequest.parse(request(keys)))
                    .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("P-256");
        }
    }

    @Test
    void aRequestMustBeSignedByItsOwnKey() {
        byte[] request = CertificateRequest.encoded(NodeKey.generate());
        request[request.length - 3] ^= 1;
        assertThatThrownBy(() -> CertificateRequest.parse(request)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void garbageIsNoRequest() {
        for (byte[] garbage : List.of(new byte[0], new byte[]{0x30, 3, 1, 2, 3}, new byte[5000])) {
            assertThatThrownBy(() -> CertificateRequest.parse(garbage)).isInstanceOf(IllegalArgumentException.class)
                    .hasMessageStartingWith("the certificate request");
        }
    }

    private static byte[] request(KeyPair keys) throws Exception {
        String signature = keys.getPublic().getAlgorithm().equals("RSA") ? "SHA256withRSA" : "SHA256withECDSA";
        return new org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequestBuilder(
                new javax.security.auth.x500.X500Principal("CN=n1"), keys.getPublic())
                .build(new org.bouncycastle.operator.jcajce.JcaContentSignerBuilder(signature)
                        .build(keys.getPrivate()))
                .getEncoded();
    }

    private static KeyPair curve(String name) throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec(name));
        return generator.generateKeyPair();
    }

    private static KeyPair rsa() throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(2048);
        return generator.generateKeyPair();
    }
}
