package dev.mure.trust;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mure.node.DataFolder;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CredentialRenewalTest {

    private static final NodeIdentity NODE = new NodeIdentity("n", NodeRole.WORKER, TestNodes.CLUSTER);

    private final TestNodes cluster = new TestNodes();
    private final Instant issued = Instant.now().truncatedTo(ChronoUnit.SECONDS);
    private final Instant due = issued.plus(Duration.ofDays(80));
    private final AtomicInteger asked = new AtomicInteger();
    @TempDir
    private Path dir;
    private DataFolder folder;
    private CredentialFile file;
    private Credentials first;
    private NodeTls tls;
    private Optional<String> trouble = Optional.empty();

    @BeforeEach
    void enrol() throws IOException {
        folder = DataFolder.open(dir.resolve("node"));
        file = new CredentialFile(folder);
        first = cluster.credentials(NODE, issued);
        file.write(first);
        tls = new NodeTls(first);
    }

    private CredentialRenewal renewal(Instant now) {
        return new CredentialRenewal(folder, tls, request -> {
            asked.incrementAndGet();
            if (trouble.isPresent()) {
                throw new IOException(trouble.get());
            }
            return cluster.signer(NODE, now).sign(request);
        }, cluster.random);
    }

    @Test
    void leavesAYoungCertificateAlone() throws Exception {
        Duration pause = renewal(issued).step(issued.plus(Duration.ofDays(40)));
        assertThat(asked).hasValue(0);
        assertThat(pause).isEqualTo(Duration.ofMinutes(1));
    }

    @Test
    void renewsWhatIsDueAndUsesIt() throws Exception {
        renewal(due).step(due);
        assertThat(tls.credentials().certificate().getNotAfter().toInstant())
                .isEqualTo(due.plus(CertificateAuthority.NODE_LIFETIME));
        assertThat(file.read()).contains(tls.credentials());
    }

    @Test
    void usesAFreshKey() throws Exception {
        renewal(due).step(due);
        assertThat(tls.credentials().key()).isNotEqualTo(first.key());
    }

    @Test
    void takesWhatAnotherProcessOfTheNodeRenewed() throws Exception {
        Credentials others = cluster.credentials(NODE, due);
        file.write(others);
        renewal(due).step(due);
        assertThat(tls.credentials()).isEqualTo(others);
        assertThat(asked).hasValue(0);
    }

    @Test
    void triesAgainLaterWhenNobodySigns() throws Exception {
        trouble = Optional.of("no manager answers");
        CredentialRenewal renewal = renewal(due);
        assertThat(renewal.step(due)).isEqualTo(Duration.ofSeconds(5));
        renewal.step(due.plusSeconds(4));
        assertThat(asked).hasValue(1);
        assertThat(renewal.step(due.plusSeconds(5))).isEqualTo(Duration.ofSeconds(10));
        assertThat(asked).hasValue(2);
        assertThat(tls.credentials()).isEqualTo(first);
        trouble = Optional.empty();
        renewal.step(due.plusSeconds(15));
        assertThat(tls.credentials()).isNotEqualTo(first);
    }

    @Test
    void takesNoCertificateOfAnotherNode() throws Exception {
        NodeIdentity other = new NodeIdentity("other", NodeRole.WORKER, TestNodes.CLUSTER);
        new CredentialRenewal(folder, tls, cluster.signer(other, due), cluster.random).step(due);
        assertThat(tls.credentials()).isEqualTo(first);
        assertThat(file.read()).contains(first);
    }
}
