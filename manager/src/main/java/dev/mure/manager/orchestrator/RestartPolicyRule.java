package dev.mure.manager.orchestrator;

import dev.mure.manager.planning.CurrentSpec;
import dev.mure.manager.planning.IdSource;
import dev.mure.manager.planning.NewTask;
import dev.mure.manager.planning.SlotId;
import dev.mure.manager.planning.StateTime;
import dev.mure.manager.store.ClusterState;
import dev.mure.manager.store.TaskStates;
import dev.mure.v1.Restart;
import dev.mure.v1.RestartPolicy;
import dev.mure.v1.Revision;
import dev.mure.v1.Task;
import dev.mure.v1.TaskState;
import java.util.List;
import java.util.Optional;

/**
 * Whether a restart policy replaces a task, and by what (update-semantics §6).
 *
 * <p>The delay doubles with each restart in a row, up to a cap; a task that ran for as long as the cap begins a new row (§16.12).
 *
 * <p>Two rules differ from SwarmKit's. The loss of a node is not the task's fault: its replacement is neither delayed nor counted as an
 * attempt (§16.12). And a dirty task is replaced by one of its own revision: only a rollout moves a slot to another revision, so
 * an update that is paused, or limited in its pace, does not creep on through crashes of old tasks.
 */
final class RestartPolicyRule {

    private static final long DEFAULT_MAX_DELAY_MILLIS = 5 * 60_000;

    /** What doubles where the policy has no delay, from the second restart in a row on. */
    private static final long LEAST_DELAY_MILLIS = 100;

    private final ClusterState state;
    private final IdSource ids;

    RestartPolicyRule(ClusterState state, IdSource ids) {
        this.state = state;
        this.ids = ids;
    }

    /** The task that takes over from one that ended or is lost; empty if the policy has it stay ended. */
    Optional<Task> replacementOf(Task task, SlotId slot) {
        RestartPolicy policy = policyOf(task);
        if (!allows(policy, task)) {
            return Optional.empty();
        }
        long revision = revisionFor(task);
        Task.Builder replacement = NewTask.heldBack(ids, slot, revision, Optional.of(task));
        restart(policy, task, revision).ifPresent(replacement::setRestart);
        return Optional.of(replacement.build());
    }

    RestartPolicy policyOf(Task task) {
        return state.revision(task.getServiceId(), task.getRevision())
                .map(Revision::getTask)
                .map(spec -> spec.getRestart())
                .orElseGet(RestartPolicy::getDefaultInstance);
    }

    private long revisionFor(Task task) {
        return state.service(task.getServiceId())
                .map(service -> new CurrentSpec(state, service))
                .filter(current -> current.clean(task))
                .map(CurrentSpec::revision)
                .orElse(task.getRevision());
    }

    private static boolean allows(RestartPolicy policy, Task task) {
        return switch (policy.getCondition()) {
            case NONE -> false;
            case ON_FAILURE ->
                    task.getStatus().getState() != TaskState.TASK_STATE_COMPLETE && attemptsLeft(policy, task);
            case ANY, CONDITION_UNSPECIFIED, UNRECOGNIZED -> attemptsLeft(policy, task);
        };
    }

    private static boolean attemptsLeft(RestartPolicy policy, Task task) {
        if (policy.getMaxAttempts() == 0 || !TaskStates.ended(task)) {
            return true;
        }
        int used = hasWindow(policy) ? inWindow(policy, task).size() : task.getRestart().getAttempts();
        return used < policy.getMaxAttempts();
    }

    /** The count goes on from task to task of a revision; another revision starts it anew. */
    private static Optional<Restart> restart(RestartPolicy policy, Task task, long revision) {
        Optional<Restart> before =
                Optional.of(task)
                        .filter(old -> old.hasRestart() && old.getRevision() == revision)
                        .map(Task::getRestart);
        if (!TaskStates.ended(task)) {
            return before.map(restart -> restart.toBuilder().clearNotBeforeClockMillis().build());
        }
        int inARow = ranWell(policy, task) ? 1 : before.map(Restart::getInARow).orElse(0) + 1;
        Restart.Builder next = Restart.newBuilder()
                .setNotBeforeClockMillis(endOf(task) + delayMillis(policy, inARow))
                .setInARow(inARow)
                .setAttempts(before.map(Restart::getAttempts).orElse(0) + 1);
        if (hasWindow(policy) && policy.getMaxAttempts() > 0) {
            before.ifPresent(restart -> next.addAllRecentClockMillis(inWindow(policy, task)));
            next.addRecentClockMillis(endOf(task));
        }
        return Optional.of(next.build());
    }

    private static boolean ranWell(RestartPolicy policy, Task task) {
        long since = task.getStatus().getRunningClockMillis();
        return since > 0 && endOf(task) - since >= maxDelayMillis(policy);
    }

    /** How long a slot waits before the restart that is the n-th in a row. Without a delay the first one is not delayed. */
    static long delayMillis(RestartPolicy policy, int inARow) {
        long delay = StateTime.millis(policy.getDelay());
        if (delay == 0) {
            return inARow < 2 ? 0 : doubled(LEAST_DELAY_MILLIS, inARow - 2, maxDelayMillis(policy));
        }
        return doubled(delay, inARow - 1, maxDelayMillis(policy));
    }

    private static long doubled(long delayMillis, int times, long mostMillis) {
        int doublings = Math.min(times, Long.numberOfLeadingZeros(delayMillis) - 2);
        return Math.min(delayMillis << Math.max(0, doublings), mostMillis);
    }

    private static long maxDelayMillis(RestartPolicy policy) {
        long max = policy.hasMaxDelay() ? StateTime.millis(policy.getMaxDelay()) : DEFAULT_MAX_DELAY_MILLIS;
        return Math.max(max, StateTime.millis(policy.getDelay()));
    }

    private static List<Long> inWindow(RestartPolicy policy, Task task) {
        long begin = endOf(task) - StateTime.millis(policy.getWindow());
        return task.getRestart().getRecentClockMillisList().stream().filter(at -> at > begin).toList();
    }

    private static boolean hasWindow(RestartPolicy policy) {
        return StateTime.millis(policy.getWindow()) > 0;
    }

    private static long endOf(Task task) {
        return task.getStatus().getClockMillis();
    }
}
