package dev.mure.manager.scheduler;

import static dev.mure.manager.scheduler.PlacementScenario.CPU;
import static dev.mure.manager.scheduler.PlacementScenario.cpus;
import static dev.mure.manager.scheduler.PlacementScenario.nodes;
import static dev.mure.manager.scheduler.PlacementScenario.only;
import static dev.mure.manager.scheduler.PlacementScenario.port;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mure.manager.store.ClusterState;
import dev.mure.manager.store.TaskStates;
import dev.mure.v1.Node;
import dev.mure.v1.Node.Availability;
import dev.mure.v1.PortConfig;
import dev.mure.v1.Revision;
import dev.mure.v1.Task;
import dev.mure.v1.TaskSpec;
import dev.mure.v1.TaskState;
import dev.mure.v1.UpdateConfig.Order;
import java.util.List;
import java.util.Random;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Random histories: no node is ever promised twice (I14), and no task waits that a node could take. All is counted anew from the
 * tasks, without the loads that the state keeps.
 */
class PlacementHistoryTest {

    private static final List<String> NODES = List.of("n1", "n2", "n3");
    private static final List<String> SERVICES = List.of("small", "large", "ported", "picky", "beside");

    static Stream<Long> seeds() {
        Long one = Long.getLong("mure.placement.seed");
        return one == null
                ? Stream.iterate(1L, seed -> seed + 1).limit(Long.getLong("mure.placement.seeds", 150))
                : Stream.of(one);
    }

    @ParameterizedTest(name = "-Dmure.placement.seed={0}")
    @MethodSource("seeds")
    void nothingIsPromisedTwiceAndNothingWaitsInVain(long seed) {
        Random random = new Random(seed);
        PlacementScenario world = nodes(NODES.toArray(String[]::new)).service("small", cpus(0.5))
                .service("large", cpus(2))
                .service("ported", cpus(0.5), port(80))
                .service("picky", cpus(1), port(80), only("node.labels.zone==a"))
                .service("beside", cpus(1), port(81))
                .rollout("beside", Order.START_FIRST, Order.ORDER_UNSPECIFIED);
        for (int step = 0; step < 60; step++) {
            act(world, random);
            check(world.state());
        }
    }

    private static void act(PlacementScenario world, Random random) {
        String service = SERVICES.get(random.nextInt(SERVICES.size()));
        String node = NODES.get(random.nextInt(NODES.size()));
        int slot = 1 + random.nextInt(4);
        switch (random.nextInt(9)) {
            case 0 -> world.availability(node, Availability.forNumber(1 + random.nextInt(3)));
            case 1 -> world.label(node, "zone", random.nextBoolean() ? "a" : "b");
            case 2, 3, 4 -> comeBy(world, service, slot);
            default -> {
                List<Task> tasks = List.copyOf(world.state().tasks());
                if (!tasks.isEmpty()) {
                    goOn(world, tasks.get(random.nextInt(tasks.size())), random);
                }
            }
        }
    }

    private static void comeBy(PlacementScenario world, String service, int slot) {
        List<Task> there = world.state().tasksOfSlot(service, slot);
        if (there.isEmpty()) {
            world.task(service, slot);
        } else if (there.stream().filter(task -> !TaskStates.ended(task)).count() < 3) {
            world.successor(service, slot);
        }
    }

    /** As planners and agents would have it: in a slot where tasks follow one another none runs before the others have ended. */
    private static void goOn(PlacementScenario world, Task task, Random random) {
        boolean others = world.state()
                .tasksOfSlot(task.getServiceId(), task.getSlot())
                .stream()
                .anyMatch(other -> !other.getId().equals(task.getId()) && TaskStates.occupies(other));
        switch (random.nextInt(4)) {
            case 0 -> world.stop(task.getId());
            case 1 -> {
                if (TaskStates.occupies(task)) {
                    world.observe(task.getId(), TaskState.TASK_STATE_FAILED);
                }
            }
            case 2 -> {
                if (TaskStates.wanted(task) && (!others || besides(task))) {
                    world.desire(task.getId(), TaskState.TASK_STATE_RUNNING);
                }
            }
            default -> {
                if (!TaskStates.wanted(task)) {
                    world.forget(task.getId());
                }
            }
        }
    }

