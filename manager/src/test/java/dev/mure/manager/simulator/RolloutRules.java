package dev.mure.manager.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.util.Durations;
import dev.mure.manager.planning.CurrentSpec;
import dev.mure.manager.planning.Eviction;
import dev.mure.manager.planning.RolloutStates;
import dev.mure.manager.planning.Slot;
import dev.mure.manager.planning.SlotId;
import dev.mure.manager.planning.TaskFate;
import dev.mure.manager.store.ClusterState;
import dev.mure.manager.store.TaskStates;
import dev.mure.v1.Node;
import dev.mure.v1.PauseCause;
import dev.mure.v1.RestartPolicy;
import dev.mure.v1.Revision;
import dev.mure.v1.Rollout;
import dev.mure.v1.RolloutState;
import dev.mure.v1.Service;
import dev.mure.v1.SlotProgress;
import dev.mure.v1.Task;
import dev.mure.v1.TaskSpec;
import dev.mure.v1.TaskState;
import dev.mure.v1.UpdateConfig;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** I15 to I18: what a rollout may do, seen from outside of the planners. */
final class RolloutRules {

    private final FailureCount failures;

    RolloutRules(FailureCount failures) {
        this.failures = failures;
    }

    // ---- the rollout itself

    /** A rollout was written. */
    void check(ClusterState before, ClusterState after, String serviceId, boolean byUser) {
        Optional<Rollout> now = after.rollout(serviceId);
        Rollout was = before.rollout(serviceId).orElseGet(Rollout::getDefaultInstance);
        if (now.isEmpty()) {
            return;
        }
        Rollout rollout = now.get();
        Service service = after.service(serviceId).orElseThrow();
        wellFormed(rollout);
        failures.noted(before, after, was, rollout);
        if (byUser) {
            return;
        }
        beginsOnlyWhatItMay(before, after, service, was, rollout);
        goodForAReason(after, service, was, rollout);
        endsForAReason(after, service, was, rollout);
        boolean same = was.getToRevision() == rollout.getToRevision()
                && was.getStartedClockMillis() == rollout.getStartedClockMillis();
        if (same && was.getProgressDeadlineClockMillis() != rollout.getProgressDeadlineClockMillis()) {
            deadlineMovedForAReason(after, was, rollout);
        }
    }

    private static void wellFormed(Rollout rollout) {
        RolloutState state = rollout.getState();
        boolean completed = state == RolloutState.ROLLOUT_STATE_COMPLETED
                || state == RolloutState.ROLLOUT_STATE_ROLLBACK_COMPLETED;
        boolean sorted = IntStream.range(1, rollout.getSlotsCount())
                .allMatch(i -> rollout.getSlots(i - 1).getSlot() < rollout.getSlots(i).getSlot());
        boolean says = rollout.getMessage().startsWith(switch (state) {
            case ROLLOUT_STATE_UPDATING -> "update in progress";
            case ROLLOUT_STATE_PAUSED -> "update paused ";
            case ROLLOUT_STATE_COMPLETED -> "update completed";
            case ROLLOUT_STATE_ROLLBACK_STARTED -> "";
            case ROLLOUT_STATE_ROLLBACK_PAUSED -> "rollback paused ";
            case ROLLOUT_STATE_ROLLBACK_COMPLETED -> "rollback completed";
            default -> "no such state";
        });
        holds(sorted, "slots in order, each once", rollout);
        holds(rollout.getSlotsTotal() > 0, "slots to move", rollout);
        holds(says, "the message of its state", rollout);
        holds(rollout.hasCompletedAt() == completed, "a time of completion only then", rollout);
        holds((rollout.getPauseCause() != PauseCause.PAUSE_CAUSE_UNSPECIFIED) == RolloutStates.paused(rollout),
                "a cause only while it is paused", rollout);
        holds((rollout.getProgressDeadlineClockMillis() > 0) == RolloutStates.underWay(rollout),
                "a deadline only while it is under way", rollout);
        holds(rollout.getPauseCause() != PauseCause.PAUSE_CAUSE_FAILURE || rollout.hasFailure(), "what failed",
                rollout);
    }

