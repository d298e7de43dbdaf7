package dev.mure.manager.api;

import dev.mure.manager.leader.Decided;
import dev.mure.manager.leader.Decision;
import dev.mure.manager.leader.Refusal;
import dev.mure.manager.store.ClusterState;
import dev.mure.v1.Mutation;
import dev.mure.v1.RemoveServiceResponse;
import dev.mure.v1.Service;
import dev.mure.v1.SetDesiredState;
import dev.mure.v1.Task;
import dev.mure.v1.TaskState;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Marks a service as removed, which frees its name at once, and wants its tasks removed. What does not fit into one transaction is
 * left to the planners, who take a removed service's tasks away in slices.
 */
record RemoveService(String reference) implements Decision<RemoveServiceResponse> {

    private static final int MAX_TASKS_AT_ONCE = 5_000;

    @Override
    public Decided<RemoveServiceResponse> decide(ClusterState pending, long nowMillis) throws Refusal {
        Service service = ServiceLookup.find(pending, reference);
        List<Mutation> mutations = new ArrayList<>();
        mutations.add(Mutation.newBuilder().setPutService(service.toBuilder().setRemoved(true)).build());
        pending.tasksOfService(service.getId()).stream()
                .filter(task -> task.getDesired().getState() != TaskState.TASK_STATE_REMOVE)
                .limit(MAX_TASKS_AT_ONCE)
                .map(RemoveService::remove)
                .forEach(mutations::add);
        return new Decided<>(mutations, Optional.empty(),
                RemoveServiceResponse.newBuilder().setId(service.getId()).setIndex(pending.index() + 1).build());
    }

    private static Mutation remove(Task task) {
        return Mutation.newBuilder()
                .setSetDesiredState(
                        SetDesiredState.newBuilder().setTaskId(task.getId()).setState(TaskState.TASK_STATE_REMOVE))
                .build();
    }
}
