package dev.mure.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mure.it.cluster.ClusterShape;
import dev.mure.it.cluster.LocalCluster;
import dev.mure.it.cluster.ManagerNode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The leader is told to stop and hands leadership over first. */
class PlannedStopIT {

    @RegisterExtension
    static final SharedCluster SHARED = SharedCluster.ofProcesses(ClusterShape.of(3, 0));

    @Test
    void anotherManagerLeadsBeforeTheLeaderEndsAndNoWriteIsLost() {
        LocalCluster cluster = SHARED.get();
        ManagerNode leader = cluster.awaitLeader();
        int before = leader.process().log().length();
        try (AcknowledgedWrites writes = AcknowledgedWrites.start(cluster, "while-stopping")) {
            leader.process().terminate();

            assertThat(leader.process().log().substring(before)).contains("Leadership is handed over")
                    .doesNotContain("left to an election", "Not everything was committed");
            assertThat(cluster.awaitLeader().name()).isNotEqualTo(leader.name());
            writes.assertAllThere();
        }
        leader.process().start();
        cluster.awaitComplete();
    }
}
