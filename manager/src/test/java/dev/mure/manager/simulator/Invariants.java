package dev.mure.manager.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mure.manager.planning.CurrentSpec;
import dev.mure.manager.planning.Eviction;
import dev.mure.manager.planning.Slot;
import dev.mure.manager.planning.SlotId;
import dev.mure.manager.planning.TaskFate;
import dev.mure.manager.store.ClusterState;
import dev.mure.manager.store.TaskStates;
import dev.mure.v1.Mutation;
import dev.mure.v1.NodeState;
import dev.mure.v1.Revision;
import dev.mure.v1.Service;
import dev.mure.v1.Task;
import dev.mure.v1.TaskSpec;
import dev.mure.v1.TaskState;
import dev.mure.v1.Transaction;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** What must hold of every applied transaction and of every moment, whatever goes wrong. */
final class Invariants {

    private final Trace trace;
    private final UpdateBudget budget = new UpdateBudget();
    private final FailureCount failures = new FailureCount();
    private final RolloutRules rollouts = new RolloutRules(failures);
    private final Set<Transaction> asked = Collections.newSetFromMap(new IdentityHashMap<>());
    /** Tasks that were on a node while it counted as down: they may run beside their successors. */
    private final Set<String> excused = new HashSet<>();
    /** Tasks that were told to run beside the one that they replace. */
    private final Set<String> beside = new HashSet<>();

    Invariants(Trace trace) {
        this.trace = trace;
    }

    /** That transaction is what a user asked for. */
    void askedFor(Transaction transaction) {
        asked.add(transaction);
    }

    void check(ClusterState before, ClusterState after, Transaction transaction) {
        boolean byUser = asked.remove(transaction);
        Set<String> services = new TreeSet<>();
        for (Mutation mutation : transaction.getMutationsList()) {
            trace.say(() -> "#" + after.index() + (byUser ? " USER " : " ") + Describe.mutation(after, mutation));
            if (mutation.hasSetNodeState() && mutation.getSetNodeState().getState() == NodeState.NODE_STATE_DOWN) {
                before.tasksOnNode(mutation.getSetNodeState().getNodeId()).forEach(task -> excused.add(task.getId()));
            }
            switch (mutation.getKindCase()) {
                case PUT_ROLLOUT -> services.add(mutation.getPutRollout().getServiceId());
                case REMOVE_REVISION -> forgottenOnlyWhenUnstable(before, after,
                        mutation.getRemoveRevision().getServiceId(), mutation.getRemoveRevision().getNumber());
                case PUT_REVISION -> reallyStable(before, after, mutation.getPutRevision());
                default -> {}
            }
        }
        services.forEach(id -> rollouts.check(before, after, id, byUser));
        Set<String> nodes = new TreeSet<>();
        for (String id : changedTasks(transaction)) {
            Optional<Task> now = after.task(id);
            Optional<Task> was = before.task(id);
            now.map(Task::getServiceId).ifPresent(services::add);
            now.map(Task::getNodeId).ifPresent(nodes::add);
            if (now.isPresent() && was.isPresent()) {
                onlyForward(was.get(), now.get());
                stoppedForAReason(before, after, was.get(), now.get());
                failures.observe(before, after, was.get(), now.get());
            } else if (was.isPresent()) {
                forgottenOnlyWhenGone(before, after, was.get());
            }
            now.ifPresent(task -> startsAlone(before, after, was, task));
            now.filter(task -> was.isEmpty()).ifPresent(task -> rollouts.backsOff(after, task));
        }
        nodes.forEach(node -> NodeUse.check(after, node));
        services.stream().map(after::service).flatMap(Optional::stream).forEach(
                service -> budget.settle(after, service));
    }

    static Set<String> changedTasks(Transaction transaction) {
        Set<String> ids = new TreeSet<>();
        for (Mutation mutation : transaction.getMutationsList()) {
            switch (mutation.getKindCase()) {
                case CREATE_TASK -> ids.add(mutation.getCreateTask().getId());
                case SET_DESIRED_STATE -> ids.add(mutation.getSetDesiredState().getTaskId());
                case ASSIGN_TASK -> ids.add(mutation.getAssignTask().getTaskId());
                case OBSERVE_TASK -> ids.add(mutation.getObserveTask().getTaskId());
                case REMOVE_TASK -> ids.add(mutation.getRemoveTask());
                case ORPHAN_TASK -> ids.add(mutation.getOrphanTask().getTaskId());
                case CONDEMN_TASK -> ids.add(mutation.getCondemnTask().getTaskId());
                default -> {}
            }
        }
        return ids;
    }

