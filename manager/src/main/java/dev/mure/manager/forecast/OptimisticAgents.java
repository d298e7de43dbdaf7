package dev.mure.manager.forecast;

import dev.mure.manager.planning.TaskFate;
import dev.mure.manager.store.ClusterState;
import dev.mure.manager.store.TaskStates;
import dev.mure.v1.Mutation;
import dev.mure.v1.Node;
import dev.mure.v1.NodeState;
import dev.mure.v1.ObserveTask;
import dev.mure.v1.Task;
import dev.mure.v1.TaskState;
import dev.mure.v1.TaskStatus;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.PriorityQueue;

/**
 * Agents with which everything goes well: what is to stop stops at once, and preparing and starting take half of a start each. A node
 * that is not ready does nothing.
 */
final class OptimisticAgents {

    /** Orders what falls together, so that the same state always gives the same forecast. */
    private record Motion(long atMillis, long number, String taskId, String serviceId, TaskState to)
            implements
                Comparable<Motion> {
        @Override
        public int compareTo(Motion other) {
            int byTime = Long.compare(atMillis, other.atMillis);
            return byTime != 0 ? byTime : Long.compare(number, other.number);
        }
    }

    private final long startMillis;
    private final PriorityQueue<Motion> queue = new PriorityQueue<>();
    private final Map<String, Motion> underWay = new HashMap<>();
    private long motions;

    OptimisticAgents(long startMillis) {
        this.startMillis = startMillis;
    }

    /** Looks at tasks whose orders or states changed, and at what waits beside them in their slots. */
    void look(ClusterState state, Collection<String> taskIds, long nowMillis) {
        for (String id : taskIds) {
            state.task(id)
                    .ifPresent(changed -> state.tasksOfSlot(changed.getServiceId(), changed.getSlot())
                            .forEach(task -> consider(state, task, nowMillis)));
        }
    }

    /** Looks at everything that is there. */
    void lookAtAll(ClusterState state, long nowMillis) {
        state.tasks().forEach(task -> consider(state, task, nowMillis));
    }

    private void consider(ClusterState state, Task task, long nowMillis) {
        Optional<TaskState> next = next(state, task);
        Motion known = underWay.get(task.getId());
        if (next.isEmpty() || (known != null && known.to() == next.get())) {
            return;
        }
        Motion motion = new Motion(nowMillis + duration(next.get()), motions++, task.getId(), task.getServiceId(),
                next.get());
        underWay.put(task.getId(), motion);
        queue.add(motion);
    }

    private long duration(TaskState to) {
        return switch (to) {
            case TASK_STATE_READY -> startMillis / 2;
            case TASK_STATE_RUNNING -> startMillis - startMillis / 2;
            default -> 0;
        };
    }

    private static Optional<TaskState> next(ClusterState state, Task task) {
        TaskState seen = task.getStatus().getState();
        if (TaskStates.ended(task) || TaskFate.unassigned(task) || !ready(state, task)) {
            return Optional.empty();
        }
        if (!TaskStates.wanted(task)) {
            return Optional.of(TaskState.TASK_STATE_SHUTDOWN);
        }
        if (TaskStates.before(seen, TaskState.TASK_STATE_READY)) {
            return Optional.of(TaskState.TASK_STATE_READY);
        }
        boolean told = task.getDesired().getState() == TaskState.TASK_STATE_RUNNING
                && state.task(task.getDesired().getStartAfterStopOf()).map(TaskStates::ended).orElse(true);
        return told && !TaskStates.running(task) ? Optional.of(TaskState.TASK_STATE_RUNNING) : Optional.empty();
    }

    private static boolean ready(ClusterState state, Task task) {
        return state.node(task.getNodeId())
                .map(Node::getState)
                .filter(found -> found == NodeState.NODE_STATE_READY)
                .isPresent();
    }

    /** When the next of them has something to tell; empty if they all have come to rest. */
    OptionalLong nextMillis() {
        dropSuperseded();
        return queue.isEmpty() ? OptionalLong.empty() : OptionalLong.of(queue.element().atMillis());
    }

    /** Whether a task of the service is on its way to another state. */
    boolean busyWith(String serviceId) {
        return underWay.values().stream().anyMatch(motion -> motion.serviceId().equals(serviceId));
    }

    /** What they tell now. */
    List<Mutation> observations(ClusterState state, long nowMillis) {
        List<Mutation> news = new ArrayList<>();
        while (nextMillis().isPresent() && queue.element().atMillis() <= nowMillis) {
            Motion motion = queue.remove();
            underWay.remove(motion.taskId());
            state.task(motion.taskId())
                    .filter(task -> next(state, task).filter(to -> to == motion.to()).isPresent())
                    .ifPresent(task -> news.add(observation(state, task, motion.to())));
        }
        return news;
    }

    private void dropSuperseded() {
        while (!queue.isEmpty() && !queue.element().equals(underWay.get(queue.element().taskId()))) {
            queue.remove();
        }
    }

    private static Mutation observation(ClusterState state, Task task, TaskState to) {
        return Mutation.newBuilder()
                .setObserveTask(ObserveTask.newBuilder()
                        .setTaskId(task.getId())
                        .setNodeId(task.getNodeId())
                        .setSessionId(state.node(task.getNodeId()).map(node -> node.getSession().getId()).orElse(""))
                        .setStatus(TaskStatus.newBuilder().setState(to)))
                .build();
    }
}
