package dev.mure.it.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mure.it.ObservedService;
import dev.mure.it.Specs;
import dev.mure.it.cluster.LocalCluster;
import dev.mure.it.cluster.ManagerNode;
import dev.mure.it.cluster.Network;
import dev.mure.v1.Consistency;
import dev.mure.v1.ListNodesRequest;
import dev.mure.v1.ListNodesResponse;
import dev.mure.v1.ListServicesRequest;
import dev.mure.v1.ListServicesResponse;
import dev.mure.v1.ListTasksRequest;
import dev.mure.v1.ListTasksResponse;
import dev.mure.v1.NodeView;
import dev.mure.v1.RolloutState;
import dev.mure.v1.Task;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedSet;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Faults one after the other on a cluster that is in use: a service is rolled while the fault is there, another is left alone, and clients
 * read and write. After each fault everything is as it would have been without it.
 */
final class FaultRounds {

    private static final int REPLICAS = 3;
    private static final AtomicInteger ROUNDS = new AtomicInteger();
    private static final String OLD = "steered:1";
    private static final String NEW = "steered:2";
    private static final Duration LOOK = Duration.ofMillis(50);
    private static final Duration LIMIT = Duration.ofSeconds(5);
    private static final Consistency STALE = Consistency.CONSISTENCY_STALE;

    private final LocalCluster cluster;
    private final Network network;

    /** On a cluster of three managers and at least one agent. */
    FaultRounds(LocalCluster cluster, Network network) {
        this.cluster = cluster;
        this.network = network;
    }

    /** One fault in the middle of a rollout. Returns how many calls of clients were checked. */
    int live(Fault fault) {
        String id = fault.name().toLowerCase(Locale.ROOT).replace('_', '-') + "-" + ROUNDS.incrementAndGet();
        ObservedService bystander = running("bystander-of-" + id);
        ObservedService service = running(id);
        List<Task> before = service.tasks();
        Map<String, SortedSet<Long>> untouched = bystander.processes();
        int checked;
        try (RegisterClients clients = RegisterClients.start(cluster, id)) {
            cluster.control().update(service.name(), current -> Specs.withImage(current, NEW));
            strike(fault);
            service.awaitRollout(RolloutState.ROLLOUT_STATE_COMPLETED);
            cluster.awaitComplete();
            checked = clients.assertLinearizable();
        }
        service.assertEachSlotReplacedOnce(before, 2);
        assertThat(bystander.processes()).as("processes of a service that nobody touched").isEqualTo(untouched);
        ObservedService.assertMachineMatchesState(cluster);
        assertManagersAgree();
        cluster.control().remove(service.name());
        cluster.control().remove(bystander.name());
        return checked;
    }

    /** A fault that could not be ended must not hurt the next round too. */
    private void strike(Fault fault) {
        try {
            fault.strike(cluster, network);
        } finally {
            network.heal();
        }
    }

    private ObservedService running(String name) {
        ObservedService service = new ObservedService(cluster, name);
        cluster.control().create(Specs.withDelay(Specs.service(name, OLD, REPLICAS), 1000));
        service.awaitRunning(1, REPLICAS);
        return service;
    }

    /** What a manager has applied. The three were read one after the other and belong together if they say the same index. */
    private record Applied(ListServicesResponse services, ListTasksResponse tasks, ListNodesResponse nodes) {

        static Applied by(ManagerNode manager) throws IOException {
            return new Applied(
                    manager.door().call("ListServices", ListServicesRequest.newBuilder().setConsistency(STALE).build(),
                            ListServicesResponse.parser(), LIMIT),
                    manager.door().call("ListTasks", ListTasksRequest.newBuilder().setConsistency(STALE).build(),
                            ListTasksResponse.parser(), LIMIT),
                    manager.door().call("ListNodes", ListNodesRequest.newBuilder().setConsistency(STALE).build(),
                            ListNodesResponse.parser(), LIMIT));
        }

        List<Object> contents() {
            return List.of(services.getServicesList(), tasks.getTasksList(),
                    nodes.getNodesList().stream().map(NodeView::getNode).toList(), services.getIndex(),
                    tasks.getIndex(), nodes.getIndex());
        }
    }

    private void assertManagersAgree() {
        await("all managers have the same state at the same index").atMost(LocalCluster.SETTLE_LIMIT)
                .pollDelay(Duration.ZERO).pollInterval(LOOK).ignoreExceptionsInstanceOf(IOException.class)
                .untilAsserted(() -> {
                    List<Object> first = Applied.by(cluster.managers().getFirst()).contents();
                    for (ManagerNode manager : cluster.managers()) {
                        assertThat(Applied.by(manager).contents()).as("state of %s", manager.name()).isEqualTo(first);
                    }
                });
    }
}
