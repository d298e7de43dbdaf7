package dev.mure.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mure.it.cluster.CliResult;
import dev.mure.it.cluster.ClusterShape;
import dev.mure.it.cluster.LocalCluster;
import dev.mure.it.cluster.ManagerNode;
import dev.mure.v1.NodeView;
import java.time.Duration;
import java.util.Map;
import java.util.SortedSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Managers die for good and are replaced, or leave. */
class ManagersReplacedIT {

    private static final int FAILURE = 1;

    @RegisterExtension
    static final SharedCluster SHARED = SharedCluster.ofProcesses(ClusterShape.of(3, 1));

    @Test
    void aDeadManagerIsReplacedByTwoCommandsAndDoesNotComeBack() {
        LocalCluster cluster = SHARED.get();
        ObservedService service = new ObservedService(cluster, "stays");
        cluster.control().create(Specs.service("stays", "redis:3.0.6", 2));
        service.awaitRunning(1, 2);
        Map<String, SortedSet<Long>> running = service.processes();
        ManagerNode dead = cluster.awaitLeader();
        String there = cluster.follower().address();
        dead.process().kill();

        await("the others miss it").atMost(LocalCluster.SETTLE_LIMIT).untilAsserted(
                () -> assertThat(cluster.cli().run("node", "rm", "--force", dead.name()).succeeded())
                        .isEqualTo(dead.name() + "\n"));
        cluster.forget(dead);
        cluster.addManager("--join", there).process().start();

        cluster.awaitComplete();
        assertThat(cluster.control().nodes()).extracting(node -> node.getNode().getName()).doesNotContain(dead.name());
        assertThat(cluster.cli().run("swarm", "status").succeeded())
                .contains("3 of 3 managers online, 2 needed: 1 more may fail");
        assertThat(service.processes()).as("processes of a service that nobody touched").isEqualTo(running);

        dead.process().start();
        assertThat(dead.process().awaitExit()).as("exit code of the removed manager").isNotZero();
        cluster.control().remove("stays");
    }

    @Test
    void theLeaderLeavesAndComesBackAsANewManager() {
        LocalCluster cluster = SHARED.get();
        ManagerNode leader = cluster.awaitLeader();
        ManagerNode other = cluster.follower();
        String oldPeer = peerOf(cluster, leader);
        try (AcknowledgedWrites writes = AcknowledgedWrites.start(cluster, "while-leaving")) {
            assertThat(cluster.cli(leader.host()).run("swarm", "leave").succeeded())
                    .isEqualTo("Node left the swarm.\n");
            assertThat(leader.process().awaitExit()).as("exit code").isZero();
            writes.assertAllThere();
        }
        assertThat(cluster.control().nodes()).filteredOn(node -> node.getNode().hasManager()).hasSize(2);

        ManagerNode again = cluster.withFlags(leader, "--join", other.address());
        again.process().start();
        cluster.awaitComplete();
        assertThat(peerOf(cluster, again)).isNotEqualTo(oldPeer);
    }

    @Test
    void aManagerThatIsNeededMayNotLeaveNorBeRemoved() {
        LocalCluster cluster = SHARED.get();
        ManagerNode leader = cluster.awaitLeader();
        ManagerNode alive = cluster.follower();
        CliResult removal = cluster.cli().run("node", "rm", "--force", alive.name());
        assertThat(removal.exitCode()).isEqualTo(FAILURE);
        assertThat(removal.err())
                .contains("is a cluster manager and is a member of the raft cluster. It must be demoted to"
                        + " worker before removal");
        cluster.managers().stream().filter(manager -> !manager.equals(leader) && !manager.equals(alive))
                .forEach(manager -> manager.process().kill());

        await("the dead one is missed").atMost(LocalCluster.SETTLE_LIMIT).pollInterval(Duration.ofMillis(200))
                .until(() -> cluster.control().nodes().stream().anyMatch(
                        node -> node.getNode().hasManager() && !node.getReachable()));
        for (ManagerNode manager : new ManagerNode[]{alive, leader}) {
            CliResult leaving = cluster.cli(manager.host()).run("swarm", "leave");
            assertThat(leaving.exitCode()).as("%s", leaving).isEqualTo(FAILURE);
            assertThat(leaving.err()).contains("this would result in a loss of quorum", "--force");
        }
        CliResult agent = cluster.cli().run("node", "rm", "a1");
        assertThat(agent.exitCode()).isEqualTo(FAILURE);
        assertThat(agent.err()).contains("is not down and can't be removed");
    }

    private static String peerOf(LocalCluster cluster, ManagerNode manager) {
        return cluster.control().nodes().stream().map(NodeView::getNode)
                .filter(node -> node.getName().equals(manager.name()))
                .map(node -> node.getManager().getRaftPeerId()).findAny().orElseThrow();
    }
}
