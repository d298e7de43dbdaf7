package dev.mure.manager.api;

import dev.mure.manager.leader.Refusal;
import dev.mure.manager.planning.Constraints;
import dev.mure.manager.planning.TaskFate;
import dev.mure.manager.store.ClusterState;
import dev.mure.v1.Node;
import dev.mure.v1.NodeDescription;
import dev.mure.v1.PortConfig;
import dev.mure.v1.ResourceAmounts;
import dev.mure.v1.Revision;
import dev.mure.v1.Service;
import dev.mure.v1.Task;
import dev.mure.v1.TaskSpec;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Whether the cluster still has what an older revision needs (update-semantics §16.19): since it was the current one, labels and nodes
 * may have gone, and other services may have taken its ports.
 */
final class RevisionNeeds {

    private final ClusterState state;
    private final Service service;
    private final TaskSpec spec;

    private RevisionNeeds(ClusterState state, Service service, TaskSpec spec) {
        this.state = state;
        this.service = service;
        this.spec = spec;
    }

    /**
     * Checks it.
     *
     * @throws Refusal with what is missing
     */
    static void require(ClusterState state, Service service, Revision revision) throws Refusal {
        Optional<String> missing = new RevisionNeeds(state, service, revision.getTask()).missing();
        if (missing.isPresent()) {
            throw new Refusal(Refusal.Kind.FAILED_PRECONDITION, "revision " + revision.getNumber() + " of service "
                    + service.getName() + " can't run any more: " + missing.get());
        }
    }

    private Optional<String> missing() {
        List<Node> allowed = state.nodes()
                .stream()
                .filter(node -> node.hasDescription() && Constraints.met(spec.getPlacement(), node))
                .toList();
        if (allowed.isEmpty()) {
            return spec.getPlacement().getConstraintsCount() == 0
                    ? Optional.empty()
                    : Optional.of("no node meets its constraints: "
                            + String.join(", ", spec.getPlacement().getConstraintsList()));
        }
        List<Node> largeEnough = allowed.stream().filter(node -> largeEnough(node.getDescription())).toList();
        return largeEnough.isEmpty()
                ? Optional.of("no node is as large as what it reserves")
                : portsTaken(largeEnough);
    }

    private boolean largeEnough(NodeDescription node) {
        ResourceAmounts reserved = spec.getResources().getReservations();
        return reserved.getNanoCpus() <= node.getNanoCpus() && reserved.getMemoryBytes() <= node.getMemoryBytes();
    }

    /** Who holds its ports if that is so on every node; empty if one of the nodes has them free. */
    private Optional<String> portsTaken(List<Node> nodes) {
        Optional<String> example = Optional.empty();
        for (Node node : nodes) {
            Optional<String> taken = portTaken(node);
            if (taken.isEmpty()) {
                return Optional.empty();
            }
            example = taken;
        }
        return example.map(taken -> "its host ports are in use on every node that it may run on: " + taken);
    }

    private Optional<String> portTaken(Node node) {
        List<PortConfig> wanted =
                spec.getPortsList().stream().filter(port -> port.getPublishedPort() != 0).toList();
        if (wanted.isEmpty()) {
            return Optional.empty();
        }
        return state.tasksOnNode(node.getId())
                .stream()
                .filter(task -> !task.getServiceId().equals(service.getId()) && TaskFate.holds(state, task))
                .flatMap(task -> wanted.stream()
                        .filter(port -> publishes(task, port))
                        .map(port -> port.getPublishedPort() + "/"
                                + port.getProtocol().name().toLowerCase(Locale.ROOT) + " on " + node.getName()
                                + " by service " + nameOf(task)))
                .findFirst();
    }

    private boolean publishes(Task task, PortConfig wanted) {
        return state.revision(task.getServiceId(), task.getRevision())
                .stream()
                .flatMap(revision -> revision.getTask().getPortsList().stream())
                .anyMatch(port -> port.getPublishedPort() == wanted.getPublishedPort()
                        && port.getProtocol() == wanted.getProtocol());
    }

    private String nameOf(Task task) {
        return state.service(task.getServiceId()).map(Service::getName).orElse(task.getServiceId());
    }
}
