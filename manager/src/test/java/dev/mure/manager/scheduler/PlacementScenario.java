package dev.mure.manager.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mure.manager.planning.Changes;
import dev.mure.manager.planning.NewTask;
import dev.mure.manager.planning.Plan;
import dev.mure.manager.planning.PlanningRound;
import dev.mure.manager.planning.Room;
import dev.mure.manager.planning.SlotId;
import dev.mure.manager.store.Applied;
import dev.mure.manager.store.Applier;
import dev.mure.manager.store.ClusterState;
import dev.mure.v1.FailureKind;
import dev.mure.v1.Label;
import dev.mure.v1.Mutation;
import dev.mure.v1.Node;
import dev.mure.v1.NodeDescription;
import dev.mure.v1.ObserveTask;
import dev.mure.v1.OpenSession;
import dev.mure.v1.PortConfig;
import dev.mure.v1.PutNode;
import dev.mure.v1.ReplicatedMode;
import dev.mure.v1.Resources;
import dev.mure.v1.Revision;
import dev.mure.v1.Rollout;
import dev.mure.v1.Service;
import dev.mure.v1.SetDesiredState;
import dev.mure.v1.SlotProgress;
import dev.mure.v1.Task;
import dev.mure.v1.TaskSpec;
import dev.mure.v1.TaskState;
import dev.mure.v1.TaskStatus;
import dev.mure.v1.Transaction;
import dev.mure.v1.UpdateConfig.Order;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Nodes and tasks with nobody but the scheduler between them, told in short sentences. Nodes have 4 CPUs and 8 GiB. The first task of
 * slot 1 of service web is {@code web.1}, the next one {@code web.1.2}, and so on.
 */
final class PlacementScenario {

    static final long CPU = 1_000_000_000;
    static final long GIB = 1L << 30;

    private final PlanningRound round = new PlanningRound(List.of(new Scheduler()));
    private ClusterState state = ClusterState.empty();
    private int decisions;

    static PlacementScenario nodes(String... ids) {
        PlacementScenario scenario = new PlacementScenario();
        for (String id : ids) {
            scenario.node(id, description -> description);
        }
        return scenario;
    }

    // ---- what a spec asks for

    static UnaryOperator<TaskSpec.Builder> cpus(double cpus) {
        return spec -> spec.setResources(reserved(spec, (long) (cpus * CPU),
                spec.getResources().getReservations().getMemoryBytes()));
    }

    static UnaryOperator<TaskSpec.Builder> memory(double gibibytes) {
        return spec -> spec.setResources(reserved(spec, spec.getResources().getReservations().getNanoCpus(),
                (long) (gibibytes * GIB)));
    }

    private static Resources.Builder reserved(TaskSpec.Builder spec, long nanoCpus, long memoryBytes) {
        Resources.Builder resources = spec.getResources().toBuilder();
        resources.getReservationsBuilder().setNanoCpus(nanoCpus).setMemoryBytes(memoryBytes);
        return resources;
    }

    static UnaryOperator<TaskSpec.Builder> port(int published) {
        return port(published, PortConfig.Protocol.TCP);
    }

    static UnaryOperator<TaskSpec.Builder> port(int published, PortConfig.Protocol protocol) {
        return spec -> spec.addPorts(PortConfig.newBuilder()
                .setProtocol(protocol)
                .setTargetPort(80)
                .setPublishedPort(published)
                .setMode(PortConfig.PublishMode.HOST));
    }

    static UnaryOperator<TaskSpec.Builder> only(String constraint) {
        return spec -> {
            spec.getPlacementBuilder().addConstraints(constraint);
            return spec;
        };
    }

    // ---- what happens to nodes

    PlacementScenario node(String id, UnaryOperator<NodeDescription.Builder> description) {
        return availability(id, Node.Availability.ACTIVE).describe(id, description);
    }

    PlacementScenario describe(String id, UnaryOperator<NodeDescription.Builder> description) {
        return commit(Mutation.newBuilder()
                .setOpenSession(OpenSession.newBuilder()
                        .setNodeId(id)
                        .setSessionId("session")
                        .setDescription(description.apply(NodeDescription.newBuilder()
                                .setHostname(id)
                                .setOs("linux")
                                .setArchitecture("x86_64")
                                .setNanoCpus(4 * CPU)
                                .setMemoryBytes(8 * GIB)))));
    }

    PlacementScenario availability(String id, Node.Availability availability) {
        return commit(Mutation.newBuilder()
                .setPutNode(PutNode.newBuilder().setId(id).setName(id).setAvailability(availability)));
    }

    PlacementScenario label(String id, String key, String value) {
        return commit(Mutation.newBuilder()
                .setPutNode(PutNode.newBuilder()
                        .setId(id)
                        .setName(id)
                        .setAvailability(Node.Availability.ACTIVE)
                        .addLabels(Label.newBuilder().setKey(key).setValue(value))));
    }

    // ---- what happens to services

    /** A service whose first revision asks for that; or the next revision of one that exists. */
    @SafeVarargs
    final PlacementScenario service(String id, UnaryOperator<TaskSpec.Builder>... asks) {
        TaskSpec.Builder spec = TaskSpec.newBuilder();
        for (UnaryOperator<TaskSpec.Builder> ask : asks) {
            spec = ask.apply(spec);
        }
        long revision = state.service(id).map(Service::getRevision).orElse(0L) + 1;
        return commit(
                Mutation.newBuilder()
                        .setPutRevision(Revision.newBuilder().setServiceId(id).setNumber(revision).setTask(spec)),
                Mutation.newBuilder()
                        .setPutService(Service.newBuilder()
                                .setId(id)
                                .setName(id)
                                .setReplicated(ReplicatedMode.newBuilder().setReplicas(1))
                                .setRevision(revision)));
    }