    private static void holds(boolean condition, String what, Rollout rollout) {
        if (!condition) {
            assertThat(rollout).as(what).isNull();
        }
    }

    /**
     * I16, I18: a slot takes a lane only while the rollout is under way, a lane is free, and its stage allows it. What was told to run
     * beside its predecessor before, by a rollout that is forgotten, is only finished.
     */
    private static void beginsOnlyWhatItMay(ClusterState before, ClusterState after, Service service, Rollout was,
            Rollout rollout) {
        CurrentSpec current = new CurrentSpec(after, service);
        Set<Integer> inWork = was.getSlotsList()
                .stream()
                .filter(slot -> slot.getStartedClockMillis() > 0 && slot.getSettledClockMillis() == 0)
                .map(SlotProgress::getSlot)
                .collect(Collectors.toSet());
        Set<Integer> taken = rollout.getSlotsList()
                .stream()
                .filter(slot -> slot.getStartedClockMillis() > 0 && slot.getSettledClockMillis() == 0)
                .map(SlotProgress::getSlot)
                .filter(slot -> !inWork.contains(slot))
                .filter(slot -> Slot.of(before, new SlotId(service.getId(), slot))
                        .tasks()
                        .stream()
                        .noneMatch(task -> current.clean(task) && TaskFate.holds(before, task)
                                && task.getDesired().getState() == TaskState.TASK_STATE_RUNNING))
                .collect(Collectors.toSet());
        if (taken.isEmpty()) {
            return;
        }
        assertThat(RolloutStates.underWay(rollout)).as("begins " + taken + " while it is " + rollout.getState())
                .isTrue();
        int size = Slot.existingOf(after, rollout.getServiceId()).size();
        UpdateConfig policy = rollout.getPolicy();
        long delay = Durations.toMillis(policy.getDelay());
        long occupied = rollout.getSlotsList()
                .stream()
                .filter(slot -> slot.getStartedClockMillis() > 0 && (slot.getSettledClockMillis() == 0
                        || after.clockMillis() < slot.getSettledClockMillis() + delay))
                .map(slot -> Slot.of(after, new SlotId(rollout.getServiceId(), slot.getSlot())))
                .filter(slot -> slot.exists() && usable(after, slot.tasks().getLast()))
                .count();
        assertThat(occupied).as("lanes taken, with those of " + taken)
                .isLessThanOrEqualTo(UpdateBudget.lanes(policy.getParallelism(), size));
        int begun = (int) rollout.getSlotsList().stream().filter(slot -> slot.getStartedClockMillis() > 0).count();
        stage(rollout, size).ifPresent(
                most -> assertThat(begun).as("slots begun, with " + taken).isLessThanOrEqualTo(most));
    }

    /** How many slots may be begun before it has to pause. */
    private static OptionalInt stage(Rollout rollout, int size) {
        IntStream steps = IntStream.of(rollout.getStepUntilSlots()).filter(slots -> slots > 0);
        if (rollout.getPromoted()) {
            return steps.min();
        }
        UpdateConfig policy = rollout.getPolicy();
        IntStream canary = policy.hasCanary()
                ? IntStream.of(Math.max(1, UpdateBudget.slots(policy.getCanary(), size)))
                : IntStream.empty();
        IntStream stages = policy.getPauseAfterList().stream().mapToInt(share -> UpdateBudget.slots(share, size));
        return IntStream.concat(steps, IntStream.concat(canary, stages)
                .filter(slots -> slots > rollout.getReleasedSlots())).min();
    }