    // ---- tasks

    /** I11. */
    private static void onlyForward(Task old, Task task) {
        boolean forward = task.getDesired().getState().getNumber() >= old.getDesired().getState().getNumber()
                && task.getStatus().getState().getNumber() >= old.getStatus().getState().getNumber()
                && (!TaskStates.ended(old) || task.getStatus().getState() == old.getStatus().getState())
                && (old.getNodeId().isEmpty() || task.getNodeId().equals(old.getNodeId()));
        if (!forward) {
            assertThat(Describe.task(task)).as("a task goes back or moves").isEqualTo(Describe.task(old));
        }
    }

    /**
     * A task is told to run only when everything else in its slot is over, or its agent is told to wait for the last one; or as
     * the one that takes over from another that serves, start-first, and then with nothing else in the slot.
     */
    private void startsAlone(ClusterState before, ClusterState after, Optional<Task> was, Task task) {
        boolean toldNow = task.getDesired().getState() == TaskState.TASK_STATE_RUNNING
                && was.filter(old -> old.getDesired().getState() == TaskState.TASK_STATE_RUNNING).isEmpty();
        if (!toldNow || task.getServiceId().isEmpty()) {
            return;
        }
        Slot slot = slotOf(after, task);
        List<Task> inTheWay = slot.others(task)
                .stream()
                .filter(other -> !TaskFate.released(after, other) || TaskFate.holds(after, other))
                .filter(other -> other.getDesired().getState() != TaskState.TASK_STATE_READY)
                .filter(other -> TaskStates.wanted(other)
                        || !other.getId().equals(task.getDesired().getStartAfterStopOf())
                        || !other.getNodeId().equals(task.getNodeId()))
                .toList();
        if (inTheWay.size() == 1 && followed(before, task, inTheWay.getFirst())) {
            return;
        }
        if (inTheWay.size() == 1 && TaskFate.serves(after, inTheWay.getFirst())) {
            beside.add(task.getId());
            rollouts.mayRunBeside(before, after, slot, task, inTheWay.getFirst());
        } else {
            assertThat(inTheWay.stream().map(Describe::task)).as("others beside the started " + Describe.task(task))
                    .isEmpty();
        }
        rollouts.mayStart(before, after, task);
        if (task.getRestart().getNotBeforeClockMillis() > after.clockMillis()) {
            assertThat(task).as("started before its restart delay is over").isNull();
        }
    }

    /** Both are told to run in one transaction: then the younger one is looked at. */
    private static boolean followed(ClusterState before, Task task, Task other) {
        return before.task(other.getId())
                .filter(old -> old.getDesired().getState() == TaskState.TASK_STATE_RUNNING)
                .isEmpty() && other.getMeta().getCreatedVersion() > task.getMeta().getCreatedVersion();
    }

    /** I13: nobody stops a task that is at work without a reason, and what is taken out of service has to fit the budget. */
    private void stoppedForAReason(ClusterState before, ClusterState after, Task old, Task task) {
        if (!TaskFate.serves(after, old.toBuilder().setStatus(task.getStatus()).build()) || TaskStates.wanted(task)) {
            return;
        }
        Service service = after.service(task.getServiceId()).orElseThrow();
        if (service.getRemoved()) {
            return;
        }
        if (task.getDesired().getState() == TaskState.TASK_STATE_REMOVE) {
            rollouts.mayRemove(after, service, task);
            return;
        }
        Slot slot = slotOf(after, task);
        List<Task> rest = slot.wanted().stream().filter(other -> TaskFate.holds(after, other)).toList();
        boolean served = rest.stream().anyMatch(TaskStates::running);
        boolean superfluous = rest.stream().anyMatch(other -> TaskFate.serves(after, other)
                && ((TaskStates.running(other) && !TaskStates.running(task))
                        || other.getMeta().getCreatedVersion() <= task.getMeta().getCreatedVersion()));
        CurrentSpec current = new CurrentSpec(after, service);
        if (!superfluous) {
            assertThat(rest).as("successor of " + Describe.task(task))
                    .anyMatch(other -> TaskStates.running(other)
                            || !TaskStates.before(other.getStatus().getState(), TaskState.TASK_STATE_READY));
            boolean evicted = Eviction.due(after, task);
            boolean replaced = !current.clean(task) && rest.stream()
                    .anyMatch(other -> current.clean(other) && other.getRevision() != task.getRevision());
            assertThat(evicted || replaced).as("reason to stop " + Describe.task(task)).isTrue();
            if (!evicted || replaced) {
                rollouts.mayReplace(before, after, service, task, served);
            }
        }
        if (TaskStates.running(task) && !served) {
            budget.take(before, after, service, task.getSlot());
        }
    }

