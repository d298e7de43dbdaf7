package dev.mure.manager;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mure.manager.api.TestTrust;
import dev.mure.trust.NodeRole;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class WelcomeTest {

    private final TestTrust trust = new TestTrust("0cluster00000000000000000");
    private final Welcome welcome = new Welcome("10.0.0.1:7370", "node1");

    @Test
    void saysHowOthersJoin() {
        assertThat(welcome.text(Optional.of(trust.inState())))
                .startsWith("Swarm initialized: current node (node1) is now a manager.\n")
                .contains("\n    mure agent --runtime docker --join 10.0.0.1:7370 --token "
                        + trust.token(NodeRole.WORKER).text() + "\n")
                .contains("\n    mure manager --join 10.0.0.1:7370 --token "
                        + trust.token(NodeRole.MANAGER).text() + "\n");
    }

    @Test
    void keepsTheTokensOutOfLogs() {
        assertThat(welcome.text(Optional.empty()))
                .contains("--token \"$(mure swarm join-token -q worker)\"\n")
                .contains("--token \"$(mure swarm join-token -q manager)\"\n");
    }
}
