package dev.mure.manager.rollout;

import dev.mure.manager.planning.CurrentSpec;
import dev.mure.manager.planning.Eviction;
import dev.mure.manager.planning.RolloutStates;
import dev.mure.manager.planning.Slot;
import dev.mure.manager.planning.StateTime;
import dev.mure.manager.planning.TaskFate;
import dev.mure.manager.store.ClusterState;
import dev.mure.manager.store.TaskStates;
import dev.mure.v1.ContainerSpec;
import dev.mure.v1.Node;
import dev.mure.v1.NodeState;
import dev.mure.v1.Service;
import dev.mure.v1.Task;
import dev.mure.v1.TaskState;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** How far a slot is on its way to the current revision. Every step of a rollout asks this of all slots, so it is found out once. */
final class SlotMove {

    private static final long DEFAULT_GRACE_MILLIS = 10_000;

    private final ClusterState state;
    private final Slot slot;
    private final List<Task> fresh = new ArrayList<>(1);
    private final List<Task> old = new ArrayList<>(1);
    private final List<Task> superfluous;
    private final Optional<Task> successor;
    private final List<Task> serving;
    private final boolean dirty;
    private final boolean running;

    private SlotMove(ClusterState state, CurrentSpec target, Slot slot, boolean rolling) {
        this.state = state;
        this.slot = slot;
        List<Task> wanted = slot.wanted();
        superfluous = wanted.size() < 2 ? List.of() : superfluous(state, target, wanted, rolling);
        for (Task task : wanted) {
            if (!superfluous.contains(task)) {
                (target.clean(task) && (rolling || !evicts(target, wanted, task)) ? fresh : old).add(task);
            }
        }
        successor = fresh.stream().filter(task -> TaskFate.holds(state, task)).findFirst();
        serving = old.isEmpty() ? List.of() : old.stream().filter(task -> TaskFate.serves(state, task)).toList();
        dirty = (fresh.isEmpty() && old.isEmpty())
                ? slot.last().filter(last -> !target.clean(last)).isPresent()
                : !old.isEmpty();
        running = wanted.stream().anyMatch(task -> TaskStates.running(task) && TaskFate.holds(state, task));
    }

    /** The slots of a service that can be moved, by number. */
    static List<SlotMove> allOf(ClusterState state, Service service) {
        return allOf(state, service, Slot.existingOf(state, service.getId()));
    }

    /**
     * Those of these slots that can be moved.
     *
     * @param slots all that exist
     */
    static List<SlotMove> allOf(ClusterState state, Service service, List<Slot> slots) {
        return some(state, service, slots, true);
    }

    /** The others: those that have to wait for their node. */
    static List<SlotMove> waitingOf(ClusterState state, Service service, List<Slot> slots) {
        return service.hasGlobal() ? some(state, service, slots, false) : List.of();
    }

    private static List<SlotMove> some(ClusterState state, Service service, List<Slot> slots, boolean movable) {
        CurrentSpec target = new CurrentSpec(state, service);
        boolean rolling = state.rollout(service.getId()).filter(RolloutStates::underWay).isPresent();
        return slots.stream()
                .filter(slot -> movable(state, target, slot) == movable)
                .map(slot -> new SlotMove(state, target, slot, rolling))
                .toList();
    }

    /**
     * A slot that is bound to a node has to wait until that node takes tasks again; nobody waits for it. Where the new task was
     * told to run already, the node needs to take none.
     */
    private static boolean movable(ClusterState state, CurrentSpec target, Slot slot) {
        String bound = slot.tasks().getLast().getOnlyNodeId();
        return bound.isEmpty() || state.node(bound)
                .filter(node -> node.getState() == NodeState.NODE_STATE_READY)
                .filter(node -> node.getAvailability() == Node.Availability.ACTIVE
                        || slot.wanted()
                                .stream()
                                .anyMatch(task -> target.clean(task) && TaskFate.serves(state, task)))
                .isPresent();
    }

    /**
     * Whether the task is to take the place of one of the same revision that has to leave its node: the new node may happen to be one
     * that the current spec asks for. As long as no rollout is under way that is none of a rollout's business.
     */
    private boolean evicts(CurrentSpec target, List<Task> wanted, Task task) {
        return wanted.stream()
                .anyMatch(other -> other.getRevision() == task.getRevision() && !target.clean(other)
                        && TaskFate.serves(state, other) && Eviction.due(state, other));
    }

