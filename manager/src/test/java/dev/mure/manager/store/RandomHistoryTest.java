package dev.mure.manager.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mure.v1.Batch;
import dev.mure.v1.Mutation;
import dev.mure.v1.PortConfig;
import dev.mure.v1.SnapshotRecord;
import dev.mure.v1.Task;
import dev.mure.v1.TaskSpec;
import dev.mure.v1.TaskState;
import dev.mure.v1.Transaction;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Random histories: whatever is applied, replicas agree, snapshots lose nothing and the indexes tell the truth. */
class RandomHistoryTest {

    private static final TaskState[] STATES = {TaskState.TASK_STATE_READY, TaskState.TASK_STATE_RUNNING,
        TaskState.TASK_STATE_COMPLETE, TaskState.TASK_STATE_SHUTDOWN, TaskState.TASK_STATE_FAILED};

    static Stream<Long> seeds() {
        Long one = Long.getLong("mure.store.seed");
        return one == null ? Stream.iterate(1L, seed -> seed + 1).limit(60) : Stream.of(one);
    }

    @ParameterizedTest(name = "-Dmure.store.seed={0}")
    @MethodSource("seeds")
    void replicasSnapshotsAndIndexesAgree(long seed) {
        Random random = new Random(seed);
        ClusterState ahead = ClusterState.empty();
        ClusterState replica = ClusterState.empty();
        StateDelta sinceStart = StateDelta.NONE;
        for (int entry = 0; entry < 40; entry++) {
            Batch batch = batch(random);
            for (Transaction transaction : batch.getTransactionsList()) {
                Applied step = Applier.applyAhead(ahead, transaction);
                sinceStart = sinceStart.merge(step.delta());
                ahead = step.state();
            }
            replica = Applier.apply(replica, batch, batch.getTerm()).state();
            if (random.nextInt(5) == 0) {
                replica = throughSnapshot(replica);
            }
        }
        assertThat(replica.records()).containsExactlyElementsOf(ahead.records().toList());
        assertThat(replica.snapshotHeader().build()).isEqualTo(ahead.snapshotHeader().build());
        assertIndexesTellTheTruth(ahead);
        assertIndexesTellTheTruth(replica);
        assertThat(sinceStart.tasks()).containsExactlyElementsOf(ahead.tasks().stream().map(Task::getId).toList());
    }

    private static ClusterState throughSnapshot(ClusterState state) {
        List<SnapshotRecord> records = state.records().toList();
        assertThat(state.recordCount()).isEqualTo(records.size());
        return ClusterState.restore(state.snapshotHeader().build(), records.iterator());
    }

    private static void assertIndexesTellTheTruth(ClusterState state) {
        for (String service : List.of("a", "b")) {
            assertThat(state.tasksOfService(service))
                    .containsExactlyInAnyOrderElementsOf(
                            state.tasks().stream().filter(task -> task.getServiceId().equals(service)).toList());
            for (int slot = 1; slot <= 3; slot++) {
                int wanted = slot;
                assertThat(state.tasksOfSlot(service, slot))
                        .containsExactlyElementsOf(
                                state.tasksOfService(service).stream().filter(task -> task.getSlot() == wanted)
                                        .toList());
            }
        }
        for (String node : List.of("n1", "n2")) {
            assertThat(state.tasksOnNode(node))
                    .containsExactlyElementsOf(
                            state.tasks().stream().filter(task -> task.getNodeId().equals(node)).toList());
            assertLoadsTellTheTruth(state, node);
        }
        assertThat(state.hasUnassignedTasks()).isEqualTo(!state.unassignedTasks().isEmpty());
        assertThat(state.unassignedTasks())
                .containsExactlyElementsOf(state.tasks().stream()
                        .filter(task -> task.getNodeId().isEmpty() && TaskStates.wanted(task))
                        .toList());
    }

