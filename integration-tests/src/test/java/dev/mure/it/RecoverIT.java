package dev.mure.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mure.it.cluster.CliResult;
import dev.mure.it.cluster.ClusterShape;
import dev.mure.it.cluster.LocalCluster;
import dev.mure.it.cluster.ManagerNode;
import dev.mure.v1.Cluster;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Two of three managers are gone for good: a new cluster is made of the third one, and no container stops. */
class RecoverIT {

    private static final int FAILURE = 1;

    @RegisterExtension
    static final SharedCluster SHARED = SharedCluster.ofProcesses(ClusterShape.of(3, 1));

    @Test
    void aNewClusterIsMadeOfOneManagerWithTheWholeState() {
        LocalCluster cluster = SHARED.get();
        ObservedService service = new ObservedService(cluster, "kept");
        cluster.control().create(Specs.service("kept", "redis:3.0.6", 2));
        service.awaitRunning(1, 2);
        cluster.awaitComplete();
        Map<String, SortedSet<Long>> running = service.processes();
        Cluster before = cluster.control().cluster().getCluster();
        ManagerNode survivor = cluster.follower();
        List<ManagerNode> gone = cluster.managers().stream().filter(manager -> !manager.equals(survivor)).toList();

        CliResult early = recover(cluster, survivor, "--force-new-cluster");
        assertThat(early.exitCode()).as("%s", early).isEqualTo(FAILURE);
        assertThat(early.err()).contains("a manager runs on").contains("stop it first");

        cluster.managers().forEach(manager -> manager.process().kill());
        gone.forEach(cluster::forget);
        assertThat(recover(cluster, survivor).succeeded()).contains("Cluster:    " + before.getId(),
                "Last entry: term ",
                "Nothing was changed.");
        assertThat(recover(cluster, survivor, "--force-new-cluster").succeeded())
                .contains("This manager is the only one.");
        survivor.process().start();
        cluster.awaitComplete();

        await("it says that it was made anew").atMost(LocalCluster.SETTLE_LIMIT).untilAsserted(
                () -> assertThat(cluster.control().cluster().getCluster()).extracting(Cluster::getId, Cluster::getEpoch)
                        .containsExactly(before.getId(), before.getEpoch() + 1));
        assertThat(service.processes()).as("processes that nobody should have touched").isEqualTo(running);
        cluster.addManager("--join", survivor.address()).process().start();
        cluster.awaitComplete();
        cluster.control().update("kept", spec -> Specs.withImage(spec, "redis:3.0.7"));
        service.awaitRunning(2, 2);
    }

    private static CliResult recover(LocalCluster cluster, ManagerNode manager, String... flags) {
        List<String> command = new ArrayList<>(List.of("manager", "recover", "--data-dir",
                manager.dataDir().toString(), "--raft-port", Integer.toString(manager.raftPort())));
        command.addAll(List.of(flags));
        return cluster.cli().run(command.toArray(String[]::new));
    }
}
