package dev.mure.it.bench;

import com.google.gson.JsonObject;
import dev.mure.it.Options;
import dev.mure.it.Specs;
import dev.mure.it.cluster.AgentRuntime;
import dev.mure.it.cluster.ClusterShape;
import dev.mure.it.cluster.LocalCluster;
import dev.mure.it.cluster.ManagerNode;
import dev.mure.it.docker.ContainerEvent;
import dev.mure.it.docker.DockerEngine;
import dev.mure.it.docker.EngineApi;
import dev.mure.v1.RollbackServiceResponse;
import dev.mure.v1.RolloutState;
import dev.mure.v1.ServiceProgress;
import dev.mure.v1.ServiceSpec;
import dev.mure.v1.Share;
import dev.mure.v1.Task;
import dev.mure.v1.TaskState;
import dev.mure.v1.TaskView;
import dev.mure.v1.UpdateServiceResponse;
import dev.mure.v1.WatchServiceRequest;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * An update with delay 0 of a service to another image, from its answer to the last new task RUNNING, and the rollback of the
 * completed update; beside them the same replacements by hand, one after the other. All take turns, so that a machine that gets
 * slower or faster does so for all. Also the time from one new task RUNNING to the next; and, of a container engine's own record of
 * events, from the start of one new container to the signal that stops the next old one, which is what the cluster takes to see,
 * commit, decide and tell.
 */
final class RollingUpdateBenchmark implements Benchmark {

    private static final Duration LIMIT = Duration.ofMinutes(5);
    private static final String OLD = "redis:3.0.6";
    private static final String NEW = "redis:3.0.7";
    private static final String SERVICE = "measured";

    @Override
    public List<String> options() {
        return List.of("--tasks", "--parallelism", "--runtime", "--rounds", "--warm-up", "--agents");
    }

    @Override
    public JsonObject run(Options options) throws Exception {
        int tasks = options.number("--tasks", 10);
        int parallelism = options.number("--parallelism", 1);
        Rounds rounds = new Rounds(options.number("--warm-up", 5), options.number("--rounds", 5));
        int agents = options.number("--agents", 3);
        String runtime = options.choice("--runtime", "docker", "process");
        JsonObject json = new JsonObject();
        json.addProperty("measured",
                "update of " + tasks + " tasks, parallelism " + parallelism + ", runtime " + runtime
                        + ", " + agents + " agents: its answer -> last new task RUNNING");
        if (runtime.equals("docker")) {
            DockerEngine.missing().ifPresent(why -> {
                throw new IllegalArgumentException("--runtime docker: " + why);
            });
            try (DockerEngine engine = DockerEngine.start();
                    LocalCluster cluster = LocalCluster.start(ClusterShape.of(3, agents),
                            new AgentRuntime.Docker(engine.socket()))) {
                json.addProperty("engine", engine.api().version());
                measure(cluster, tasks, parallelism, rounds, Optional.of(engine.api()), json);
            }
        } else {
            try (LocalCluster cluster =
                    LocalCluster.start(ClusterShape.of(3, agents), new AgentRuntime.Processes())) {
                measure(cluster, tasks, parallelism, rounds, Optional.empty(), json);
            }
        }
        return json;
    }

    private static void measure(LocalCluster cluster, int tasks, int parallelism, Rounds rounds,
            Optional<EngineApi> engine, JsonObject json) throws IOException {
        Samples updates = new Samples();
        Samples rollbacks = new Samples();
        Samples slots = new Samples();
        Samples decided = new Samples();
        Samples handGaps = new Samples();
        Samples hands = new Samples();
        Samples ratios = new Samples();
        ServiceSpec.Builder spec = Specs.withMonitor(Specs.service(SERVICE, OLD, tasks), 1).toBuilder();
        spec.getUpdateBuilder().setParallelism(Share.newBuilder().setCount(parallelism));
        spec.setRollback(spec.getUpdate());
        cluster.control().create(spec.build());
        ManagerNode manager = cluster.awaitLeader();
        watchRunning(manager, 0, 1, tasks);
        for (int round = 1 - rounds.warmUp(); round <= rounds.measured(); round++) {
            Instant beforeUpdate = Instant.now();
            List<Duration> update = update(manager, tasks);
            List<Duration> decisions = new ArrayList<>(decisions(engine, beforeUpdate));
            Instant beforeRollback = Instant.now();
            List<Duration> rollback = rollback(manager, tasks);
            decisions.addAll(decisions(engine, beforeRollback));
            Instant beforeHand = Instant.now();
            Optional<Duration> hand = engine.map(api -> new EngineByHand(api).replace(OLD, NEW, tasks));
            List<Duration> gaps = decisions(engine, beforeHand).stream().limit(tasks).toList();
            BenchMain.progress((round > 0 ? "round " + round : "warm-up") + ": update " + update.getLast().toMillis()
                    + " ms, rollback " + rollback.getLast().toMillis() + " ms"
                    + hand.map(took -> ", by hand " + took.toMillis() + " ms").orElse(""));
            if (round > 0) {
                updates.add(update.getLast());
                rollbacks.add(rollback.getLast());
                addGaps(update, slots);
                addGaps(rollback, slots);
                decisions.forEach(decided::add);
                gaps.forEach(handGaps::add);
                hand.ifPresent(took -> {
                    hands.add(took);
                    ratios.addRatio(update.getLast(), took);
                });
            }
        }
        updates.describe(json);
        rollbacks.describe(json, "rollback_");
        slots.describe(json, "slot_");
        decided.describe(json, "decision_");
        handGaps.describe(json, "by_hand_gap_");
        if (handGaps.count() > 0) {
            decided.above(handGaps.median()).describe(json, "control_");
        }
        hands.describe(json, "by_hand_");
        if (ratios.count() > 0) {
            json.addProperty("ratio", Samples.rounded(ratios.median()));
            json.addProperty("ratio_max", Samples.rounded(ratios.max()));
        }
    }