    /** I16: a slot is good only when its new task has been running for as long as the policy wants, or has done its work. */
    private static void goodForAReason(ClusterState after, Service service, Rollout was, Rollout rollout) {
        CurrentSpec current = new CurrentSpec(after, service);
        long minHealthy = Durations.toMillis(rollout.getPolicy().getMinHealthy());
        for (SlotProgress slot : rollout.getSlotsList()) {
            boolean news = slot.getGood() && was.getSlotsList()
                    .stream()
                    .noneMatch(other -> other.getSlot() == slot.getSlot() && other.getGood());
            boolean carriedOver = was.getStartedClockMillis() != rollout.getStartedClockMillis();
            if (news && !carriedOver) {
                assertThat(Slot.of(after, new SlotId(service.getId(), slot.getSlot())).tasks())
                        .as("good task of slot " + slot.getSlot())
                        .anyMatch(task -> current.clean(task) && (task.getStatus()
                                .getState() == TaskState.TASK_STATE_COMPLETE
                                || (TaskStates.running(task) && after.clockMillis() >= minHealthy
                                        + task.getStatus().getRunningClockMillis())));
            }
        }
    }

    /** I17: what a rollout makes of its end, and that it makes it once. */
    private static void endsForAReason(ClusterState after, Service service, Rollout was, Rollout rollout) {
        RolloutState state = rollout.getState();
        boolean ended = state == RolloutState.ROLLOUT_STATE_COMPLETED
                || state == RolloutState.ROLLOUT_STATE_ROLLBACK_COMPLETED;
        if (ended && state != was.getState()) {
            CurrentSpec current = new CurrentSpec(after, service);
            for (Slot slot : Slot.existingOf(after, service.getId())) {
                Task stands = slot.wanted().isEmpty() ? slot.last().orElseThrow() : slot.wanted().getFirst();
                assertThat(current.clean(stands) || !usable(after, stands))
                        .as("completed with " + Describe.task(stands))
                        .isTrue();
            }
        }
        if (RolloutStates.paused(was) && was.getToRevision() == service.getRevision()) {
            boolean watched = was.getPauseCause() == PauseCause.PAUSE_CAUSE_CANARY
                    || was.getPauseCause() == PauseCause.PAUSE_CAUSE_STAGE;
            assertThat(watched || (state == was.getState() && rollout.getPauseCause() == was.getPauseCause()))
                    .as("goes on by itself from " + was.getMessage() + " to " + rollout.getMessage())
                    .isTrue();
            assertThat(RolloutStates.underWay(rollout) && !RolloutStates.rollback(rollout))
                    .as("goes on by itself from " + was.getMessage())
                    .isFalse();
        }
        boolean turnsBack = state == RolloutState.ROLLOUT_STATE_ROLLBACK_STARTED
                && (was.getToRevision() != rollout.getToRevision() || !RolloutStates.rollback(was));
        if (turnsBack) {
            assertThat(after.revision(service.getId(), rollout.getToRevision())).as("where a rollback by itself goes")
                    .hasValueSatisfying(revision -> assertThat(revision.getStable()).isTrue());
            assertThat(RolloutStates.rollback(was)).as("turns back on the way back").isFalse();
        }
    }

    private static boolean usable(ClusterState state, Task task) {
        return task.getOnlyNodeId().isEmpty() || state.node(task.getOnlyNodeId())
                .filter(node -> node.getState() == dev.mure.v1.NodeState.NODE_STATE_READY
                        && node.getAvailability() == Node.Availability.ACTIVE)
                .isPresent();
    }

