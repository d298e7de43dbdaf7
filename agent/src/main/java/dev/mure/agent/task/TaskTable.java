package dev.mure.agent.task;

import dev.mure.agent.runtime.ContainerRuntime;
import dev.mure.agent.runtime.HeldContainer;
import dev.mure.agent.runtime.NodeScope;
import dev.mure.agent.runtime.RuntimeFailure;
import dev.mure.v1.Assignment;
import dev.mure.v1.Assignments;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** All tasks of this node: those that the cluster assigned to it and those whose containers were found. */
public final class TaskTable implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(TaskTable.class);

    private final String nodeId;
    private final ContainerRuntime runtime;
    private final StatusSink statuses;
    private final SupervisionSettings settings;
    private final ConcurrentHashMap<String, TaskSupervisor> supervisors = new ConcurrentHashMap<>();

    // Written by the session's thread before the first assignment.
    private volatile Optional<NodeScope> scope = Optional.empty();

    public TaskTable(String nodeId, ContainerRuntime runtime, StatusSink statuses, SupervisionSettings settings) {
        this.nodeId = nodeId;
        this.runtime = runtime;
        this.statuses = statuses;
        this.settings = settings;
    }

    /**
     * Takes over the containers that an earlier agent of this node left in that cluster. To be called before
     * {@link #apply}; a second call does nothing.
     */
    public void adopt(String clusterId) throws RuntimeFailure, InterruptedException {
        if (scope.isPresent()) {
            return;
        }
        NodeScope ours = new NodeScope(clusterId, nodeId);
        List<HeldContainer> inventory = runtime.inventory(ours);
        scope = Optional.of(ours);
        for (HeldContainer found : inventory) {
            String taskId = found.container().taskId();
            supervisors.put(taskId, supervise(taskId, Optional.of(found)));
        }
        if (!inventory.isEmpty()) {
            log.info("Adopted {} containers", inventory.size());
        }
    }

    /** The tasks of which the runtime holds a container, ended ones included. */
    public List<String> heldTaskIds() {
        return supervisors.values().stream()
                .filter(TaskSupervisor::isHeld)
                .map(TaskSupervisor::taskId)
                .sorted()
                .toList();
    }

    /** Takes what changed for this node. A task that is not named is left as it is. Does not block. */
    public void apply(Assignments assignments) {
        Set<String> named = new HashSet<>();
        // All are known before the first order is given: a task may have to wait for another one of the same message.
        for (Assignment changed : assignments.getChangedList()) {
            named.add(changed.getTaskId());
            supervisorOf(changed.getTaskId());
        }
        assignments.getChangedList().forEach(this::deliver);
        for (String forgotten : assignments.getForgottenTaskIdsList()) {
            named.add(forgotten);
            Optional.ofNullable(supervisors.get(forgotten)).ifPresent(TaskSupervisor::forget);
        }
        if (assignments.getComplete()) {
            supervisors.forEach((taskId, supervisor) -> {
                if (!named.contains(taskId)) {
                    supervisor.forgetIfAbsent();
                }
            });
        }
    }

    /** Ends the supervision of all tasks; their containers go on. */
    @Override
    public void close() {
        supervisors.values().forEach(TaskSupervisor::close);
    }

    private void deliver(Assignment changed) {
        String taskId = changed.getTaskId();
        TaskSupervisor supervisor = supervisorOf(taskId);
        while (!supervisor.deliver(changed)) {
            supervisors.remove(taskId, supervisor);
            supervisor = supervisorOf(taskId);
        }
    }

    private TaskSupervisor supervisorOf(String taskId) {
        return supervisors.computeIfAbsent(taskId, id -> supervise(id, Optional.empty()));
    }

    private TaskSupervisor supervise(String taskId, Optional<HeldContainer> found) {
        NodeScope ours = scope.orElseThrow(() -> new IllegalStateException("assignments before adopt()"));
        TaskSupervisor supervisor = new TaskSupervisor(taskId, ours, runtime, statuses, settings, found, this::hasEnded,
                this::handsOver, this::ended);
        supervisor.start();
        return supervisor;
    }

    /** A task that is not here has no container either: it was removed, or never came this far. */
    private boolean hasEnded(String taskId) {
        TaskSupervisor supervisor = supervisors.get(taskId);
        return supervisor == null || supervisor.hasEnded();
    }

    private boolean handsOver(String taskId) {
        return supervisors.values().stream().anyMatch(other -> other.predecessor().equals(taskId));
    }

    private void ended(TaskSupervisor supervisor) {
        if (supervisor.isDone()) {
            supervisors.remove(supervisor.taskId(), supervisor);
        }
        for (TaskSupervisor other : supervisors.values()) {
            if (other.predecessor().equals(supervisor.taskId())) {
                other.wake();
            }
        }
    }
}
