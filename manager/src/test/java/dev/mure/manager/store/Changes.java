package dev.mure.manager.store;

import com.google.protobuf.Timestamp;
import dev.mure.v1.AssignTask;
import dev.mure.v1.CondemnTask;
import dev.mure.v1.DesiredState;
import dev.mure.v1.Mutation;
import dev.mure.v1.Node;
import dev.mure.v1.NodeDescription;
import dev.mure.v1.ObserveTask;
import dev.mure.v1.OpenSession;
import dev.mure.v1.PutNode;
import dev.mure.v1.ReplicatedMode;
import dev.mure.v1.Revision;
import dev.mure.v1.RevisionKey;
import dev.mure.v1.Service;
import dev.mure.v1.SetDesiredState;
import dev.mure.v1.Task;
import dev.mure.v1.TaskSpec;
import dev.mure.v1.TaskState;
import dev.mure.v1.TaskStatus;
import dev.mure.v1.Transaction;

/** Mutations in short form, so that a test reads like what happens. */
final class Changes {

    private Changes() {}

    static Transaction at(long clockMillis, Mutation... mutations) {
        Transaction.Builder transaction = Transaction.newBuilder()
                .setClockMillis(clockMillis)
                .setWallTime(Timestamp.newBuilder().setSeconds(1_700_000_000L + clockMillis / 1000));
        for (Mutation mutation : mutations) {
            transaction.addMutations(mutation);
        }
        return transaction.build();
    }

    static Mutation node(String id) {
        return Mutation.newBuilder()
                .setPutNode(
                        PutNode.newBuilder().setId(id).setName("host-" + id).setAvailability(Node.Availability.ACTIVE))
                .build();
    }

    static Mutation session(String nodeId, String sessionId) {
        return Mutation.newBuilder()
                .setOpenSession(OpenSession.newBuilder()
                        .setNodeId(nodeId)
                        .setSessionId(sessionId)
                        .setManagerId("m1")
                        .setDescription(NodeDescription.newBuilder().setHostname(nodeId)))
                .build();
    }

    static Mutation service(String id, String name, boolean removed) {
        return Mutation.newBuilder()
                .setPutService(Service.newBuilder()
                        .setId(id)
                        .setName(name)
                        .setReplicated(ReplicatedMode.newBuilder().setReplicas(3))
                        .setRevision(1)
                        .setRemoved(removed))
                .build();
    }

    static Mutation revision(String serviceId, long number) {
        return revision(serviceId, number, TaskSpec.getDefaultInstance());
    }

    static Mutation revision(String serviceId, long number, TaskSpec spec) {
        return Mutation.newBuilder()
                .setPutRevision(Revision.newBuilder().setServiceId(serviceId).setNumber(number).setTask(spec))
                .build();
    }

    static Mutation forgetRevision(String serviceId, long number) {
        return Mutation.newBuilder()
                .setRemoveRevision(RevisionKey.newBuilder().setServiceId(serviceId).setNumber(number))
                .build();
    }

    static Mutation task(String id, String serviceId, int slot) {
        return task(id, serviceId, slot, 1);
    }

    static Mutation task(String id, String serviceId, int slot, long revision) {
        return Mutation.newBuilder()
                .setCreateTask(Task.newBuilder()
                        .setId(id)
                        .setServiceId(serviceId)
                        .setRevision(revision)
                        .setSlot(slot)
                        .setDesired(DesiredState.newBuilder().setState(TaskState.TASK_STATE_RUNNING))
                        .setStatus(TaskStatus.newBuilder().setState(TaskState.TASK_STATE_PENDING)))
                .build();
    }

    static Mutation assign(String taskId, String nodeId) {
        return Mutation.newBuilder()
                .setAssignTask(AssignTask.newBuilder().setTaskId(taskId).setNodeId(nodeId))
                .build();
    }

    static Mutation desire(String taskId, TaskState state) {
        return Mutation.newBuilder()
                .setSetDesiredState(SetDesiredState.newBuilder().setTaskId(taskId).setState(state))
                .build();
    }

    static Mutation observe(String taskId, String nodeId, String sessionId, TaskState state) {
        return Mutation.newBuilder()
                .setObserveTask(ObserveTask.newBuilder()
                        .setTaskId(taskId)
                        .setNodeId(nodeId)
                        .setSessionId(sessionId)
                        .setStatus(TaskStatus.newBuilder().setState(state)))
                .build();
    }

    static Mutation condemn(String taskId, String nodeId) {
        return Mutation.newBuilder()
                .setCondemnTask(CondemnTask.newBuilder().setTaskId(taskId).setNodeId(nodeId))
                .build();
    }

    static Mutation forget(String taskId) {
        return Mutation.newBuilder().setRemoveTask(taskId).build();
    }
}
