package dev.mure.manager.planning;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Timestamp;
import com.google.protobuf.util.Durations;
import dev.mure.manager.orchestrator.Planners;
import dev.mure.manager.rollout.Rollback;
import dev.mure.manager.rollout.RolloutControl;
import dev.mure.manager.store.Applied;
import dev.mure.manager.store.Applier;
import dev.mure.manager.store.ClusterState;
import dev.mure.manager.store.TaskStates;
import dev.mure.v1.Cluster;
import dev.mure.v1.CondemnTask;
import dev.mure.v1.ContainerSpec;
import dev.mure.v1.FailureKind;
import dev.mure.v1.GlobalMode;
import dev.mure.v1.Label;
import dev.mure.v1.LeaderBegan;
import dev.mure.v1.LoseSession;
import dev.mure.v1.Mutation;
import dev.mure.v1.Node;
import dev.mure.v1.NodeDescription;
import dev.mure.v1.ObserveTask;
import dev.mure.v1.OpenSession;
import dev.mure.v1.PutNode;
import dev.mure.v1.ReplicatedMode;
import dev.mure.v1.RestartPolicy;
import dev.mure.v1.Revision;
import dev.mure.v1.Rollout;
import dev.mure.v1.Service;
import dev.mure.v1.Share;
import dev.mure.v1.Task;
import dev.mure.v1.TaskSpec;
import dev.mure.v1.TaskState;
import dev.mure.v1.TaskStatus;
import dev.mure.v1.Transaction;
import dev.mure.v1.UpdateConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/**
 * A cluster with one service {@code web}, told in short sentences. After each event the planners run to their fixed point, as on a
 * leader; agents act only when the test says so. Slots read {@code image desired/observed}, the oldest task first.
 *
 * <p>Images named {@code bad…} can't be prepared, {@code crash…} fail when they start, {@code hang…} start and never get to run; all
 * others run.
 */
public final class Scenario {

    private static final String WEB = "web";

    private final List<Transaction> history = new ArrayList<>();
    private final List<Transaction> decisions = new ArrayList<>();
    private final TreeMap<Subject, Long> timers = new TreeMap<>();
    private final PlanningRound round;
    private ClusterState state = ClusterState.empty();
    private long now = 1_000;
    private int lastId;
    private int lastSession;
    private int plannings;
    private Failover failover = new Failover(-1, 0, 0);

    /**
     * The leader is lost.
     *
     * @param planning while it commits the result of this planning, counted from 0
     * @param survivors so many mutations of it are committed, the rest is lost
     * @param outageMillis how long there is no leader
     */
    public record Failover(int planning, int survivors, long outageMillis) {}

    private Scenario() {
        round = new PlanningRound(Planners.inOrder(() -> "t" + ++lastId));
        commit(Mutation.newBuilder()
                .setPutCluster(Cluster.newBuilder()
                        .setId("cluster")
                        .setTaskHistoryLimit(5)
                        .setNodeGrace(Durations.fromSeconds(5))));
    }

    /** A cluster of nodes n1, n2 … that are ready. */
    public static Scenario nodes(int count) {
        Scenario scenario = new Scenario();
        for (int i = 1; i <= count; i++) {
            scenario.availability("n" + i, Node.Availability.ACTIVE).nodeBack("n" + i);
        }
        return scenario;
    }

    /** Like {@link #nodes}, but the leader is lost at some time. */
    public static Scenario nodes(int count, Failover failover) {
        Scenario scenario = nodes(count);
        scenario.plannings = 0;
        scenario.failover = failover;
        return scenario;
    }

    // ---- what users do

    /** Docker's defaults: restart any after 5 s; update one at a time, no delay, pause at the first failure, monitor 5 s. */
    public Scenario create(String image, int replicas) {
        return create(image, replicas, restart -> restart);
    }

    public Scenario create(String image, int replicas, UnaryOperator<RestartPolicy.Builder> restart) {
        RestartPolicy.Builder policy =
                RestartPolicy.newBuilder().setCondition(RestartPolicy.Condition.ANY).setDelay(Durations.fromSeconds(5));
        return commit(
                revision(1, image, restart.apply(policy).build()),
                Mutation.newBuilder()
                        .setPutService(Service.newBuilder()
                                .setId(WEB)
                                .setName(WEB)
                                .setReplicated(ReplicatedMode.newBuilder().setReplicas(replicas))
                                .setUpdate(UpdateConfig.newBuilder()
                                        .setParallelism(Share.newBuilder().setCount(1))
                                        .setFailureAction(UpdateConfig.FailureAction.PAUSE)
                                        .setMonitor(Durations.fromSeconds(5)))
                                .setRevision(1)));
    }

