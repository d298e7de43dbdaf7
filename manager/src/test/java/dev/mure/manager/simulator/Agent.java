package dev.mure.manager.simulator;

import dev.mure.manager.store.ClusterState;
import dev.mure.manager.store.TaskStates;
import dev.mure.v1.CondemnTask;
import dev.mure.v1.ContainerSpec;
import dev.mure.v1.FailureKind;
import dev.mure.v1.LoseSession;
import dev.mure.v1.Mutation;
import dev.mure.v1.Node;
import dev.mure.v1.NodeDescription;
import dev.mure.v1.ObserveTask;
import dev.mure.v1.OpenSession;
import dev.mure.v1.Revision;
import dev.mure.v1.Task;
import dev.mure.v1.TaskSpec;
import dev.mure.v1.TaskState;
import dev.mure.v1.TaskStatus;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;

/** A node with its agent: supervises containers by what it is told, reports what it sees, loses its session, dies, comes back. */
final class Agent {

    /** Of what nobody knows any more. */
    private static final TaskSpec UNKNOWN = TaskSpec.newBuilder()
            .setContainer(ContainerSpec.newBuilder().setImage(Image.GOOD.tagged(0)))
            .build();

    private final World world;
    private final String nodeId;
    private final NodeDescription description;
    private final Random random;
    private final TreeMap<String, Container> containers = new TreeMap<>();
    private boolean machineUp = true;
    private boolean connected;
    private boolean connecting;
    private boolean dead;
    private String session = "";
    private int sessions;
    private long seenIndex;
    private boolean reporting;

    Agent(World world, String nodeId) {
        this.world = world;
        this.nodeId = nodeId;
        this.description = world.scarcity().node(nodeId);
        this.random = world.random();
    }

    NodeDescription description() {
        return description;
    }

    String nodeId() {
        return nodeId;
    }

    Collection<Container> containers() {
        return containers.values();
    }

    boolean connected() {
        return connected;
    }

    void boot() {
        connect();
    }

    /** Loses its session, with the machine going on, the agent restarting, or the whole machine going down. */
    void haveTrouble() {
        if (dead || !machineUp) {
            return;
        }
        int kind = random.nextInt(3);
        if (kind == 2) {
            crashMachine();
        }
        disconnect();
        world.timeline().after(random.nextInt(random.nextBoolean() ? 1_000 : 30_000), this::recover);
    }

    void recover() {
        if (dead) {
            return;
        }
        if (!machineUp) {
            machineUp = true;
            containers.values().forEach(this::step);
        }
        connect();
    }

    void dieForGood() {
        dead = true;
        crashMachine();
        disconnect();
    }

    boolean dead() {
        return dead;
    }

    private void crashMachine() {
        world.trace().say(() -> nodeId + " crashes");
        machineUp = false;
        for (Container container : containers.values()) {
            container.activity++;
            container.interrupted = true;
            container.stopping = false;
            if (container.alive()) {
                container.state = TaskState.TASK_STATE_FAILED;
                container.failure = FailureKind.FAILURE_KIND_INFRASTRUCTURE;
            }
        }
    }

    // ---- the session

    private void disconnect() {
        world.trace().say(() -> nodeId + " loses its session");
        connected = false;
        world.timeline().after(random.nextInt(2_000), this::reportLost);
    }

    /** The manager that holds the session says so until it is known, or until there is a new one. */
    private void reportLost() {
        if (connected || connecting) {
            return;
        }
        world.withLeader(leader -> leader.decide((state, now) -> state.node(nodeId)
                .map(Node::getSession)
                .filter(held -> !held.getId().isEmpty() && held.getLostClockMillis() == 0)
                .map(held -> Mutation.newBuilder()
                        .setLoseSession(LoseSession.newBuilder().setNodeId(nodeId).setSessionId(held.getId()))
                        .build())
                .stream()
                .toList()));
        world.timeline().after(500, this::reportLost);
    }

    private void connect() {
        if (connected || connecting) {
            return;
        }
        connecting = true;
        openSession(nodeId + "-" + ++sessions);
    }