    /** Counts again what the loads of the nodes were kept up to. */
    private static void assertLoadsTellTheTruth(ClusterState state, String node) {
        NodeLoad load = state.loadOn(node);
        List<Task> there = state.tasksOnNode(node)
                .stream()
                .filter(task -> TaskStates.occupies(task) && !task.getServiceId().isEmpty())
                .toList();
        List<Demand> demands = there.stream().map(state::demandOf).toList();
        assertThat(load.live()).isEqualTo((int) there.stream().filter(TaskStates::wanted).count());
        assertThat(load.nanoCpus()).isEqualTo(demands.stream().mapToLong(Demand::nanoCpus).sum());
        assertThat(load.memoryBytes()).isEqualTo(demands.stream().mapToLong(Demand::memoryBytes).sum());
        assertThat(load.ports().stream().collect(Collectors.toMap(port -> port, load::holders)))
                .isEqualTo(demands.stream()
                        .flatMap(demand -> demand.ports().stream())
                        .collect(Collectors.toMap(port -> port, port -> 1, Integer::sum)));
        assertThat(load.sharedSlots()).containsExactlyInAnyOrderElementsOf(there.stream()
                .collect(Collectors.groupingBy(task -> new SharedSlot(task.getServiceId(), task.getSlot()),
                        Collectors.counting()))
                .entrySet()
                .stream()
                .filter(slot -> slot.getValue() > 1)
                .map(Map.Entry::getKey)
                .toList());
        for (String service : List.of("a", "b")) {
            int count = (int) there.stream()
                    .filter(task -> TaskStates.wanted(task) && task.getServiceId().equals(service))
                    .count();
            assertThat(state.liveTasksByNode(service).get(node)).isEqualTo(count == 0 ? null : Integer.valueOf(count));
        }
    }

    private static Batch batch(Random random) {
        Batch.Builder batch = Batch.newBuilder().setTerm(1);
        for (int i = random.nextInt(3); i >= 0; i--) {
            List<Mutation> mutations = new ArrayList<>();
            for (int j = random.nextInt(4); j >= 0; j--) {
                mutations.add(mutation(random));
            }
            batch.addTransactions(Changes.at(random.nextInt(100_000), mutations.toArray(Mutation[]::new)));
        }
        return batch.build();
    }

    private static Mutation mutation(Random random) {
        String service = random.nextBoolean() ? "a" : "b";
        String node = random.nextBoolean() ? "n1" : "n2";
        String task = "t" + random.nextInt(12);
        return switch (random.nextInt(9)) {
            case 0 -> Changes.node(node);
            case 1 -> Changes.session(node, "s" + random.nextInt(2));
            case 2 -> Changes.service(service, random.nextBoolean() ? "x" : "y", random.nextInt(4) == 0);
            case 3 -> random.nextInt(4) == 0
                    ? Changes.forgetRevision(service, 1 + random.nextInt(3))
                    : Changes.revision(service, 1 + random.nextInt(3), demanding(random));
            case 4, 5 -> Changes.task(task, service, 1 + random.nextInt(3), 1 + random.nextInt(3));
            case 6 -> Changes.assign(task, node);
            case 7 -> random.nextBoolean()
                    ? Changes.desire(task, TaskState.TASK_STATE_SHUTDOWN)
                    : random.nextBoolean() ? Changes.forget(task) : Changes.condemn(task, node);
            default -> Changes.observe(task, node, "s" + random.nextInt(2), STATES[random.nextInt(STATES.length)]);
        };
    }

    private static TaskSpec demanding(Random random) {
        TaskSpec.Builder spec = TaskSpec.newBuilder();
        if (random.nextBoolean()) {
            spec.getResourcesBuilder().getReservationsBuilder().setNanoCpus(random.nextInt(3)).setMemoryBytes(
                    random.nextInt(3));
        }
        for (int i = random.nextInt(3); i > 0; i--) {
            spec.addPorts(PortConfig.newBuilder()
                    .setTargetPort(80)
                    .setPublishedPort(random.nextInt(3))
                    .setProtocolValue(random.nextInt(3))
                    .setMode(PortConfig.PublishMode.HOST));
        }
        return spec.build();
    }
}