    /** A global service, otherwise as {@link #create}. */
    public Scenario createGlobal(String image) {
        RestartPolicy policy =
                RestartPolicy.newBuilder().setCondition(RestartPolicy.Condition.ANY).setDelay(Durations.fromSeconds(5))
                        .build();
        return commit(
                revision(1, image, policy),
                Mutation.newBuilder()
                        .setPutService(Service.newBuilder()
                                .setId(WEB)
                                .setName(WEB)
                                .setGlobal(GlobalMode.getDefaultInstance())
                                .setRevision(1)));
    }

    /** A manual rollback, as the API decides it. */
    public Scenario rollback() {
        Revision target = Rollback.target(state, service()).orElseThrow();
        return commit(Rollback.to(state, service(), target, "manually requested rollback", now)
                .stream()
                .map(Mutation::toBuilder)
                .toArray(Mutation.Builder[]::new));
    }

    public Scenario rollbackPolicy(UnaryOperator<UpdateConfig.Builder> change) {
        return service(service -> service.setRollback(change.apply(service.getRollback().toBuilder())));
    }

    public Scenario maxUnavailable(int slots) {
        return service(service -> service.setMaxUnavailable(Share.newBuilder().setCount(slots)));
    }

    public Scenario policy(UnaryOperator<UpdateConfig.Builder> change) {
        return service(service -> service.setUpdate(change.apply(service.getUpdate().toBuilder())));
    }

    public Scenario scale(int replicas) {
        return service(service -> service.setReplicated(ReplicatedMode.newBuilder().setReplicas(replicas)));
    }

    public Scenario remove() {
        return service(service -> service.setRemoved(true));
    }

    public Scenario label(String key) {
        return service(service -> service.addLabels(Label.newBuilder().setKey(key)));
    }

    /** A new revision with that image, and the rest of the one before. */
    public Scenario update(String image) {
        return update(spec -> spec.setContainer(spec.getContainer().toBuilder().setImage(image)));
    }

    /** A new revision with a spec that is made from the one before. */
    public Scenario update(UnaryOperator<TaskSpec.Builder> change) {
        Service service = service();
        long next = 1 + state.revisionsOf(WEB).stream().mapToLong(Revision::getNumber).max().orElse(0);
        TaskSpec.Builder spec = state.currentRevision(service).orElseThrow().getTask().toBuilder();
        return commit(
                revision(next, change.apply(spec).build()),
                Mutation.newBuilder().setPutService(service.toBuilder().setRevision(next)));
    }

    public Scenario resume() {
        return steer(RolloutControl.resume(state, service(), now));
    }

    /** What a user asked for of the rollout; it must be possible. */
    public Scenario steer(RolloutControl.Outcome outcome) {
        assertThat(outcome).isInstanceOf(RolloutControl.Outcome.Changed.class);
        return commit(((RolloutControl.Outcome.Changed) outcome).mutations()
                .stream()
                .map(Mutation::toBuilder)
                .toArray(Mutation.Builder[]::new));
    }

    public Scenario cluster(UnaryOperator<Cluster.Builder> change) {
        return commit(Mutation.newBuilder().setPutCluster(change.apply(state.cluster().orElseThrow().toBuilder())));
    }

    public Scenario availability(String node, Node.Availability availability) {
        return commit(Mutation.newBuilder()
                .setPutNode(PutNode.newBuilder()
                        .setId(node)
                        .setName(node)
                        .setAvailability(availability)
                        .addAllLabels(state.node(node).map(Node::getLabelsList).orElse(List.of()))));
    }

    /** The node's only label is {@code zone} then. */
    public Scenario zone(String node, String zone) {
        return commit(Mutation.newBuilder()
                .setPutNode(PutNode.newBuilder()
                        .setId(node)
                        .setName(node)
                        .setAvailability(state.node(node).orElseThrow().getAvailability())
                        .addLabels(Label.newBuilder().setKey("zone").setValue(zone))));
    }

    // ---- what nodes do

    /** The session is lost; the node counts as down after the grace of 5 s. */
    public Scenario sessionLost(String node) {
        String session = state.node(node).orElseThrow().getSession().getId();
        return commit(
                Mutation.newBuilder().setLoseSession(LoseSession.newBuilder().setNodeId(node).setSessionId(session)));
    }

    public Scenario nodeDown(String node) {
        return sessionLost(node).pass(5_000);
    }

    public Scenario nodeBack(String node) {
        return commit(Mutation.newBuilder()
                .setOpenSession(OpenSession.newBuilder()
                        .setNodeId(node)
                        .setSessionId("session" + ++lastSession)
                        .setManagerId("m1")
                        .setDescription(NodeDescription.newBuilder().setHostname(node))));
    }