    private static List<Task> superfluous(ClusterState state, CurrentSpec target, List<Task> wanted,
            boolean rolling) {
        Optional<Task> told = wanted.stream()
                .filter(task -> TaskFate.holds(state, task))
                .filter(task -> task.getDesired().getState() == TaskState.TASK_STATE_RUNNING)
                .min(Comparator.comparing((Task task) -> !TaskStates.running(task)));
        return told.isEmpty()
                ? List.of()
                : wanted.stream().filter(task -> superfluous(state, target, told.get(), task, rolling)).toList();
    }

    /**
     * Beside the task that was told to run (the one that is seen running, if there are two) nothing is needed but a new task on its
     * way to replace it: neither one of a revision that is wanted no more nor, if it is clean itself, any other. Only the move off
     * a node that it must leave is prepared beside it as well, by a task of the same spec; where a rollout moves the slot
     * anyway, such a task is kept only if it runs already.
     */
    private static boolean superfluous(ClusterState state, CurrentSpec target, Task told, Task other,
            boolean rolling) {
        if (other.getId().equals(told.getId())) {
            return false;
        }
        boolean held = other.getDesired().getState() == TaskState.TASK_STATE_READY;
        boolean later = other.getMeta().getCreatedVersion() > told.getMeta().getCreatedVersion()
                || (TaskStates.running(told) && !TaskStates.running(other) && !target.clean(told));
        boolean sameSpec = other.getRevision() == told.getRevision() || (target.clean(told) && target.clean(other));
        boolean evicts = sameSpec && Eviction.due(state, told)
                && (!rolling || target.clean(told) || TaskStates.running(other));
        if (!(held || later) || evicts) {
            return false;
        }
        return target.clean(told) || !target.clean(other);
    }

    int number() {
        return slot.number();
    }

    Slot slot() {
        return slot;
    }

    /** Wanted tasks of other revisions. */
    List<Task> old() {
        return old;
    }

    /** Tasks that were prepared for nothing: another task runs in the slot, and they are not what it shall become. */
    List<Task> superfluous() {
        return superfluous;
    }

    /** Whether the slot is not on the current revision yet. One that ended for good counts by the task that was its last. */
    boolean dirty() {
        return dirty;
    }

    /** The new task, if one is on its way or in place. */
    Optional<Task> successor() {
        return successor;
    }

    /** New tasks that ended although they are wanted. A restart takes that wish away, so each is seen so once. */
    List<Task> endedSuccessors() {
        return fresh.isEmpty() ? List.of() : fresh.stream().filter(TaskStates::ended).toList();
    }

    /** Old tasks that may be at work. */
    List<Task> serving() {
        return serving;
    }

    /** Whether a task of the slot is seen running. */
    boolean running() {
        return running;
    }

    /** The new task where it is only prepared, beside an old one that serves. */
    Optional<Task> preparedAhead() {
        return serving.isEmpty()
                ? Optional.empty()
                : successor.filter(task -> task.getDesired().getState() == TaskState.TASK_STATE_READY);
    }

    /** Whether the new task was told to run while an old one serves. */
    boolean runsBeside() {
        return !serving.isEmpty() && successor
                .filter(task -> task.getDesired().getState() == TaskState.TASK_STATE_RUNNING)
                .isPresent();
    }

    /** Whether the slot is on the current revision, and its task waits for the end of a restart delay. */
    boolean waitsForRestart() {
        return old.isEmpty() && successor.filter(
                task -> task.hasRestart() && task.getDesired().getState() == TaskState.TASK_STATE_READY).isPresent();
    }

    /** How long the tasks that have to stop may take for it. */
    long graceMillis() {
        return serving.stream()
                .mapToLong(task -> state.revision(task.getServiceId(), task.getRevision())
                        .map(revision -> revision.getTask().getContainer())
                        .filter(ContainerSpec::hasStopGracePeriod)
                        .map(container -> StateTime.millis(container.getStopGracePeriod()))
                        .orElse(DEFAULT_GRACE_MILLIS))
                .max()
                .orElse(0);
    }

    /** Whether nobody will ever run the slot again, so nothing is to be waited for. */
    boolean endedForGood() {
        return slot.wanted().isEmpty();
    }

    /**
     * Whether the old task can be told to stop: the new one is prepared, and nothing else of the slot is still stopping, so that the
     * new one can start the moment the old one has ended.
     */
    boolean readyToSwap() {
        return successor.filter(task -> !TaskStates.before(task.getStatus().getState(), TaskState.TASK_STATE_READY))
                .isPresent() && alone();
    }

    /** Whether the new task can be told to run beside the old one, so that never more than these two are at work. */
    boolean readyToRunBeside() {
        return serving.size() < 2 && alone();
    }

    /** Whether nothing of the slot is stopping, or about to be told to. */
    private boolean alone() {
        return superfluous.isEmpty() && slot.nothingStops(state);
    }
}
