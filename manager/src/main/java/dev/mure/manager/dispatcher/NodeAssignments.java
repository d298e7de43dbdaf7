package dev.mure.manager.dispatcher;

import dev.mure.manager.store.ClusterState;
import dev.mure.manager.store.TaskStates;
import dev.mure.v1.Assignment;
import dev.mure.v1.Assignments;
import dev.mure.v1.Cluster;
import dev.mure.v1.Service;
import dev.mure.v1.Task;
import dev.mure.v1.TaskState;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What one session has sent of its node's tasks, and hence what it still has to send. Compares whole states, so it does not matter
 * how many changes lie between two looks. Used by one thread.
 */
final class NodeAssignments {

    private final String nodeId;
    private Map<String, Assignment> sent = new HashMap<>();

    NodeAssignments(String nodeId) {
        this.nodeId = nodeId;
    }

    /** Every task of the node. */
    Assignments complete(ClusterState state) {
        sent = new HashMap<>();
        Assignments.Builder all = headed(state).setComplete(true);
        for (Task task : state.tasksOnNode(nodeId)) {
            Assignment assignment = assignment(state, task);
            sent.put(task.getId(), comparable(assignment));
            all.addChanged(assignment);
        }
        return all.build();
    }

    /** What differs from what was sent; empty if nothing does. */
    Optional<Assignments> changes(ClusterState state) {
        Map<String, Assignment> next = new HashMap<>();
        List<Assignment> changed = new ArrayList<>();
        for (Task task : state.tasksOnNode(nodeId)) {
            Assignment assignment = assignment(state, task);
            Assignment comparable = comparable(assignment);
            next.put(task.getId(), comparable);
            if (!comparable.equals(sent.get(task.getId()))) {
                changed.add(assignment);
            }
        }
        List<String> forgotten = sent.keySet()
                .stream()
                .filter(id -> !next.containsKey(id) && state.task(id).isEmpty())
                .sorted()
                .toList();
        sent = next;
        return changed.isEmpty() && forgotten.isEmpty()
                ? Optional.empty()
                : Optional.of(headed(state).addAllChanged(changed).addAllForgottenTaskIds(forgotten).build());
    }

    private static Assignments.Builder headed(ClusterState state) {
        return Assignments.newBuilder()
                .setClusterEpoch(state.cluster().map(Cluster::getEpoch).orElse(0L))
                .setAppliedIndex(state.index());
    }

    /** A task that no manager knew has no service, and is there only to be removed. */
    private static Assignment assignment(ClusterState state, Task task) {
        Assignment.Builder assignment = Assignment.newBuilder()
                .setTaskId(task.getId())
                .setServiceId(task.getServiceId())
                .setRevision(task.getRevision())
                .setSlot(task.getSlot())
                .setDesired(task.getDesired())
                .setObserved(task.getStatus().getState());
        state.service(task.getServiceId()).map(Service::getName).ifPresent(assignment::setServiceName);
        state.revision(task.getServiceId(), task.getRevision())
                .ifPresent(
                        revision -> assignment.setSpec(revision.getTask()).setImageDigest(revision.getImageDigest()));
        return assignment.build();
    }

    /**
     * What the agent said itself is not told back to it, except that the task ended: others may have decided that. A digest that
     * became known after the task was sent is of no use to it: it prepares what the tag said.
     */
    private static Assignment comparable(Assignment assignment) {
        Assignment.Builder comparable = assignment.toBuilder().clearImageDigest();
        return TaskStates.ended(assignment.getObserved())
                ? comparable.setObserved(TaskState.TASK_STATE_COMPLETE).build()
                : comparable.clearObserved().build();
    }
}