    /** I15: the time without progress begins anew only with progress, or at the end of a canary that was watched. */
    private static void deadlineMovedForAReason(ClusterState after, Rollout was, Rollout rollout) {
        long moved = rollout.getProgressDeadlineClockMillis();
        if (moved == 0) {
            return;
        }
        long good = rollout.getSlotsList().stream().filter(SlotProgress::getGood).count();
        long goodBefore = was.getSlotsList().stream().filter(SlotProgress::getGood).count();
        boolean canaryOver = rollout.getReleasedSlots() > was.getReleasedSlots();
        boolean ended = rollout.getSlotsList()
                .stream()
                .anyMatch(slot -> slot.getSettledClockMillis() > 0 && was.getSlotsList()
                        .stream()
                        .anyMatch(other -> other.getSlot() == slot.getSlot() && other.getSettledClockMillis() == 0));
        assertThat(good > goodBefore || canaryOver || ended).as("the deadline moves without progress").isTrue();
        UpdateConfig policy = rollout.getPolicy();
        long start = orDefault(Durations.toMillis(policy.getStartDeadline()), 5 * 60_000)
                + Durations.toMillis(policy.getMinHealthy());
        long most = Math.max(start, orDefault(Durations.toMillis(policy.getProgressDeadline()), 10 * 60_000));
        assertThat(moved - after.clockMillis()).as("time until the deadline")
                .isLessThanOrEqualTo(most + Durations.toMillis(policy.getDelay()));
    }

    private static long orDefault(long millis, long otherwise) {
        return millis > 0 ? millis : otherwise;
    }

    // ---- what it does to tasks

    /** I16, I18: a task of another revision than its predecessor starts only where the rollout has begun the slot. */
    void mayStart(ClusterState before, ClusterState after, Task task) {
        Optional<Service> service = after.service(task.getServiceId()).filter(known -> !known.getRemoved());
        Optional<Task> predecessor = after.task(task.getPredecessorId())
                .filter(old -> old.getDesired().getState() != TaskState.TASK_STATE_REMOVE);
        if (service.isEmpty() || predecessor.isEmpty()) {
            return;
        }
        CurrentSpec current = new CurrentSpec(after, service.get());
        boolean sameRevision = task.getRevision() == predecessor.get().getRevision();
        if (!current.clean(task) || current.clean(predecessor.get()) || sameRevision) {
            return;
        }
        Optional<Rollout> rollout = rollout(after, service.get());
        // What an earlier rollout left between two tasks is finished, also if it turns out to be on the wanted spec already.
        boolean known = before.task(task.getId()).isPresent();
        boolean leftOver = before.task(predecessor.get().getId())
                .filter(old -> !TaskStates.wanted(old) || (known && !TaskFate.holds(after, old)))
                .isPresent();
        assertThat(leftOver || begun(rollout, task.getSlot())).as("a rollout that starts " + Describe.task(task))
                .isTrue();
        boolean paused = rollout.filter(RolloutStates::paused).isPresent()
                && rollout(before, service.get()).filter(RolloutStates::paused).isPresent();
        assertThat(paused && TaskFate.serves(after, predecessor.get()))
                .as("starts beside another while it is paused: " + Describe.task(task))
                .isFalse();
    }

    /** One extra task per slot, where the policy wants or allows start-first, and in no more slots than there are lanes. */
    void mayRunBeside(ClusterState before, ClusterState after, Slot slot, Task task, Task other) {
        Service service = after.service(task.getServiceId()).orElseThrow();
        CurrentSpec current = new CurrentSpec(after, service);
        boolean updated = current.clean(task) && !current.clean(other) && task.getRevision() != other.getRevision();
        if (!updated) {
            assertThat(Eviction.due(after, other) || Eviction.due(before, other))
                    .as("runs beside " + Describe.task(other))
                    .isTrue();
            assertThat(service.getUpdate().getOrder()).isNotEqualTo(UpdateConfig.Order.STOP_FIRST);
            return;
        }
        Optional<Rollout> rollout = rollout(after, service);
        assertThat(rollout.stream()
                .flatMap(update -> update.getSlotsList().stream())
                .filter(progress -> progress.getSlot() == slot.number())
                .map(SlotProgress::getOrder)).as("order of the slot of " + Describe.task(task))
                .contains(UpdateConfig.Order.START_FIRST);
        long doubled = Slot.existingOf(after, service.getId())
                .stream()
                .filter(some -> usable(after, some.tasks().getLast()))
                .filter(some -> some.tasks().stream().filter(told -> TaskFate.serves(after, told)).count() > 1)
                .filter(some -> some.wanted().stream().anyMatch(told -> !current.clean(told)))
                .count();
        int size = Slot.existingOf(after, service.getId()).size();
        assertThat(doubled).as("slots with an extra task")
                .isLessThanOrEqualTo(UpdateBudget.lanes(rollout.orElseThrow().getPolicy().getParallelism(), size));
    }