    public Scenario condemn(String task, String node) {
        return commit(Mutation.newBuilder().setCondemnTask(CondemnTask.newBuilder().setTaskId(task).setNodeId(node)));
    }

    /** The agent of the slot's newest task that is still wanted reports. */
    public Scenario observe(int slot, TaskState seen) {
        return observe(newest(slot), seen);
    }

    /** The agent of the slot's newest task that is still wanted reports that it failed, and whose fault that was. */
    public Scenario fail(int slot, TaskState seen, FailureKind kind) {
        Mutation.Builder observation = observation(newest(slot), seen);
        observation.getObserveTaskBuilder().getStatusBuilder().setFailure(kind).setError(kind.name());
        return commit(observation);
    }

    public Scenario observe(Task task, TaskState seen) {
        return commit(observation(task, seen));
    }

    /** All agents with a session do what they are told and report it, one step each. Says whether there was anything to do. */
    public boolean agentsStep() {
        List<Mutation.Builder> news = new ArrayList<>();
        for (Task task : state.tasks()) {
            next(task).filter(seen -> reachable(task)).ifPresent(seen -> news.add(observation(task, seen)));
        }
        if (!news.isEmpty()) {
            commit(news.toArray(Mutation.Builder[]::new));
        }
        return !news.isEmpty();
    }

    /** Agents act until there is nothing left to do without time passing. */
    public Scenario settle() {
        for (int i = 0; agentsStep(); i++) {
            assertThat(i).as("steps without time passing").isLessThan(200);
        }
        return this;
    }

    /** Agents act, so many steps of each. */
    public Scenario agents(int steps) {
        for (int i = 0; i < steps; i++) {
            agentsStep();
        }
        return this;
    }

    /** Time passes, agents act at once. */
    public Scenario settleFor(long millis) {
        settle();
        for (long passed = 0; passed < millis; passed += 100) {
            pass(100).settle();
        }
        return this;
    }

    private Optional<TaskState> next(Task task) {
        TaskState seen = task.getStatus().getState();
        String image = image(task);
        if (TaskStates.ended(task) || task.getNodeId().isEmpty()) {
            return Optional.empty();
        } else if (!TaskStates.wanted(task)) {
            return Optional.of(TaskState.TASK_STATE_SHUTDOWN);
        } else if (TaskStates.before(seen, TaskState.TASK_STATE_READY)) {
            return Optional.of(image.startsWith("bad") ? TaskState.TASK_STATE_REJECTED : TaskState.TASK_STATE_READY);
        } else if (seen == TaskState.TASK_STATE_READY && task.getDesired().getState() == TaskState.TASK_STATE_RUNNING
                && state.task(task.getDesired().getStartAfterStopOf()).map(TaskStates::ended).orElse(true)) {
            return Optional.of(image.startsWith("crash")
                    ? TaskState.TASK_STATE_FAILED
                    : image.startsWith("hang") ? TaskState.TASK_STATE_STARTING : TaskState.TASK_STATE_RUNNING);
        }
        return Optional.empty();
    }

    private boolean reachable(Task task) {
        return state.node(task.getNodeId()).filter(node -> node.getSession().getLostClockMillis() == 0).isPresent();
    }

    private Mutation.Builder observation(Task task, TaskState seen) {
        return Mutation.newBuilder()
                .setObserveTask(ObserveTask.newBuilder()
                        .setTaskId(task.getId())
                        .setNodeId(task.getNodeId())
                        .setSessionId(state.node(task.getNodeId()).orElseThrow().getSession().getId())
                        .setStatus(TaskStatus.newBuilder().setState(seen)));
    }

    // ---- time

    /** Time passes; what is due is looked at when it is due. */
    public Scenario pass(long millis) {
        long end = now + millis;
        while (!timers.isEmpty() && timers.values().stream().mapToLong(Long::longValue).min().orElseThrow() <= end) {
            now = Math.max(now, timers.values().stream().mapToLong(Long::longValue).min().orElseThrow());
            List<Subject> due =
                    timers.entrySet().stream().filter(timer -> timer.getValue() <= now).map(Map.Entry::getKey).toList();
            due.forEach(timers::remove);
            plan(Changes.due(due));
        }
        now = end;
        return this;
    }

    /** Time passes, and nobody looks. */
    public Scenario passWithoutLeader(long millis) {
        now += millis;
        return this;
    }

    /** A new leader: no timers, everything counts as changed. */
    public Scenario leaderChange() {
        timers.clear();
        beginLeading();
        return this;
    }

    private void beginLeading() {
        Changes _ = apply(
                List.of(Mutation.newBuilder().setLeaderBegan(LeaderBegan.getDefaultInstance()).build()));
        plan(Changes.everything(state));
    }

    public long now() {
        return now;
    }