    PlacementScenario tasks(String service, int count) {
        return commit(Stream.iterate(1, slot -> slot + 1)
                .limit(count)
                .map(slot -> Mutation.newBuilder().setCreateTask(started(service, slot)))
                .toArray(Mutation.Builder[]::new));
    }

    PlacementScenario task(String service, int slot) {
        return commit(Mutation.newBuilder().setCreateTask(started(service, slot)));
    }

    PlacementScenario taskOn(String service, int slot, String onlyNode) {
        return commit(Mutation.newBuilder().setCreateTask(started(service, slot).setOnlyNodeId(onlyNode)));
    }

    /** A task of the current revision that is held back beside the newest of its slot. */
    PlacementScenario successor(String service, int slot) {
        return successors(service, slot);
    }

    PlacementScenario successors(String service, int... slots) {
        return commit(Arrays.stream(slots).mapToObj(slot -> {
            Task predecessor = state.tasksOfSlot(service, slot).getLast();
            return Mutation.newBuilder()
                    .setCreateTask(NewTask.heldBack(() -> nextId(service, slot), new SlotId(service, slot),
                            revision(service), Optional.of(predecessor)));
        }).toArray(Mutation.Builder[]::new));
    }

    private Task.Builder started(String service, int slot) {
        return NewTask.running(() -> nextId(service, slot), new SlotId(service, slot), revision(service));
    }

    private String nextId(String service, int slot) {
        int before = state.tasksOfSlot(service, slot).size();
        return service + "." + slot + (before == 0 ? "" : "." + (before + 1));
    }

    private long revision(String service) {
        return state.service(service).orElseThrow().getRevision();
    }

    /** What the service's rollout says: its policy's order, and the order it decided on for slot 1. */
    PlacementScenario rollout(String service, Order policy, Order decided) {
        Rollout.Builder rollout = Rollout.newBuilder().setServiceId(service);
        rollout.getPolicyBuilder().setOrder(policy);
        if (decided != Order.ORDER_UNSPECIFIED) {
            rollout.addSlots(SlotProgress.newBuilder().setSlot(1).setOrder(decided));
        }
        return commit(Mutation.newBuilder().setPutRollout(rollout));
    }

    PlacementScenario stop(String task) {
        return desire(task, TaskState.TASK_STATE_SHUTDOWN);
    }

    PlacementScenario desire(String task, TaskState desired) {
        return commit(Mutation.newBuilder()
                .setSetDesiredState(SetDesiredState.newBuilder().setTaskId(task).setState(desired)));
    }

    PlacementScenario startAfter(String task, String other) {
        return commit(Mutation.newBuilder()
                .setSetDesiredState(SetDesiredState.newBuilder()
                        .setTaskId(task)
                        .setState(TaskState.TASK_STATE_RUNNING)
                        .setStartAfterStopOf(other)));
    }

    PlacementScenario observe(String task, TaskState seen) {
        return observe(task, seen, FailureKind.FAILURE_KIND_NONE);
    }

    PlacementScenario observe(String task, TaskState seen, FailureKind failure) {
        return commit(Mutation.newBuilder()
                .setObserveTask(ObserveTask.newBuilder()
                        .setTaskId(task)
                        .setNodeId(state.task(task).orElseThrow().getNodeId())
                        .setSessionId("session")
                        .setStatus(TaskStatus.newBuilder().setState(seen).setFailure(failure))));
    }

    PlacementScenario forget(String task) {
        return commit(Mutation.newBuilder().setRemoveTask(task));
    }

    PlacementScenario commit(Mutation.Builder... mutations) {
        Changes changes = apply(List.of(mutations).stream().map(Mutation.Builder::build).toList());
        Plan plan = round.run(state, changes, 0);
        decisions += plan.mutations().size();
        apply(plan.mutations());
        assertThat(round.run(state, Changes.everything(state), 0).mutations()).as("planning again").isEmpty();
        return this;
    }

    private Changes apply(List<Mutation> mutations) {
        Applied applied =
                Applier.applyAhead(state, Transaction.newBuilder().addAllMutations(mutations).build());
        Changes changes = Changes.between(state, applied.delta(), applied.state());
        state = applied.state();
        return changes;
    }

    // ---- what is to be seen

    ClusterState state() {
        return state;
    }

    /** Where a task is; "-" if it waits. */
    String placeOf(String task) {
        String node = state.task(task).orElseThrow().getNodeId();
        return node.isEmpty() ? "-" : node;
    }

    /** Where the tasks of a service are, by slot. */
    String placement(String service) {
        return state.tasksOfService(service).stream().map(task -> placeOf(task.getId()))
                .collect(Collectors.joining(" "));
    }

    String why(String task) {
        return state.task(task).orElseThrow().getStatus().getError();
    }

    /** How many mutations the scheduler has made. */
    int decisions() {
        return decisions;
    }

    Optional<String> missingBeside(String task) {
        Task old = state.task(task).orElseThrow();
        Service service = state.service(old.getServiceId()).orElseThrow();
        return Room.missingBeside(state, service, state.currentRevision(service).orElseThrow().getTask(), old);
    }
}
