package dev.mure.manager.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mure.manager.planning.Changes;
import dev.mure.manager.planning.NewTask;
import dev.mure.manager.planning.Plan;
import dev.mure.manager.planning.PlanningRound;
import dev.mure.manager.planning.SlotId;
import dev.mure.manager.store.Applied;
import dev.mure.manager.store.Applier;
import dev.mure.manager.store.ClusterState;
import dev.mure.v1.Mutation;
import dev.mure.v1.Node;
import dev.mure.v1.NodeDescription;
import dev.mure.v1.OpenSession;
import dev.mure.v1.PortConfig;
import dev.mure.v1.PutNode;
import dev.mure.v1.ReplicatedMode;
import dev.mure.v1.Revision;
import dev.mure.v1.Service;
import dev.mure.v1.TaskSpec;
import dev.mure.v1.Transaction;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Prints how much CPU time placing costs in a cluster of 5,000 tasks on 100 nodes. For comparison, not for a verdict. */
@Tag("on-request")
class PlacementFiguresTest {

    private static final int NODES = 100;
    private static final int TASKS = 5_000;
    private static final int SAMPLES = 2_000;

    private final PlanningRound round = new PlanningRound(List.of(new Scheduler()));

    @Test
    void oneMoreTask() {
        ClusterState full = cluster(TASKS);
        print("one more task", full, i -> task("web", TASKS + 1 + i));
        print("a replacement", full, i -> replacement(full, 1 + i % TASKS));
    }

    @Test
    void oneMoreTaskWhileThousandsWait() {
        ClusterState full = commit(cluster(TASKS), tasks("large", TASKS));
        assertThat(full.unassignedTasks()).hasSize(TASKS);
        print("one more task, 5,000 waiting", full, i -> task("web", TASKS + 1 + i));
    }

    @Test
    void allAtOnce() {
        long[] nanos = new long[20];
        for (int i = 0; i < nanos.length; i++) {
            ClusterState empty = cluster(0);
            List<Mutation> mutations = tasks("web", TASKS);
            long begun = cpuNanos();
            assertThat(commit(empty, mutations).unassignedTasks()).isEmpty();
            nanos[i] = cpuNanos() - begun;
        }
        print("5,000 tasks at once", nanos);
    }

    private void print(String what, ClusterState state, IntFunction<Mutation> cause) {
        long[] planned = new long[SAMPLES];
        long[] applied = new long[SAMPLES];
        for (int i = -SAMPLES; i < SAMPLES; i++) {
            Transaction transaction = Transaction.newBuilder().addMutations(cause.apply(Math.abs(i))).build();
            long begun = cpuNanos();
            Applied next = Applier.applyAhead(state, transaction);
            long between = cpuNanos();
            Plan plan = round.run(next.state(), Changes.between(state, next.delta(), next.state()), 0);
            long end = cpuNanos();
            assertThat(plan.mutations()).isNotEmpty();
            if (i >= 0) {
                applied[i] = between - begun;
                planned[i] = end - between;
            }
        }
        print(what + ", applied", applied);
        print(what + ", placed", planned);
    }

    private ClusterState cluster(int tasks) {
        List<Mutation> mutations = new ArrayList<>();
        for (int i = 1; i <= NODES; i++) {
            mutations.add(Mutation.newBuilder()
                    .setPutNode(PutNode.newBuilder()
                            .setId("node" + i)
                            .setName("node" + i)
                            .setAvailability(Node.Availability.ACTIVE))
                    .build());
            mutations.add(Mutation.newBuilder()
                    .setOpenSession(OpenSession.newBuilder()
                            .setNodeId("node" + i)
                            .setSessionId("s")
                            .setDescription(NodeDescription.newBuilder()
                                    .setOs("linux")
                                    .setArchitecture("x86_64")
                                    .setNanoCpus(64_000_000_000L)
                                    .setMemoryBytes(256L << 30)))
                    .build());
        }
        TaskSpec.Builder spec = TaskSpec.newBuilder();
        spec.getPlacementBuilder().addConstraints("node.platform.os==linux");
        spec.getResourcesBuilder().getReservationsBuilder().setNanoCpus(100_000_000).setMemoryBytes(64 << 20);
        mutations.addAll(service("web", spec.build()));
        spec.getResourcesBuilder().getReservationsBuilder().setNanoCpus(65_000_000_000L);
        mutations.addAll(service("large", spec.build()));
        spec.getResourcesBuilder().clearReservations();
        spec.addPorts(PortConfig.newBuilder().setPublishedPort(9_100).setMode(PortConfig.PublishMode.HOST));
        mutations.addAll(service("agent", spec.build()));
        ClusterState state = commit(ClusterState.empty(), mutations);
        return tasks == 0 ? state : commit(commit(state, tasks("agent", NODES)), tasks("web", tasks));
    }

    private static List<Mutation> service(String id, TaskSpec spec) {
        return List.of(
                Mutation.newBuilder()
                        .setPutRevision(Revision.newBuilder().setServiceId(id).setNumber(1).setTask(spec))
                        .build(),
                Mutation.newBuilder()
                        .setPutService(Service.newBuilder()
                                .setId(id)
                                .setName(id)
                                .setReplicated(ReplicatedMode.newBuilder().setReplicas(1))
                                .setRevision(1))
                        .build());
    }

    private static List<Mutation> tasks(String service, int count) {
        List<Mutation> mutations = new ArrayList<>();
        for (int slot = 1; slot <= count; slot++) {
            mutations.add(task(service, slot));
        }
        return mutations;
    }

    private static Mutation task(String service, int slot) {
        return Mutation.newBuilder()
                .setCreateTask(NewTask.running(() -> service + slot, new SlotId(service, slot), 1))
                .build();
    }

    private static Mutation replacement(ClusterState state, int slot) {
        return Mutation.newBuilder()
                .setCreateTask(NewTask.heldBack(() -> "next" + slot, new SlotId("web", slot), 1,
                        Optional.of(state.tasksOfSlot("web", slot).getFirst())))
                .build();
    }

    private ClusterState commit(ClusterState state, List<Mutation> mutations) {
        Applied applied =
                Applier.applyAhead(state, Transaction.newBuilder().addAllMutations(mutations).build());
        Plan plan = round.run(applied.state(), Changes.between(state, applied.delta(), applied.state()), 0);
        return Applier.applyAhead(applied.state(), Transaction.newBuilder().addAllMutations(plan.mutations()).build())
                .state();
    }

    /** Other work on the machine must not show. */
    private static long cpuNanos() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }

    private static void print(String what, long[] nanos) {
        Arrays.sort(nanos);
        System.out.printf("%s: %d samples, p50 %.3f ms, p99 %.3f ms, max %.3f ms%n", what, nanos.length,
                nanos[nanos.length / 2] / 1e6, nanos[(int) (nanos.length * 0.99)] / 1e6, nanos[nanos.length - 1] / 1e6);
    }
}