    // ---- what is to be seen

    public ClusterState state() {
        return state;
    }

    public Service service() {
        return state.service(WEB).orElseThrow();
    }

    public Rollout rollout() {
        return state.rollout(WEB).orElseThrow();
    }

    /** State and message of the rollout, and which slots failed; "none" if there is no rollout. */
    public String update() {
        return state.rollout(WEB)
                .map(rollout -> rollout.getState().name().replace("ROLLOUT_STATE_", "").toLowerCase(Locale.ROOT) + ": "
                        + rollout.getMessage())
                .orElse("none");
    }

    public List<Task> tasks(int slot) {
        return state.tasksOfSlot(WEB, slot);
    }

    public Task newest(int slot) {
        return tasks(slot).stream().filter(TaskStates::wanted).reduce((older, newer) -> newer).orElseThrow();
    }

    public Task oldest(int slot) {
        return tasks(slot).getFirst();
    }

    /** All tasks of a slot, the oldest first. */
    public String slot(int slot) {
        return tasks(slot).stream().map(this::describe).collect(Collectors.joining(", "));
    }

    /** Per slot the wanted tasks. */
    public String wanted() {
        return Slot.existingOf(state, WEB)
                .stream()
                .map(slot -> slot.number() + " "
                        + slot.wanted().stream().map(this::describe).collect(Collectors.joining("+")))
                .collect(Collectors.joining(", "));
    }

    /** Where the wanted tasks are, by slot. */
    public String placement() {
        return state.tasksOfService(WEB)
                .stream()
                .filter(TaskStates::wanted)
                .map(task -> task.getSlot() + "@" + task.getNodeId())
                .collect(Collectors.joining(" "));
    }

    /** How many slots run an image, as observed. */
    public long running(String image) {
        return state.tasksOfService(WEB)
                .stream()
                .filter(task -> TaskStates.running(task) && image(task).equals(image))
                .count();
    }

    /** Everything that happened so far. */
    public List<Transaction> history() {
        return List.copyOf(history);
    }

    /** Everything that was decided by planners so far. */
    public List<Transaction> decisions() {
        return List.copyOf(decisions);
    }

    private String describe(Task task) {
        return image(task) + " " + name(task.getDesired().getState()) + "/" + name(task.getStatus().getState());
    }

    private static String name(TaskState state) {
        return state.name().replace("TASK_STATE_", "").toLowerCase(Locale.ROOT);
    }

    public String image(Task task) {
        return state.revision(task.getServiceId(), task.getRevision())
                .map(revision -> revision.getTask().getContainer().getImage())
                .orElse("?");
    }

    // ---- how it goes on

    private Scenario service(UnaryOperator<Service.Builder> change) {
        return commit(Mutation.newBuilder().setPutService(change.apply(service().toBuilder())));
    }

    private static Mutation.Builder revision(long number, String image, RestartPolicy policy) {
        return revision(number, TaskSpec.newBuilder()
                .setContainer(ContainerSpec.newBuilder().setImage(image))
                .setRestart(policy)
                .build());
    }

    private static Mutation.Builder revision(long number, TaskSpec spec) {
        return Mutation.newBuilder()
                .setPutRevision(Revision.newBuilder().setServiceId(WEB).setNumber(number).setTask(spec));
    }

    public Scenario commit(Mutation.Builder... mutations) {
        plan(apply(List.of(mutations).stream().map(Mutation.Builder::build).toList()));
        return this;
    }

    private void plan(Changes changes) {
        Plan plan = round.run(state, changes, now);
        plan.wakeups().at().forEach((subject, at) -> timers.merge(subject, at, Math::min));
        if (!plan.mutations().isEmpty()) {
            if (plannings++ == failover.planning()) {
                conclude(plan.mutations().subList(0, Math.min(failover.survivors(), plan.mutations().size())));
                timers.clear();
                now += failover.outageMillis();
                beginLeading();
                return;
            }
            conclude(plan.mutations());
        }
        assertThat(round.run(state, Changes.everything(state), now).mutations()).as("planning again").isEmpty();
    }

    private void conclude(List<Mutation> mutations) {
        if (!mutations.isEmpty()) {
            apply(mutations);
            decisions.add(history.getLast());
        }
    }

    private Changes apply(List<Mutation> mutations) {
        Transaction transaction = Transaction.newBuilder()
                .setClockMillis(now)
                .setWallTime(Timestamp.newBuilder().setSeconds(1_700_000_000L + now / 1_000))
                .addAllMutations(mutations)
                .build();
        history.add(transaction);
        Applied applied = Applier.applyAhead(state, transaction);
        Changes changes = Changes.between(state, applied.delta(), applied.state());
        state = applied.state();
        return changes;
    }
}
