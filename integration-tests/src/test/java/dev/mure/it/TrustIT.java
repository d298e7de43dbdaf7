package dev.mure.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mure.it.cluster.ClusterShape;
import dev.mure.it.cluster.LocalCluster;
import dev.mure.it.cluster.MureProcess;
import dev.mure.v1.CertificateRole;
import dev.mure.v1.NodeState;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who is let into a cluster, and what those are told who are not. */
class TrustIT {

    private static final int WRONG_USAGE = 125;

    @RegisterExtension
    static final SharedCluster SHARED = SharedCluster.ofProcesses(ClusterShape.of(1, 1));

    @ParameterizedTest
    @ValueSource(strings = {"manager", "agent"})
    void whoComesWithoutATokenIsToldHowToGetOne(String program) {
        MureProcess stranger = stranger(program, "tokenless-" + program);
        assertThat(refusal(program, stranger)).contains("add --token TOKEN; get it with 'mure swarm join-token "
                + (program.equals("agent") ? "worker" : "manager") + "' on a manager");
    }

    @ParameterizedTest
    @ValueSource(strings = {"manager", "agent"})
    void whatIsNoTokenIsWrongUsage(String program) {
        MureProcess stranger = stranger(program, "garbled-" + program, "--token", "MURETKN-1-secret");
        assertThat(refusal(program, stranger)).contains("--token: not a join token").doesNotContain("secret");
        assertThat(stranger.awaitExit()).isEqualTo(WRONG_USAGE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"manager", "agent"})
    void aTokenOfAnotherClusterIsNotShownToThisOne(String program) {
        String token = token(CertificateRole.CERTIFICATE_ROLE_MANAGER);
        int digest = "MURETKN-1-".length();
        String other = token.substring(0, digest) + (token.charAt(digest) == '0' ? '1' : '0')
                + token.substring(digest + 1);
        assertThat(refusal(program, stranger(program, "misled-" + program, "--token", other)))
                .contains("remote CA does not match fingerprint: the join token is for another cluster");
    }

    @Test
    void aWorkersTokenMakesNoManager() {
        MureProcess stranger = stranger("manager", "ambitious", "--token",
                token(CertificateRole.CERTIFICATE_ROLE_WORKER));
        assertThat(refusal("manager", stranger))
                .contains("the join token is one for workers: get another with 'mure swarm join-token manager'");
    }

    @Test
    void afterARotationOnlyTheNewTokenLetsIn() {
        String old = token(CertificateRole.CERTIFICATE_ROLE_WORKER);
        String fresh = SHARED.get().cli().run("swarm", "join-token", "--rotate", "-q", "worker").succeeded().strip();
        assertThat(refusal("agent", stranger("agent", "late", "--token", old)))
                .contains("a valid join token is necessary to join this cluster");

        MureProcess welcome = stranger("agent", "welcome", "--token", fresh);
        welcome.start();
        awaitReady("welcome");
        awaitReady("a1");
        remove(welcome);
    }

    @Test
    void aRemovedNodeIsSentAwayWhateverItShows() {
        MureProcess agent = stranger("agent", "removed", "--token", token(CertificateRole.CERTIFICATE_ROLE_WORKER));
        agent.start();
        awaitReady("removed");
        remove(agent);
        assertThat(refusal("agent", agent)).contains("was removed from this cluster").contains("empty data folder");
    }

    private static MureProcess stranger(String program, String name, String... flags) {
        LocalCluster cluster = SHARED.get();
        List<String> all = new ArrayList<>(List.of("--join", cluster.manager("m1").address()));
        all.addAll(List.of(flags));
        return cluster.stranger(program, name, all);
    }

    /** The one line with which it ends. */
    private static String refusal(String program, MureProcess stranger) {
        stranger.start();
        assertThat(stranger.awaitExit()).as("exit code; %s", stranger.log()).isNotZero();
        List<String> lines = stranger.log().lines().filter(line -> line.startsWith("mure " + program + ": ")).toList();
        assertThat(lines).as(stranger.log()).hasSize(1);
        return lines.getFirst();
    }

    private static void awaitReady(String node) {
        await(node).atMost(LocalCluster.SETTLE_LIMIT).until(() -> SHARED.get().control().nodes().stream()
                .anyMatch(view -> view.getNode().getName().equals(node)
                        && view.getNode().getState() == NodeState.NODE_STATE_READY));
    }

    private static void remove(MureProcess agent) {
        agent.terminate();
        SHARED.get().cli().run("node", "rm", "--force", agent.name()).succeeded();
    }

    private static String token(CertificateRole role) {
        return SHARED.get().control().joinToken(role);
    }
}