    private void openSession(String id) {
        if (!machineUp) {
            connecting = false;
            reportLost();
            return;
        }
        Node node = world.log().state().node(nodeId).orElse(Node.getDefaultInstance());
        if (node.getSession().getId().equals(id)) {
            connecting = false;
            connected = true;
            session = id;
            hello();
            return;
        }
        world.withLeader(leader -> leader.decide((state, now) -> List.of(Mutation.newBuilder()
                .setOpenSession(OpenSession.newBuilder()
                        .setNodeId(nodeId)
                        .setSessionId(id)
                        .setManagerId("manager")
                        .setDescription(description))
                .build())));
        world.timeline().after(100, () -> openSession(id));
    }

    /** Says what it holds; what nobody knows is condemned. Then everything is told to it and by it. */
    private void hello() {
        world.trace().say(() -> nodeId + " has session " + session);
        String mine = session;
        boolean stray = containers.values()
                .stream()
                .anyMatch(
                        container -> !container.ended() && world.log().state().task(container.task.getId()).isEmpty());
        boolean heard = world.withLeader(leader -> leader.decide((state, now) -> containers.values()
                .stream()
                .filter(container -> state.task(container.task.getId()).isEmpty())
                .map(container -> Mutation.newBuilder()
                        .setCondemnTask(CondemnTask.newBuilder().setTaskId(container.task.getId()).setNodeId(nodeId))
                        .build())
                .toList()));
        if (!heard || stray) {
            // Until it is known that it was committed.
            world.timeline().after(200, () -> {
                if (connected && session.equals(mine)) {
                    hello();
                }
            });
        }
        if (!heard) {
            return;
        }
        seenIndex = 0;
        containers.values().forEach(container -> container.acknowledged = TaskState.TASK_STATE_NEW);
        receive(world.log().state());
        reportSoon();
    }

    // ---- orders

    /** Something of its tasks was committed: the agent hears of it some time later, perhaps together with what follows. */
    void applied(ClusterState state) {
        if (connected) {
            world.timeline().after(world.faults().messageDelay(), () -> {
                if (connected) {
                    receive(state);
                }
            });
        }
    }

    private void receive(ClusterState state) {
        if (state.index() <= seenIndex) {
            return;
        }
        seenIndex = state.index();
        for (Task task : state.tasksOnNode(nodeId)) {
            obey(state, task);
        }
        // An ended container goes when its task was forgotten; one that lives needs an order.
        containers.values().removeIf(container -> container.ended() && state.task(container.task.getId()).isEmpty());
    }

    private void obey(ClusterState state, Task task) {
        Container container = containers.get(task.getId());
        if (container == null) {
            if (TaskStates.ended(task)) {
                return;
            }
            container = new Container(task, specOf(state, task));
            containers.put(task.getId(), container);
        }
        container.acknowledged = task.getStatus().getState();
        if (task.getDesired().getVersion() >= container.desired.getVersion()) {
            container.desired = task.getDesired();
        }
        step(container);
        if (container.acknowledged != container.state) {
            reportSoon();
        }
    }

    private static TaskSpec specOf(ClusterState state, Task task) {
        return state.revision(task.getServiceId(), task.getRevision()).map(Revision::getTask).orElse(UNKNOWN);
    }

    /** One step of supervision: from what is and what is wanted to the next thing to do. */
    private void step(Container container) {
        if (!machineUp || container.ended()) {
            return;
        }
        if (container.toldToEnd()) {
            stop(container);
        } else if (container.state == TaskState.TASK_STATE_ACCEPTED) {
            become(container, TaskState.TASK_STATE_PREPARING);
            prepare(container);
        } else if (container.state == TaskState.TASK_STATE_READY && container.wantedRunning()
                && predecessorEnded(container)) {
            become(container, TaskState.TASK_STATE_STARTING);
            start(container);
        } else if (container.state == TaskState.TASK_STATE_PREPARING && container.interrupted) {
            prepare(container);
        }
    }

    private boolean predecessorEnded(Container container) {
        Container predecessor = containers.get(container.desired.getStartAfterStopOf());
        return predecessor == null || predecessor.ended();
    }

