package dev.mure.trust;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JoinTokenTest {

    private final TestNodes cluster = new TestNodes();
    private final RootCertificate root = cluster.authority.root();

    @Test
    void hasTheFormOfDockersTokens() {
        String text = JoinToken.of(root, JoinToken.newSecret(cluster.random)).text();
        assertThat(text).matches("MURETKN-1-[0-9a-z]{50}-[0-9a-z]{25}");
        assertThat(JoinToken.parse(" " + text + "\n").text()).isEqualTo(text);
    }

    @Test
    void pinsOneRoot() {
        JoinToken token = JoinToken.of(root, JoinToken.newSecret(cluster.random));
        RootCertificate other =
                CertificateAuthority.create(TestNodes.CLUSTER, cluster.random, Instant.now()).root();
        assertThat(token.pins(root)).isTrue();
        assertThat(token.pins(other)).isFalse();
    }

    @Test
    void knowsItsSecretOnly() {
        String secret = JoinToken.newSecret(cluster.random);
        JoinToken token = JoinToken.of(root, secret);
        assertThat(token.hasSecret(secret)).isTrue();
        assertThat(token.hasSecret(JoinToken.newSecret(cluster.random))).isFalse();
        assertThat(token.hasSecret("")).isFalse();
    }

    @Test
    void doesNotGetIntoLogs() {
        String secret = JoinToken.newSecret(cluster.random);
        assertThat(JoinToken.of(root, secret).toString()).doesNotContain(secret);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "SWMTKN-1-x-y", "MURETKN-2-", "MURETKN-1-0000-1111",
        "MURETKN-1-5y4ny8xxrqp6kvxycfzzrk7r0z5wqcbmzwfzjm0lh5u4xiv3kb-ABCDEFGHIJKLMNOPQRSTUVWXY"})
    void refusesWhatIsNoToken(String text) {
        assertThatThrownBy(() -> JoinToken.parse(text)).isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("not a join token").hasMessageContaining("mure swarm join-token")
                .hasMessageNotContaining("ABCDEF");
    }
}