    private static void addGaps(List<Duration> running, Samples slots) {
        for (int i = 1; i < running.size(); i++) {
            slots.add(running.get(i).minus(running.get(i - 1)));
        }
    }

    /**
     * With one task at a time: from each start of a new container to the moment when the next old one is told to stop. By hand that is
     * the time in which the engine ends the one call and begins the other; what an update takes above it is the cluster's own.
     */
    private static List<Duration> decisions(Optional<EngineApi> engine, Instant since) {
        List<Duration> decisions = new ArrayList<>();
        Optional<ContainerEvent> started = Optional.empty();
        for (ContainerEvent event : engine.map(api -> api.events(since)).orElse(List.of())) {
            if (event.action().equals("start")) {
                started = Optional.of(event);
            } else if (event.action().equals("kill") && started.isPresent()) {
                decisions.add(Duration.ofNanos(event.timeNanos() - started.get().timeNanos()));
                started = Optional.empty();
            }
        }
        return decisions;
    }

    /** Since the answer: when the first, the second … new task was seen running. Returns when the update is completed. */
    private static List<Duration> update(ManagerNode manager, int tasks) throws IOException {
        UpdateServiceResponse answer = manager.control().update(SERVICE, current -> Specs.withImage(current, NEW));
        List<Duration> running = watchRunning(manager, answer.getIndex(), answer.getRevision(), tasks);
        awaitState(manager, RolloutState.ROLLOUT_STATE_COMPLETED);
        return running;
    }

    /** The same of the way back. */
    private static List<Duration> rollback(ManagerNode manager, int tasks) throws IOException {
        RollbackServiceResponse answer = manager.control().rollback(SERVICE);
        List<Duration> running = watchRunning(manager, answer.getIndex(), answer.getRevision(), tasks);
        awaitState(manager, RolloutState.ROLLOUT_STATE_ROLLBACK_COMPLETED);
        return running;
    }

    private static List<Duration> watchRunning(ManagerNode manager, long index, long revision, int tasks)
            throws IOException {
        long started = System.nanoTime();
        List<Duration> seen = new ArrayList<>();
        manager.door().watch(WatchServiceRequest.newBuilder().setService(SERVICE).setMinIndex(index).build(),
                progress -> {
                    Duration now = Duration.ofNanos(System.nanoTime() - started);
                    while (seen.size() < running(progress, revision)) {
                        seen.add(now);
                    }
                    return seen.size() == tasks;
                }, LIMIT);
        return seen;
    }

    private static void awaitState(ManagerNode manager, RolloutState state) throws IOException {
        manager.door().watch(WatchServiceRequest.newBuilder().setService(SERVICE).build(),
                progress -> progress.getRollout().getRollout().getState() == state, LIMIT);
    }

    private static long running(ServiceProgress progress, long revision) {
        return progress.getTasksList().stream().map(TaskView::getTask).filter(task -> runs(task, revision)).count();
    }

    private static boolean runs(Task task, long revision) {
        return task.getRevision() == revision && task.getStatus().getState() == TaskState.TASK_STATE_RUNNING;
    }

    /** How often everything is done: at first uncounted, until the virtual machines have compiled what is worth it. */
    private record Rounds(int warmUp, int measured) {}
}
