package dev.mure.manager.orchestrator;

import dev.mure.manager.planning.Changes;
import dev.mure.manager.planning.Constraints;
import dev.mure.manager.planning.IdSource;
import dev.mure.manager.planning.NewTask;
import dev.mure.manager.planning.Plan;
import dev.mure.manager.planning.Planner;
import dev.mure.manager.planning.Slot;
import dev.mure.manager.planning.SlotId;
import dev.mure.manager.store.ClusterState;
import dev.mure.v1.Node;
import dev.mure.v1.NodeState;
import dev.mure.v1.Placement;
import dev.mure.v1.Revision;
import dev.mure.v1.Service;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Keeps one slot of a global service on each node that may have it (update-semantics §7). A slot belongs to its node; it is only
 * made and removed here, what runs in it is the business of rollout and restart, so a node event never moves a task past the limits
 * of an update (§16.9). Where a node is down its slot stays: nothing could take its place.
 */
final class GlobalPlanner implements Planner {

    private final IdSource ids;

    GlobalPlanner(IdSource ids) {
        this.ids = ids;
    }

    @Override
    public Plan plan(ClusterState state, Changes changed, long nowMillis) {
        Plan.Draft plan = new Plan.Draft();
        List<Service> services = changed.nodes().isEmpty() ? changed.servicesIn(state) : List.copyOf(state.services());
        for (Service service : services) {
            if (!service.getRemoved() && service.hasGlobal()) {
                reconcile(state, service, plan);
            }
        }
        return plan.build();
    }

    private void reconcile(ClusterState state, Service service, Plan.Draft plan) {
        Placement placement = state.currentRevision(service)
                .map(Revision::getTask)
                .map(spec -> spec.getPlacement())
                .orElseGet(Placement::getDefaultInstance);
        Map<String, Slot> byNode = new TreeMap<>();
        List<Slot> slots = Slot.existingOf(state, service.getId());
        slots.forEach(slot -> byNode.putIfAbsent(slot.tasks().getLast().getOnlyNodeId(), slot));
        for (Slot slot : slots) {
            String nodeId = slot.tasks().getLast().getOnlyNodeId();
            boolean belongs = slot.equals(byNode.get(nodeId))
                    && state.node(nodeId).filter(node -> mayKeep(placement, node)).isPresent();
            if (!belongs) {
                plan.remove(slot);
            }
        }
        Set<Integer> taken = Slot.allOf(state, service.getId()).stream().map(Slot::number).collect(Collectors.toSet());
        int number = 1;
        for (Node node : state.nodes()) {
            if (mayGet(placement, node) && !byNode.containsKey(node.getId())) {
                while (!taken.add(number)) {
                    number++;
                }
                plan.create(NewTask.running(ids, new SlotId(service.getId(), number), service.getRevision())
                        .setOnlyNodeId(node.getId())
                        .build());
            }
        }
    }

    private static boolean mayKeep(Placement placement, Node node) {
        return node.getAvailability() != Node.Availability.DRAIN && Constraints.met(placement, node);
    }

    private static boolean mayGet(Placement placement, Node node) {
        return node.getState() == NodeState.NODE_STATE_READY && node.hasDescription()
                && node.getAvailability() == Node.Availability.ACTIVE && Constraints.met(placement, node);
    }
}
