package dev.mure.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mure.it.cluster.ClusterShape;
import dev.mure.it.cluster.LocalCluster;
import dev.mure.it.cluster.ManagerNode;
import dev.mure.v1.Consistency;
import dev.mure.v1.ListServicesRequest;
import dev.mure.v1.ListServicesResponse;
import dev.mure.v1.RolloutState;
import dev.mure.v1.ServiceView;
import dev.mure.v1.Task;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Managers are killed, all of them at once too, and come back with all that they knew. */
class ManagersKilledIT {

    private static final int REPLICAS = 3;

    @RegisterExtension
    static final SharedCluster SHARED = SharedCluster.ofProcesses(ClusterShape.of(3, 3));

    @Test
    void allAtOnceInTheMiddleOfAnUpdate() {
        LocalCluster cluster = SHARED.get();
        ObservedService bystander = new ObservedService(cluster, "bystander");
        cluster.control().create(Specs.service("bystander", "steered:1", REPLICAS));
        bystander.awaitRunning(1, REPLICAS);
        ObservedService service = new ObservedService(cluster, "updated");
        cluster.control().create(Specs.withDelay(Specs.service("updated", "steered:1", REPLICAS), 2000));
        service.awaitRunning(1, REPLICAS);
        List<Task> before = service.tasks();
        Map<String, SortedSet<Long>> untouched = bystander.processes();

        cluster.control().update("updated", current -> Specs.withImage(current, "steered:2"));
        service.awaitTask("the first new task runs", task -> task.getRevision() == 2 && ObservedService.runs(task));
        List<ServiceView> known = specsOnly(cluster.control().services());
        Map<String, SortedSet<Long>> running = cluster.taskProcesses();
        cluster.managers().forEach(manager -> manager.process().kill());

        assertThat(cluster.taskProcesses()).as("what runs without managers").isEqualTo(running);
        cluster.managers().forEach(manager -> manager.process().start());
        assertThat(specsOnly(cluster.control().services())).isEqualTo(known);
        service.awaitRollout(RolloutState.ROLLOUT_STATE_COMPLETED);
        service.assertEachSlotReplacedOnce(before, 2);
        assertThat(bystander.processes()).as("processes of a service that nobody touched").isEqualTo(untouched);
        ObservedService.assertMachineMatchesState(cluster);
        cluster.awaitComplete();
    }

    @Test
    void oneCatchesUp() throws Exception {
        LocalCluster cluster = SHARED.get();
        ManagerNode follower = cluster.follower();
        follower.process().kill();
        List<String> written = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            written.add("missed-" + i);
            cluster.control().create(Specs.service("missed-" + i, "redis:3.0.6", 0));
        }

        follower.process().start();
        await(follower.name() + " knows what it missed").atMost(LocalCluster.SETTLE_LIMIT)
                .pollInterval(Duration.ofMillis(100)).ignoreExceptions()
                .untilAsserted(() -> assertThat(appliedBy(follower)).containsAll(written));
        cluster.awaitComplete();
    }

    /** What a service was asked to be; how far it got may change at any time. */
    private static List<ServiceView> specsOnly(List<ServiceView> services) {
        return services.stream()
                .map(service -> ServiceView.newBuilder().setId(service.getId()).setSpec(service.getSpec())
                        .setSpecVersion(service.getSpecVersion()).setRevision(service.getRevision()).build())
                .toList();
    }

    private static List<String> appliedBy(ManagerNode manager) throws Exception {
        ListServicesRequest request =
                ListServicesRequest.newBuilder().setConsistency(Consistency.CONSISTENCY_STALE).build();
        return manager.door().call("ListServices", request, ListServicesResponse.parser(), Duration.ofSeconds(5))
                .getServicesList().stream().map(service -> service.getSpec().getName()).toList();
    }
}
