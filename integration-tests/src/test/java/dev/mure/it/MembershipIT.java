package dev.mure.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mure.it.cluster.ClusterShape;
import dev.mure.it.cluster.LocalCluster;
import dev.mure.it.cluster.ManagerNode;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** How managers come into a cluster. */
class MembershipIT {

    @RegisterExtension
    static final SharedCluster SHARED = SharedCluster.ofProcesses(ClusterShape.of(2, 0));

    @Test
    void joinsThroughAFollowerAndIgnoresLaterFlags() {
        LocalCluster cluster = SHARED.get();
        String clusterId = cluster.control().cluster().getCluster().getId();
        ManagerNode third = cluster.addManager("--join", cluster.follower().address());
        third.process().start();
        cluster.awaitComplete();

        third = restartWith(third, "--init");
        third = restartWith(third, "--join", "127.0.0.1:1");
        assertThat(cluster.control().nodes()).hasSize(3);
        assertThat(third.control().staleCluster().getCluster().getId()).isEqualTo(clusterId);
    }

    private static ManagerNode restartWith(ManagerNode manager, String... flags) {
        LocalCluster cluster = SHARED.get();
        manager.process().terminate();
        int earlier = manager.process().log().length();
        ManagerNode again = cluster.withFlags(manager, flags);
        again.process().start();
        await("one line about " + flags[0]).atMost(LocalCluster.SETTLE_LIMIT).pollInterval(Duration.ofMillis(100))
                .untilAsserted(() -> {
                    List<String> lines = again.process().log().substring(earlier).lines()
                            .filter(line -> line.contains(flags[0])).toList();
                    assertThat(lines).singleElement().asString().contains("ignored");
                });
        cluster.awaitComplete();
        return again;
    }
}
