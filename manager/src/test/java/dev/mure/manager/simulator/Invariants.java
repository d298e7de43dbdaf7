package dev.mure.manager.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mure.manager.planning.CurrentSpec;
import dev.mure.manager.planning.Slot;
import dev.mure.manager.planning.SlotId;
import dev.mure.manager.planning.TaskFate;
import dev.mure.manager.store.ClusterState;
import dev.mure.manager.store.TaskStates;
import dev.mure.v1.Mutation;
import dev.mure.v1.NodeState;
import dev.mure.v1.Rollout;
import dev.mure.v1.RolloutState;
import dev.mure.v1.Service;
import dev.mure.v1.SlotProgress;
import dev.mure.v1.Task;
import dev.mure.v1.TaskState;
import dev.mure.v1.Transaction;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/** What must hold of every applied transaction and of every moment, whatever goes wrong. */
final class Invariants {

    private final Trace trace;
    private final UpdateBudget budget = new UpdateBudget();
    private final FailureCount failures = new FailureCount();
    /** Tasks that were on a node while it counted as down: they may run beside their successors. */
    private final Set<String> excused = new HashSet<>();

    Invariants(Trace trace) {
        this.trace = trace;
    }

    void check(ClusterState before, ClusterState after, Transaction transaction) {
        for (Mutation mutation : transaction.getMutationsList()) {
            trace.say(() -> "#" + after.index() + " " + Describe.mutation(after, mutation));
            if (mutation.hasSetNodeState() && mutation.getSetNodeState().getState() == NodeState.NODE_STATE_DOWN) {
                before.tasksOnNode(mutation.getSetNodeState().getNodeId()).forEach(task -> excused.add(task.getId()));
            }
        }
        for (String id : changedTasks(transaction)) {
            Optional<Task> now = after.task(id);
            Optional<Task> was = before.task(id);
            now.ifPresent(task -> was.ifPresent(old -> onlyForward(old, task)));
            now.ifPresent(task -> startsAlone(after, was, task));
            now.filter(task -> was.isEmpty()).ifPresent(task -> movedOnlyByARollout(before, after, task));
            now.ifPresent(task -> was.ifPresent(old -> stoppedForAReason(after, old, task)));
            now.ifPresent(task -> was.ifPresent(old -> failures.observe(before, old, task)));
            if (now.isEmpty()) {
                was.ifPresent(old -> forgottenOnlyWhenGone(before, after, old));
            }
        }
        budget.settle(after);
        after.services().forEach(service -> after.rollout(service.getId()).ifPresent(rollout -> wellFormed(rollout)));
    }

    private static Set<String> changedTasks(Transaction transaction) {
        Set<String> ids = new TreeSet<>();
        for (Mutation mutation : transaction.getMutationsList()) {
            switch (mutation.getKindCase()) {
                case CREATE_TASK -> ids.add(mutation.getCreateTask().getId());
                case SET_DESIRED_STATE -> ids.add(mutation.getSetDesiredState().getTaskId());
                case ASSIGN_TASK -> ids.add(mutation.getAssignTask().getTaskId());
                case OBSERVE_TASK -> ids.add(mutation.getObserveTask().getTaskId());
                case REMOVE_TASK -> ids.add(mutation.getRemoveTask());
                case ORPHAN_TASK -> ids.add(mutation.getOrphanTask().getTaskId());
                default -> {}
            }
        }
        return ids;
    }

    /** I11. */
    private static void onlyForward(Task old, Task task) {
        assertThat(task.getDesired().getState().getNumber()).as("desired state of " + Describe.task(task))
                .isGreaterThanOrEqualTo(old.getDesired().getState().getNumber());
        assertThat(task.getStatus().getState().getNumber()).as("observed state of " + Describe.task(task))
                .isGreaterThanOrEqualTo(old.getStatus().getState().getNumber());
        if (TaskStates.ended(old)) {
            assertThat(task.getStatus().getState()).as("an ended task came back").isEqualTo(old.getStatus().getState());
        }
        if (!old.getNodeId().isEmpty()) {
            assertThat(task.getNodeId()).as("an assigned task moved").isEqualTo(old.getNodeId());
        }
    }

    /** A task is told to run only when everything else in its slot is over, or its agent is told to wait for the last one. */
    private static void startsAlone(ClusterState after, Optional<Task> was, Task task) {
        boolean toldNow = task.getDesired().getState() == TaskState.TASK_STATE_RUNNING
                && was.filter(old -> old.getDesired().getState() == TaskState.TASK_STATE_RUNNING).isEmpty();
        if (toldNow && !task.getServiceId().isEmpty()) {
            List<Task> inTheWay = slotOf(after, task).others(task)
                    .stream()
                    .filter(other -> !TaskFate.released(after, other) || TaskFate.holds(after, other))
                    .filter(other -> other.getDesired().getState() != TaskState.TASK_STATE_READY)
                    .filter(other -> TaskStates.wanted(other)
                            || !other.getId().equals(task.getDesired().getStartAfterStopOf())
                            || !other.getNodeId().equals(task.getNodeId()))
                    .toList();
            assertThat(inTheWay.stream().map(Describe::task)).as("others beside the started " + Describe.task(task))
                    .isEmpty();
        }
    }

