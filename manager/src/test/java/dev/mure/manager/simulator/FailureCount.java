package dev.mure.manager.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mure.manager.planning.CurrentSpec;
import dev.mure.manager.store.ClusterState;
import dev.mure.manager.store.TaskStates;
import dev.mure.v1.RestartPolicy;
import dev.mure.v1.Rollout;
import dev.mure.v1.RolloutState;
import dev.mure.v1.Service;
import dev.mure.v1.SlotProgress;
import dev.mure.v1.Task;
import dev.mure.v1.TaskState;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Counts failures of rollouts a second time, from what was observed, to compare with what the rollouts counted. */
final class FailureCount {

    private record Run(String serviceId, long toRevision, long startedClockMillis) {
        static Run of(Rollout rollout) {
            return new Run(rollout.getServiceId(), rollout.getToRevision(), rollout.getStartedClockMillis());
        }
    }

    private final Map<Run, Set<Integer>> failed = new HashMap<>();

    void observe(ClusterState before, Task old, Task task) {
        if (TaskStates.ended(old) || !TaskStates.ended(task) || !TaskStates.wanted(task)) {
            return;
        }
        Service service = before.service(task.getServiceId()).orElseThrow();
        before.rollout(service.getId())
                .filter(rollout -> rollout.getState() != RolloutState.ROLLOUT_STATE_COMPLETED)
                .filter(rollout -> rollout.getToRevision() == service.getRevision())
                .filter(rollout -> rollout.getSlotsList().stream().anyMatch(slot -> slot.getSlot() == task.getSlot()))
                .filter(rollout -> new CurrentSpec(before, service).clean(task))
                .filter(rollout -> isFailure(before, task))
                .ifPresent(
                        rollout -> failed.computeIfAbsent(Run.of(rollout), run -> new TreeSet<>()).add(task.getSlot()));
    }

    private static boolean isFailure(ClusterState state, Task task) {
        RestartPolicy policy =
                state.revision(task.getServiceId(), task.getRevision()).orElseThrow().getTask().getRestart();
        return task.getStatus().getState() != TaskState.TASK_STATE_COMPLETE
                || policy.getCondition() == RestartPolicy.Condition.ANY;
    }

    void check(ClusterState state) {
        for (Service service : state.services()) {
            state.rollout(service.getId())
                    .ifPresent(rollout -> assertThat(counted(rollout))
                            .as("slots that failed in the rollout of " + service.getId() + " to "
                                    + rollout.getToRevision())
                            .isEqualTo(failed.getOrDefault(Run.of(rollout), Set.of())));
        }
    }

    private static Set<Integer> counted(Rollout rollout) {
        return rollout.getSlotsList()
                .stream()
                .filter(slot -> !slot.getFailedTaskId().isEmpty())
                .map(SlotProgress::getSlot)
                .collect(Collectors.toCollection(TreeSet::new));
    }
}
