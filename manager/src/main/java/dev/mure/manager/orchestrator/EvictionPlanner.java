package dev.mure.manager.orchestrator;

import dev.mure.manager.planning.Changes;
import dev.mure.manager.planning.CurrentSpec;
import dev.mure.manager.planning.DisruptionBudget;
import dev.mure.manager.planning.Eviction;
import dev.mure.manager.planning.IdSource;
import dev.mure.manager.planning.NewTask;
import dev.mure.manager.planning.Plan;
import dev.mure.manager.planning.Planner;
import dev.mure.manager.planning.RolloutStates;
import dev.mure.manager.planning.Room;
import dev.mure.manager.planning.Slot;
import dev.mure.manager.planning.Subject;
import dev.mure.manager.planning.TaskFate;
import dev.mure.manager.store.ClusterState;
import dev.mure.manager.store.TaskStates;
import dev.mure.v1.Node;
import dev.mure.v1.Restart;
import dev.mure.v1.Revision;
import dev.mure.v1.Service;
import dev.mure.v1.Task;
import dev.mure.v1.TaskState;
import dev.mure.v1.UpdateConfig;
import java.util.List;
import java.util.Optional;

/**
 * Moves tasks off nodes that are drained or no longer meet their constraints: a few at a time, the new task prepared elsewhere
 * before the old one is told to stop, in the order that the service's update config says and within its disruption budget (unlike
 * update-semantics §16.10 and §16.17). The spec stays: only a rollout changes that, and what a rollout is about to move anyway is
 * left to it.
 */
final class EvictionPlanner implements Planner {

    private final IdSource ids;

    EvictionPlanner(IdSource ids) {
        this.ids = ids;
    }

    @Override
    public Plan plan(ClusterState state, Changes changed, long nowMillis) {
        Plan.Draft plan = new Plan.Draft();
        for (Service service : changed.concernedServicesIn(state)) {
            boolean possible = !changed.nodes().isEmpty() || needed(state, service);
            if (!service.getRemoved() && service.hasReplicated() && possible) {
                new Evictions(state, service, nowMillis, plan).go();
            }
        }
        return plan.build();
    }

    /** Most of the time there is no reason to look at slots at all, unless a node has just been taken into use again. */
    private static boolean needed(ClusterState state, Service service) {
        return state.nodes().stream().anyMatch(node -> node.getAvailability() == Node.Availability.DRAIN)
                || state.revisionsOf(service.getId())
                        .stream()
                        .anyMatch(revision -> revision.getTask().getPlacement().getConstraintsCount() > 0);
    }

    /** The evictions of one service. */
    private final class Evictions {
        private final ClusterState state;
        private final Service service;
        private final CurrentSpec current;
        private final boolean rolling;
        private final long nowMillis;
        private final Plan.Draft plan;

        Evictions(ClusterState state, Service service, long nowMillis, Plan.Draft plan) {
            this.state = state;
            this.service = service;
            this.current = new CurrentSpec(state, service);
            this.rolling = state.rollout(service.getId()).filter(RolloutStates::underWay).isPresent();
            this.nowMillis = nowMillis;
            this.plan = plan;
        }

        void go() {
            List<Slot> slots = Slot.existingOf(state, service.getId());
            slots.forEach(this::takeBackIfPointless);
            List<Slot> due = slots.stream().filter(this::due).toList();
            if (due.isEmpty()) {
                return;
            }
            DisruptionBudget budget = new DisruptionBudget(state, service, slots, nowMillis);
            int left = budget.left();
            if (left <= 0) {
                budget.growsAtMillis().ifPresent(at -> plan.wake(Subject.service(service.getId()), at));
            }
            long lanes = DisruptionBudget.lanes(service.getUpdate().getParallelism(), slots.size());
            long free = lanes - due.stream().filter(slot -> successor(slot).isPresent()).count();
            for (Slot slot : due) {
                Task old = serving(slot).orElseThrow();
                Optional<Task> successor = successor(slot);
                if (successor.isPresent()) {
                    if (mayStop(slot, old, successor.get(), left)) {
                        plan.desire(old, TaskState.TASK_STATE_SHUTDOWN);
                        left -= TaskStates.running(old) && !TaskStates.running(successor.get()) ? 1 : 0;
                    }
                } else if (free > 0 && alone(slot)) {
                    free -= begin(slot, old) ? 1 : 0;
                }
            }
        }