    /** I16, I18: a slot goes to another revision only as one of those that its rollout has begun. */
    private static void movedOnlyByARollout(ClusterState before, ClusterState after, Task task) {
        Slot slot = slotOf(before, task);
        Optional<Service> service = after.service(task.getServiceId());
        if (!slot.exists() || service.isEmpty()) {
            return;
        }
        CurrentSpec current = new CurrentSpec(after, service.get());
        boolean moves = current.clean(task)
                && Stream.concat(slot.wanted().stream(), slot.last().stream()).noneMatch(current::clean);
        if (moves) {
            assertThat(after.rollout(task.getServiceId())).as("rollout that makes " + Describe.task(task))
                    .hasValueSatisfying(
                            rollout -> assertThat(rollout.getSlotsList()).extracting(SlotProgress::getSlot)
                                    .contains(task.getSlot()));
        }
    }

    /** I13: nobody stops a task that is at work without a reason, and an update only within its budget. */
    private void stoppedForAReason(ClusterState after, Task old, Task task) {
        if (!TaskFate.serves(after, old.toBuilder().setStatus(task.getStatus()).build()) || TaskStates.wanted(task)) {
            return;
        }
        Service service = after.service(task.getServiceId()).orElseThrow();
        if (service.getRemoved()) {
            return;
        }
        if (task.getDesired().getState() == TaskState.TASK_STATE_REMOVE) {
            assertThat(Slot.existingOf(after, service.getId()).size()).as("scaled down too far")
                    .isGreaterThanOrEqualTo(service.getReplicated().getReplicas());
            return;
        }
        CurrentSpec current = new CurrentSpec(after, service);
        Optional<Rollout> rollout = after.rollout(service.getId())
                .filter(update -> update.getToRevision() == service.getRevision())
                .filter(update -> update.getSlotsList().stream().anyMatch(slot -> slot.getSlot() == task.getSlot()));
        assertThat(rollout).as("rollout that stops " + Describe.task(task)).isPresent();
        assertThat(current.clean(task)).as("stops a clean task " + Describe.task(task)).isFalse();
        assertThat(slotOf(after, task).tasks()).as("successor of " + Describe.task(task))
                .anyMatch(successor -> TaskFate.holds(after, successor) && current.clean(successor)
                        && !TaskStates.before(successor.getStatus().getState(), TaskState.TASK_STATE_READY));
        if (TaskStates.running(task)) {
            budget.take(after, service, task.getSlot());
        }
    }

    private static void forgottenOnlyWhenGone(ClusterState before, ClusterState after, Task old) {
        assertThat(TaskFate.released(before, old) || TaskFate.released(after, old))
                .as("forgets a task that may run: " + Describe.task(old))
                .isTrue();
    }

    private static void wellFormed(Rollout rollout) {
        assertThat(rollout.getSlotsList().stream().map(SlotProgress::getSlot)).as("slots of a rollout")
                .isSorted()
                .doesNotHaveDuplicates();
        assertThat(rollout.getSlotsTotal()).isPositive();
        assertThat(rollout.hasCompletedAt()).isEqualTo(rollout.getState() == RolloutState.ROLLOUT_STATE_COMPLETED);
        assertThat(rollout.getMessage()).startsWith(switch (rollout.getState()) {
            case ROLLOUT_STATE_UPDATING -> "update in progress";
            case ROLLOUT_STATE_PAUSED -> "update paused due to failure or early termination of task ";
            case ROLLOUT_STATE_COMPLETED -> "update completed";
            case ROLLOUT_STATE_ROLLBACK_STARTED -> "";
            case ROLLOUT_STATE_ROLLBACK_PAUSED -> "rollback paused due to failure or early termination of task ";
            case ROLLOUT_STATE_ROLLBACK_COMPLETED -> "rollback completed";
            default -> "?";
        });
    }

    private static Slot slotOf(ClusterState state, Task task) {
        return Slot.of(state, new SlotId(task.getServiceId(), task.getSlot()));
    }

    /** When nothing is on its way, a rollout has counted exactly the failures that were observed. */
    void checkCounters(ClusterState state) {
        failures.check(state);
    }

    /** What really runs: at most one process per slot, those apart whose node was given up. */
    void checkContainers(World world) {
        Map<SlotId, String> alive = new HashMap<>();
        for (Agent agent : world.agents()) {
            for (Container container : agent.containers()) {
                Task task = container.task;
                if (container.alive() && !excused.contains(task.getId())) {
                    String other = alive.put(new SlotId(task.getServiceId(), task.getSlot()), task.getId());
                    assertThat(other).as("runs beside " + task.getId() + " in slot " + task.getSlot()).isNull();
                }
            }
        }
    }
}
