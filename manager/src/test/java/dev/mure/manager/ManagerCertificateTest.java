package dev.mure.manager;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mure.manager.api.TestTrust;
import dev.mure.node.DataFolder;
import dev.mure.trust.CertificateAuthority;
import dev.mure.trust.CredentialFile;
import dev.mure.trust.Credentials;
import dev.mure.trust.NodeRole;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ManagerCertificateTest {

    private final TestTrust trust = new TestTrust("0cluster00000000000000000");
    private final Instant issued = Instant.now();
    private final Instant later = issued.plus(CertificateAuthority.NODE_LIFETIME).plusSeconds(1);

    @Test
    void anExpiredOneIsNoUseUnlessTheManagerIsAlone() {
        Credentials credentials = trust.credentials("m1", NodeRole.MANAGER, issued);
        assertThatCode(() -> ManagerCertificate.requireGood(credentials, 3, issued)).doesNotThrowAnyException();
        assertThatCode(() -> ManagerCertificate.requireGood(credentials, 1, later)).doesNotThrowAnyException();
        assertThatThrownBy(() -> ManagerCertificate.requireGood(credentials, 2, later))
                .isInstanceOf(CannotStartException.class)
                .hasMessageStartingWith("the certificate of this manager has expired on ")
                .hasMessageContaining("add --join HOST:PORT and --token TOKEN");
    }

    @Test
    void aMemberNeedsAManagersCertificate(@TempDir Path dir) throws Exception {
        DataFolder folder = DataFolder.open(dir);
        CredentialFile file = new CredentialFile(folder);
        assertThatThrownBy(() -> ManagerCertificate.ofMember(folder)).isInstanceOf(CannotStartException.class)
                .hasMessageContaining(file.path() + " holds no manager's certificate: bring it back");
        file.write(trust.credentials("n1", NodeRole.WORKER));
        assertThatThrownBy(() -> ManagerCertificate.ofMember(folder)).isInstanceOf(CannotStartException.class);
        Credentials manager = trust.credentials("n1", NodeRole.MANAGER);
        file.write(manager);
        assertThat(ManagerCertificate.ofMember(folder)).isEqualTo(manager);
        file.delete();
        assertThat(ManagerCertificate.find(folder)).isEmpty();
    }
}
