package dev.mure.manager.planning;

import dev.mure.manager.store.ClusterState;
import dev.mure.v1.Node;
import dev.mure.v1.Revision;
import dev.mure.v1.Service;
import dev.mure.v1.Task;
import dev.mure.v1.TaskSpec;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a service's tasks should run now. A task is clean when it runs the current revision, one with an equal TaskSpec, or one that
 * differs in nothing but the placement while its node meets the current one (update-semantics §3); else dirty. A task without a node
 * is still to be placed, so there the placement counts. Specs are compared once per revision,
 * placements once per node.
 */
public final class CurrentSpec {

    private enum Difference {
        NONE, PLACEMENT, ANYTHING
    }

    private final ClusterState state;
    private final Service service;
    private final Optional<TaskSpec> spec;
    private final SortedMap<Long, Difference> differenceByRevision = new TreeMap<>();
    private final SortedMap<String, Boolean> meetsByNode = new TreeMap<>();

    public CurrentSpec(ClusterState state, Service service) {
        this.state = state;
        this.service = service;
        this.spec = state.currentRevision(service).map(Revision::getTask);
    }

    public long revision() {
        return service.getRevision();
    }

    public boolean clean(Task task) {
        return task.getRevision() == service.getRevision()
                || switch (differenceByRevision.computeIfAbsent(task.getRevision(), this::difference)) {
                    case NONE -> true;
                    case PLACEMENT -> isWellPlaced(task);
                    case ANYTHING -> false;
                };
    }

    private Difference difference(long number) {
        Optional<TaskSpec> other = state.revision(service.getId(), number).map(Revision::getTask);
        if (spec.isEmpty() || other.isEmpty()) {
            return Difference.ANYTHING;
        }
        if (other.equals(spec)) {
            return Difference.NONE;
        }
        return anywhere(other.get()).equals(anywhere(spec.get())) ? Difference.PLACEMENT : Difference.ANYTHING;
    }

    private static TaskSpec anywhere(TaskSpec spec) {
        return spec.toBuilder().clearPlacement().build();
    }

    private boolean isWellPlaced(Task task) {
        return meetsByNode.computeIfAbsent(task.getNodeId(), this::meetsPlacement);
    }

    private boolean meetsPlacement(String nodeId) {
        Optional<Node> node = state.node(nodeId);
        return spec.isPresent() && node.isPresent() && Constraints.met(spec.get().getPlacement(), node.get());
    }
}
