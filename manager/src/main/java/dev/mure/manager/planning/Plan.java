package dev.mure.manager.planning;

import dev.mure.v1.AssignTask;
import dev.mure.v1.ExplainPending;
import dev.mure.v1.Mutation;
import dev.mure.v1.NodeState;
import dev.mure.v1.OrphanTask;
import dev.mure.v1.Revision;
import dev.mure.v1.RevisionKey;
import dev.mure.v1.Rollout;
import dev.mure.v1.Service;
import dev.mure.v1.SetDesiredState;
import dev.mure.v1.SetNodeState;
import dev.mure.v1.Task;
import dev.mure.v1.TaskState;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/** What a planner wants: changes now, and when to be asked again. */
public record Plan(List<Mutation> mutations, Wakeups wakeups) {

    /** Nothing to do and nothing to wait for. */
    public static final Plan NOTHING = new Plan(List.of(), Wakeups.NONE);

    public Plan {
        mutations = List.copyOf(mutations);
    }

    /** Collects a plan; each method is one mutation in short form. */
    public static final class Draft {
        private final List<Mutation> mutations = new ArrayList<>();
        private final TreeMap<Subject, Long> wakeups = new TreeMap<>();

        public void create(Task task) {
            add(Mutation.newBuilder().setCreateTask(task));
        }

        public void desire(Task task, TaskState state) {
            add(Mutation.newBuilder()
                    .setSetDesiredState(SetDesiredState.newBuilder().setTaskId(task.getId()).setState(state)));
        }

        /** RUNNING, but the agent waits for the end of another task of the same node. */
        public void startAfterStopOf(Task task, Task predecessor) {
            add(Mutation.newBuilder()
                    .setSetDesiredState(SetDesiredState.newBuilder()
                            .setTaskId(task.getId())
                            .setState(TaskState.TASK_STATE_RUNNING)
                            .setStartAfterStopOf(predecessor.getId())));
        }

        /** Takes a task back that is not needed. One that never was to run is no part of its slot's history. */
        public void takeBack(Task task) {
            desire(task, task.getDesired().getState() == TaskState.TASK_STATE_READY
                    ? TaskState.TASK_STATE_REMOVE
                    : TaskState.TASK_STATE_SHUTDOWN);
        }

        /** Has a slot go, with all its tasks. */
        public void remove(Slot slot) {
            for (Task task : slot.tasks()) {
                if (task.getDesired().getState() != TaskState.TASK_STATE_REMOVE) {
                    desire(task, TaskState.TASK_STATE_REMOVE);
                }
            }
        }

        public void assign(Task task, String nodeId) {
            add(Mutation.newBuilder().setAssignTask(AssignTask.newBuilder().setTaskId(task.getId()).setNodeId(nodeId)));
        }

        public void explainPending(Task task, String error) {
            add(Mutation.newBuilder()
                    .setExplainPending(ExplainPending.newBuilder().setTaskId(task.getId()).setError(error)));
        }

        public void orphan(Task task, String error) {
            add(Mutation.newBuilder().setOrphanTask(OrphanTask.newBuilder().setTaskId(task.getId()).setError(error)));
        }

        public void remove(Task task) {
            add(Mutation.newBuilder().setRemoveTask(task.getId()));
        }

        public void put(Rollout rollout) {
            add(Mutation.newBuilder().setPutRollout(rollout));
        }

        public void put(Service service) {
            add(Mutation.newBuilder().setPutService(service));
        }

        public void put(Revision revision) {
            add(Mutation.newBuilder().setPutRevision(revision));
        }

        public void removeRollout(String serviceId) {
            add(Mutation.newBuilder().setRemoveRollout(serviceId));
        }

        public void removeRevision(String serviceId, long number) {
            add(Mutation.newBuilder()
                    .setRemoveRevision(RevisionKey.newBuilder().setServiceId(serviceId).setNumber(number)));
        }

        public void removeService(String serviceId) {
            add(Mutation.newBuilder().setRemoveService(serviceId));
        }

        public void nodeState(String nodeId, NodeState state, String message) {
            add(Mutation.newBuilder()
                    .setSetNodeState(SetNodeState.newBuilder().setNodeId(nodeId).setState(state).setMessage(message)));
        }

        /** Asks to be shown the object again at that state time; the earliest wins. */
        public void wake(Subject subject, long atMillis) {
            wakeups.merge(subject, atMillis, Math::min);
        }

        /** Appends another plan. */
        public void add(Draft more) {
            mutations.addAll(more.mutations);
            more.wakeups.forEach(this::wake);
        }

        private void add(Mutation.Builder mutation) {
            mutations.add(mutation.build());
        }

        public Plan build() {
            return mutations.isEmpty() && wakeups.isEmpty() ? NOTHING : new Plan(mutations, new Wakeups(wakeups));
        }
    }
}