        /** What a rollout moves anyway is left to it, but for a move that only has to be ended. */
        private boolean due(Slot slot) {
            return serving(slot).filter(task -> Eviction.due(state, task))
                    .filter(task -> !rolling || current.clean(task)
                            || successor(slot).filter(TaskStates::running).isPresent())
                    .isPresent();
        }

        /** Nothing but the old task is on its way in the slot. */
        private boolean alone(Slot slot) {
            return slot.wanted().stream().filter(task -> TaskFate.holds(state, task)).count() == 1;
        }

        /** The older of the tasks that were told to run: the other one is on its way to replace it. */
        private Optional<Task> serving(Slot slot) {
            return slot.wanted().stream().filter(task -> TaskFate.serves(state, task)).findFirst();
        }

        private Optional<Task> successor(Slot slot) {
            return serving(slot).flatMap(old -> slot.others(old)
                    .stream()
                    .filter(task -> TaskFate.holds(state, task) && sameSpec(old, task))
                    .findFirst());
        }

        private boolean sameSpec(Task old, Task task) {
            return task.getRevision() == old.getRevision() || (current.clean(old) && current.clean(task));
        }

        /** A task that is clean by another revision is moved to where the current one wants it. */
        private long revisionFor(Task old) {
            return current.clean(old) ? current.revision() : old.getRevision();
        }

        /** The new one runs, or is prepared and may take the old one's turn. Nothing else of the slot may be stopping. */
        private boolean mayStop(Slot slot, Task old, Task successor, int left) {
            if (successor.getDesired().getState() == TaskState.TASK_STATE_RUNNING) {
                return TaskStates.running(successor);
            }
            boolean ready = !TaskStates.before(successor.getStatus().getState(), TaskState.TASK_STATE_READY);
            return ready && slot.nothingStops(state) && (left > 0 || !TaskStates.running(old));
        }

        /** One that failed before is tried again later each time, by the delays of the restart policy. */
        private boolean begin(Slot slot, Task old) {
            Optional<Task> failed = slot.tasks()
                    .stream()
                    .filter(task -> task.getPredecessorId().equals(old.getId()) && TaskStates.ended(task)
                            && task.getStatus().getState() != TaskState.TASK_STATE_SHUTDOWN)
                    .reduce((older, newer) -> newer);
            int inARow = failed.map(task -> task.getRestart().getInARow() + 1).orElse(0);
            long notBefore = failed.map(task -> task.getStatus().getClockMillis()
                    + Math.max(1_000, RestartPolicyRule.delayMillis(
                            new RestartPolicyRule(state, ids).policyOf(task), inARow)))
                    .orElse(0L);
            if (nowMillis < notBefore) {
                plan.wake(Subject.service(service.getId()), notBefore);
                return false;
            }
            boolean mayRunBeside = TaskStates.running(old) && overlaps();
            if (mayRunBeside && !slot.nothingStops(state)) {
                return false;
            }
            // Changes with nodes that have nothing to do with the service, so it is asked last.
            boolean beside = mayRunBeside && isRoomBeside(old);
            Task.Builder next = NewTask.heldBack(ids, slot.id(), revisionFor(old), Optional.of(old));
            if (inARow > 0) {
                next.setRestart(Restart.newBuilder().setInARow(inARow).setAttempts(old.getRestart().getAttempts()));
            }
            if (beside) {
                next.getDesiredBuilder().setState(TaskState.TASK_STATE_RUNNING);
            }
            plan.create(next.build());
            return true;
        }

        /** Whether the service's order lets a new task run beside the old one, at least where there is room. */
        private boolean overlaps() {
            return switch (service.getUpdate().getOrder()) {
                case START_FIRST, AUTO -> true;
                case STOP_FIRST, ORDER_UNSPECIFIED, UNRECOGNIZED -> false;
            };
        }

        /** Start-first waits for room if it must; AUTO stops the old task instead. */
        private boolean isRoomBeside(Task old) {
            return service.getUpdate().getOrder() == UpdateConfig.Order.START_FIRST
                    || state.revision(service.getId(), revisionFor(old))
                            .map(Revision::getTask)
                            .filter(spec -> Room.missingBeside(state, service, spec, old).isEmpty())
                            .isPresent();
        }

        /** The node is taken into use again before the move was made. */
        private void takeBackIfPointless(Slot slot) {
            Optional<Task> old = serving(slot);
            if (old.isPresent() && !Eviction.due(state, old.get())) {
                successor(slot).filter(task -> task.getPredecessorId().equals(old.get().getId()))
                        .ifPresent(plan::takeBack);
            }
        }
    }
}