    private static void forgottenOnlyWhenGone(ClusterState before, ClusterState after, Task old) {
        assertThat(TaskFate.released(before, old) || TaskFate.released(after, old))
                .as("forgets a task that may run: " + Describe.task(old))
                .isTrue();
    }

    static Slot slotOf(ClusterState state, Task task) {
        return Slot.of(state, new SlotId(task.getServiceId(), task.getSlot()));
    }

    // ---- revisions

    /** What is noted as stable was run by all slots at once, for as long as an update would watch them. */
    private static void reallyStable(ClusterState before, ClusterState after, Revision revision) {
        boolean news = revision.getStable() && before.revision(revision.getServiceId(), revision.getNumber())
                .filter(Revision::getStable)
                .isEmpty();
        if (!news) {
            return;
        }
        Service service = after.service(revision.getServiceId()).orElseThrow();
        CurrentSpec current = new CurrentSpec(after, service);
        List<Slot> slots = Slot.existingOf(after, service.getId());
        assertThat(slots).as("slots of the stable revision").isNotEmpty();
        assertThat(service.getRevision()).isEqualTo(revision.getNumber());
        if (service.hasReplicated()) {
            assertThat(slots).hasSize(service.getReplicated().getReplicas());
        }
        for (Slot slot : slots) {
            assertThat(slot.tasks()).as("what runs in slot " + slot.number() + " of a stable revision")
                    .anyMatch(task -> TaskFate.holds(after, task) && TaskStates.running(task) && current.clean(task));
        }
    }

    private static void forgottenOnlyWhenUnstable(ClusterState before, ClusterState after, String serviceId,
            long number) {
        boolean gone = after.service(serviceId).filter(service -> !service.getRemoved()).isEmpty();
        boolean newer = after.revisionsOf(serviceId)
                .stream()
                .anyMatch(other -> other.getStable() && other.getNumber() > number);
        boolean stable = before.revision(serviceId, number).filter(Revision::getStable).isPresent();
        assertThat(gone || newer || !stable).as("forgets revision " + number + ", the newest stable one").isTrue();
    }

    /** Where an aborted update goes. */
    static void leadsToAStableRevision(ClusterState state, Service service) {
        assertThat(state.currentRevision(service)).as("the revision to go back to")
                .hasValueSatisfying(revision -> assertThat(revision.getStable()).isTrue());
    }

    // ---- now and then

    /** When nothing is on its way, a rollout has counted exactly the failures that were observed. */
    void checkCounters(ClusterState state) {
        failures.check(state);
    }

    /**
     * What really runs: at most one process per slot, and the one that takes over, and on each node no more than it has; those apart
     * whose node was given up.
     */
    void checkContainers(World world) {
        Map<SlotId, String> alive = new HashMap<>();
        Set<SlotId> doubled = new HashSet<>();
        for (Agent agent : world.agents()) {
            List<TaskSpec> running = new ArrayList<>();
            for (Container container : agent.containers()) {
                Task task = container.task;
                if (container.alive() && !excused.contains(task.getId())) {
                    running.add(container.spec);
                    SlotId slot = new SlotId(task.getServiceId(), task.getSlot());
                    String other = alive.put(slot, task.getId());
                    boolean allowed = other == null
                            || ((beside.contains(task.getId()) || beside.contains(other)) && doubled.add(slot));
                    assertThat(allowed).as(task.getId() + " runs beside " + other + " in slot " + task.getSlot())
                            .isTrue();
                }
            }
            NodeUse.check(agent.description(), running);
        }
    }
}
