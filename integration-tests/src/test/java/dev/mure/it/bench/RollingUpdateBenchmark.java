package dev.mure.it.bench;

import com.google.gson.JsonObject;
import dev.mure.it.Specs;
import dev.mure.it.cluster.AgentRuntime;
import dev.mure.it.cluster.ClusterShape;
import dev.mure.it.cluster.LocalCluster;
import dev.mure.it.cluster.ManagerNode;
import dev.mure.it.docker.DockerEngine;
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
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * An update with delay 0 of a service to another image, from its answer to the last new task RUNNING; beside it the same
 * replacements by hand, one after the other, in the same run. Rounds alternate, so that a machine that gets slower or faster
 * does so for both. Also the time from one new task RUNNING to the next: with processes, which stop and start in a few
 * milliseconds, that is an upper bound of what the control plane adds to a slot.
 */
final class RollingUpdateBenchmark implements Benchmark {

    private static final Duration LIMIT = Duration.ofMinutes(5);
    private static final List<String> IMAGES = List.of("redis:3.0.6", "redis:3.0.7");
    private static final String SERVICE = "measured";

    @Override
    public List<String> options() {
        return List.of("--tasks", "--parallelism", "--runtime", "--rounds", "--agents");
    }

    @Override
    public JsonObject run(Options options) throws Exception {
        int tasks = options.number("--tasks", 10);
        int parallelism = options.number("--parallelism", 1);
        int rounds = options.number("--rounds", 5);
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
                measure(cluster, tasks, parallelism, rounds, Optional.of(new EngineByHand(engine.api())), json);
            }
        } else {
            try (LocalCluster cluster =
                    LocalCluster.start(ClusterShape.of(3, agents), new AgentRuntime.Processes())) {
                measure(cluster, tasks, parallelism, rounds, Optional.empty(), json);
            }
        }
        return json;
    }

    private static void measure(LocalCluster cluster, int tasks, int parallelism, int rounds,
            Optional<EngineByHand> byHand, JsonObject json) throws IOException {
        Samples updates = new Samples();
        Samples slots = new Samples();
        Samples hands = new Samples();
        Samples ratios = new Samples();
        ServiceSpec.Builder spec = Specs.service(SERVICE, IMAGES.getFirst(), tasks).toBuilder();
        spec.getUpdateBuilder().setParallelism(Share.newBuilder().setCount(parallelism));
        cluster.control().create(spec.build());
        ManagerNode manager = cluster.awaitLeader();
        watchRunning(manager, 0, 1, tasks);
        // The first round of both is slower, and is not counted.
        for (int round = 0; round <= rounds; round++) {
            String image = IMAGES.get((round + 1) % 2);
            List<Duration> running = update(manager, image, tasks);
            Duration update = running.getLast();
            BenchMain.progress("round " + round + ": update " + update.toMillis() + " ms, new tasks running after "
                    + running.stream().map(Duration::toMillis).toList());
            if (round > 0) {
                updates.add(update);
                for (int i = 1; i < running.size(); i++) {
                    slots.add(running.get(i).minus(running.get(i - 1)));
                }
            }
            if (byHand.isPresent()) {
                Duration hand = byHand.get().replace(IMAGES.get(round % 2), image, tasks);
                BenchMain.progress("round " + round + ": by hand " + hand.toMillis() + " ms");
                if (round > 0) {
                    hands.add(hand);
                    ratios.addRatio(update, hand);
                }
            }
        }
        updates.describe(json);
        if (slots.count() > 0) {
            json.addProperty("slots", slots.count());
            json.addProperty("slot_p50_s", Samples.rounded(slots.median()));
            json.addProperty("slot_p99_s", Samples.rounded(slots.quantile(0.99)));
            json.addProperty("slot_max_s", Samples.rounded(slots.max()));
        }
        if (byHand.isPresent()) {
            json.addProperty("by_hand_p50_s", Samples.rounded(hands.median()));
            json.addProperty("by_hand_max_s", Samples.rounded(hands.max()));
            json.addProperty("ratio", Samples.rounded(ratios.median()));
            json.addProperty("ratio_max", Samples.rounded(ratios.max()));
        }
    }

    /** Since the answer: when the first, the second … new task was seen running. */
    private static List<Duration> update(ManagerNode manager, String image, int tasks) throws IOException {
        UpdateServiceResponse answer = manager.control().update(SERVICE, current -> Specs.withImage(current, image));
        return watchRunning(manager, answer.getIndex(), answer.getRevision(), tasks);
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

    private static long running(ServiceProgress progress, long revision) {
        return progress.getTasksList().stream().map(TaskView::getTask).filter(task -> runs(task, revision)).count();
    }

    private static boolean runs(Task task, long revision) {
        return task.getRevision() == revision && task.getStatus().getState() == TaskState.TASK_STATE_RUNNING;
    }
}