    /** I18: while it is paused a rollout stops nothing that serves, unless the new task has taken over already. */
    void mayReplace(ClusterState before, ClusterState after, Service service, Task task, boolean served) {
        Optional<Rollout> rollout = rollout(after, service);
        assertThat(begun(rollout, task.getSlot())).as("a rollout that stops " + Describe.task(task)).isTrue();
        boolean paused = rollout.filter(RolloutStates::paused).isPresent()
                && rollout(before, service).filter(RolloutStates::paused).isPresent();
        assertThat(paused && !served).as("stopped while it is paused: " + Describe.task(task)).isFalse();
    }

    /** Slots go when there are too many of them, and global ones when their node has to be left. */
    void mayRemove(ClusterState after, Service service, Task task) {
        if (service.hasReplicated()) {
            assertThat(Slot.existingOf(after, service.getId()).size()).as("scaled down too far")
                    .isGreaterThanOrEqualTo(service.getReplicated().getReplicas());
        } else {
            TaskSpec spec = after.currentRevision(service).map(Revision::getTask).orElseThrow();
            assertThat(after.node(task.getOnlyNodeId())
                    .filter(node -> node.getAvailability() != Node.Availability.DRAIN && NodeUse.meets(spec, node)))
                    .as("reason to remove " + Describe.task(task))
                    .isEmpty();
        }
    }

    private static Optional<Rollout> rollout(ClusterState state, Service service) {
        return state.rollout(service.getId()).filter(update -> update.getToRevision() == service.getRevision());
    }

    private static boolean begun(Optional<Rollout> rollout, int slot) {
        return rollout.stream()
                .flatMap(update -> update.getSlotsList().stream())
                .anyMatch(progress -> progress.getSlot() == slot && progress.getStartedClockMillis() > 0);
    }

    // ---- restarts

    /** The delay doubles with each restart in a row, up to its cap, and the attempts are limited. */
    void backsOff(ClusterState after, Task task) {
        Optional<Task> failed = after.task(task.getPredecessorId());
        if (task.getRestart().getNotBeforeClockMillis() == 0 || failed.isEmpty() || !TaskStates.ended(failed.get())) {
            return;
        }
        RestartPolicy policy = after.revision(task.getServiceId(), failed.get().getRevision())
                .map(Revision::getTask)
                .orElseThrow()
                .getRestart();
        int inARow = task.getRestart().getInARow();
        double first = Durations.toMillis(policy.getDelay());
        double delay = first > 0 ? first * Math.pow(2, inARow - 1) : inARow < 2 ? 0 : 100 * Math.pow(2, inARow - 2);
        double cap = Math.max(Durations.toMillis(policy.getDelay()),
                policy.hasMaxDelay() ? Durations.toMillis(policy.getMaxDelay()) : 5 * 60_000);
        assertThat((double) task.getRestart().getNotBeforeClockMillis()).as("restart of " + Describe.task(task))
                .isEqualTo(failed.get().getStatus().getClockMillis() + Math.min(delay, cap));
        if (policy.getMaxAttempts() > 0 && Durations.toMillis(policy.getWindow()) == 0) {
            assertThat(task.getRestart().getAttempts()).as("attempts of " + Describe.task(task))
                    .isLessThanOrEqualTo(policy.getMaxAttempts());
        }
    }
}