    private void prepare(Container container) {
        container.interrupted = false;
        later(container, world.faults().prepareTime(), () -> {
            if (container.image == Image.MISSING) {
                fail(container, TaskState.TASK_STATE_REJECTED, FailureKind.FAILURE_KIND_IMAGE);
            } else if (!Image.fits(container.reference(), nodeId) || world.faults().engineFails()) {
                fail(container, TaskState.TASK_STATE_REJECTED, FailureKind.FAILURE_KIND_INFRASTRUCTURE);
            } else {
                become(container, TaskState.TASK_STATE_READY);
            }
        });
    }

    private void start(Container container) {
        long time = world.faults().startTime() + (container.image == Image.SLOW ? world.faults().slowStart() : 0);
        boolean crashesNow = container.image == Image.CRASHES
                || (container.image == Image.FLAPS && random.nextInt(3) == 0);
        boolean crashesLater = container.image == Image.CRASHES_LATER
                || (container.image == Image.FLAPS && random.nextBoolean())
                || (container.image.stays() && world.faults().goodTaskCrashes());
        if (container.image == Image.NEVER_HEALTHY) {
            return;
        }
        later(container, time, () -> {
            if (crashesNow) {
                fail(container, TaskState.TASK_STATE_FAILED, FailureKind.FAILURE_KIND_APPLICATION);
                return;
            }
            become(container, TaskState.TASK_STATE_RUNNING);
            if (crashesLater) {
                later(container, world.faults().lifeTime(),
                        () -> fail(container, TaskState.TASK_STATE_FAILED, FailureKind.FAILURE_KIND_APPLICATION));
            } else if (container.image == Image.COMPLETES) {
                later(container, world.faults().lifeTime(), () -> become(container, TaskState.TASK_STATE_COMPLETE));
            }
        });
    }

    private void fail(Container container, TaskState state, FailureKind kind) {
        container.failure = kind;
        become(container, state);
    }

    private void stop(Container container) {
        if (!container.stopping) {
            container.stopping = true;
            long time = container.alive() ? world.faults().stopTime() : random.nextInt(20);
            later(container, time, () -> become(container, TaskState.TASK_STATE_SHUTDOWN));
        }
    }

    private void later(Container container, long delay, Runnable action) {
        long activity = ++container.activity;
        world.timeline().after(delay, () -> {
            if (container.activity == activity && machineUp && containers.containsValue(container)) {
                action.run();
            }
        });
    }

    private void become(Container container, TaskState state) {
        world.trace().say(() -> nodeId + ": " + container.task.getId() + " is " + Describe.state(state));
        container.state = state;
        containers.values().stream().toList().forEach(this::step);
        reportSoon();
    }

    // ---- statuses

    /** One report is on its way at a time; it is repeated until what it says is known. */
    private void reportSoon() {
        if (!reporting && connected) {
            reporting = true;
            world.timeline().after(random.nextInt(20), this::report);
        }
    }

    private void report() {
        reporting = false;
        List<Mutation> news = news();
        if (!connected || news.isEmpty()) {
            return;
        }
        if (!world.faults().losesMessage()) {
            deliver(news);
        }
        if (world.faults().repeatsMessage()) {
            deliver(news);
        }
        reporting = true;
        world.timeline().after(400, this::report);
    }

    private void deliver(List<Mutation> news) {
        world.timeline()
                .after(world.faults().messageDelay(),
                        () -> world.withLeader(leader -> leader.decide((state, now) -> news)));
    }

    private List<Mutation> news() {
        List<Mutation> news = new ArrayList<>();
        for (Container container : containers.values()) {
            if (container.acknowledged != container.state) {
                news.add(Mutation.newBuilder()
                        .setObserveTask(ObserveTask.newBuilder()
                                .setTaskId(container.task.getId())
                                .setNodeId(nodeId)
                                .setSessionId(session)
                                .setStatus(TaskStatus.newBuilder()
                                        .setState(container.state)
                                        .setFailure(container.failure)))
                        .build());
            }
        }
        return news;
    }
}