    private static void check(ClusterState state) {
        for (String node : NODES) {
            assertThat(usedCpus(state, node, List.of(), PlacementHistoryTest::neverRan)).as("CPUs on " + node)
                    .isLessThanOrEqualTo(4 * CPU);
            assertThat(claims(state, node)).as("ports on " + node).doesNotHaveDuplicates();
        }
        for (Task task : state.unassignedTasks()) {
            assertThat(state.nodes()).as("nodes for " + task.getId() + ": " + task.getStatus().getError())
                    .noneMatch(node -> couldTake(state, node, task));
        }
    }

    private static boolean couldTake(ClusterState state, Node node, Task task) {
        boolean picky = task.getServiceId().equals("picky");
        List<String> ports = ports(state, task).toList();
        boolean portsFree = occupants(state, node.getId())
                .filter(other -> !takesOver(task, other))
                .flatMap(other -> ports(state, other))
                .noneMatch(ports::contains);
        return node.getAvailability() == Availability.ACTIVE
                && (!picky || node.getLabelsList().stream().anyMatch(label -> label.getValue().equals("a")))
                && portsFree
                && usedCpus(state, node.getId(), List.of(task), PlacementHistoryTest::heldBack) <= 4 * CPU;
    }

    private static boolean takesOver(Task task, Task other) {
        return sameSlot(task, other) && !besides(task) && (heldBack(task) || heldBack(other));
    }

    /** What the tasks there and some more need at once: of a slot's tasks that follow one another the largest. */
    private static long usedCpus(ClusterState state, String node, List<Task> more, Predicate<Task> waits) {
        return Stream.concat(occupants(state, node), more.stream())
                .collect(Collectors.groupingBy(task -> task.getServiceId() + "." + task.getSlot()))
                .values()
                .stream()
                .mapToLong(slot -> {
                    long running = slot.stream()
                            .filter(task -> besides(task) || !waits.test(task))
                            .mapToLong(task -> reserved(state, task))
                            .sum();
                    return Math.max(running,
                            slot.stream().mapToLong(task -> reserved(state, task)).max().orElse(0));
                })
                .sum();
    }

    /** Each port with the slot that holds it, or with the task where tasks of a slot run side by side. */
    private static List<String> claims(ClusterState state, String node) {
        return occupants(state, node)
                .flatMap(task -> ports(state, task)
                        .map(port -> port + (besides(task)
                                ? " " + task.getId()
                                : " " + task.getServiceId() + "." + task.getSlot())))
                .distinct()
                .map(claim -> claim.substring(0, claim.indexOf(' ')))
                .toList();
    }

    private static Stream<Task> occupants(ClusterState state, String node) {
        return state.tasks().stream().filter(task -> TaskStates.occupies(task) && task.getNodeId().equals(node));
    }

    private static Stream<String> ports(ClusterState state, Task task) {
        return spec(state, task).getPortsList().stream().map(PortConfig::getPublishedPort).map(String::valueOf);
    }

    private static long reserved(ClusterState state, Task task) {
        return spec(state, task).getResources().getReservations().getNanoCpus();
    }

    private static TaskSpec spec(ClusterState state, Task task) {
        return state.revision(task.getServiceId(), task.getRevision()).map(Revision::getTask).orElseThrow();
    }

    private static boolean sameSlot(Task one, Task other) {
        return one.getServiceId().equals(other.getServiceId()) && one.getSlot() == other.getSlot();
    }

    private static boolean besides(Task task) {
        return task.getServiceId().equals("beside");
    }

    /** Nothing of it runs before the others have ended. */
    private static boolean heldBack(Task task) {
        return task.getDesired().getState() == TaskState.TASK_STATE_READY;
    }

    /** Of what is told to stop before it was seen to start a manager can't know whether it ran; here none did. */
    private static boolean neverRan(Task task) {
        return heldBack(task) || (!TaskStates.wanted(task)
                && TaskStates.before(task.getStatus().getState(), TaskState.TASK_STATE_STARTING));
    }
}
