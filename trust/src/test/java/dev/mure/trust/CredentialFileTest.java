package dev.mure.trust;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mure.node.DataFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyPair;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CredentialFileTest {

    private final TestNodes cluster = new TestNodes();
    @TempDir
    private Path dir;
    private DataFolder folder;
    private CredentialFile file;

    @BeforeEach
    void open() throws IOException {
        folder = DataFolder.open(dir.resolve("node"));
        file = new CredentialFile(folder);
    }

    @Test
    void holdsNothingAtFirst() throws Exception {
        assertThat(file.read()).isEmpty();
    }

    @Test
    void givesBackWhatWasWritten() throws Exception {
        Credentials credentials = cluster.credentials("n", NodeRole.WORKER);
        file.write(credentials);
        assertThat(file.read()).contains(credentials);
    }

    @Test
    void onlyItsOwnerMayReadIt() throws Exception {
        file.write(cluster.credentials("n", NodeRole.WORKER));
        assertThat(permissions(file.path())).isEqualTo("rw-------");
        assertThat(permissions(folder.resolve("certificates"))).isEqualTo("rwx------");
    }

    @Test
    void aDamagedFileSaysWhatToDo() throws Exception {
        file.write(cluster.credentials("n", NodeRole.WORKER));
        Files.writeString(file.path(), "nothing");
        assertThatThrownBy(file::read).isInstanceOf(IOException.class)
                .hasMessageContaining(file.path() + " is damaged").hasMessageContaining("join again with a token");
    }

    @Test
    void aRequestIsRepeatedWithTheSameKeyUntilItIsAnswered() throws Exception {
        KeyPair first = file.requestKeys();
        KeyPair second = new CredentialFile(folder).requestKeys();
        assertThat(second.getPublic()).isEqualTo(first.getPublic());
        assertThat(second.getPrivate()).isEqualTo(first.getPrivate());
        file.write(cluster.credentials("n", NodeRole.WORKER));
        assertThat(file.requestKeys().getPublic()).isNotEqualTo(first.getPublic());
    }

    @Test
    void aTokenTakesNoCertificateOfAnotherCluster() {
        JoinToken token = JoinToken.of(new TestNodes().authority.root(), JoinToken.newSecret(cluster.random));
        NodeIdentity node = new NodeIdentity("n", NodeRole.WORKER, TestNodes.CLUSTER);
        assertThatThrownBy(() -> new Enrolment(file).first(token, cluster.signer(node, Instant.now())))
                .isInstanceOf(IOException.class).hasMessageContaining("another cluster");
        assertThat(file.path()).doesNotExist();
    }

    @Test
    void theAuthorityIsKeptUntilTheStateHasIt() throws Exception {
        AuthorityFile authority = new AuthorityFile(folder);
        assertThat(authority.read()).isEmpty();
        authority.write(cluster.authority);
        assertThat(authority.read().orElseThrow().root()).isEqualTo(cluster.authority.root());
        assertThat(permissions(folder.resolve("new-authority.pem"))).isEqualTo("rw-------");
        authority.delete();
        assertThat(authority.read()).isEmpty();
    }

    private static String permissions(Path path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }
}
