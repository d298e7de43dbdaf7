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
import java.util.List;
import java.util.Optional;

/**
 * An update with delay 0 of a service to another image, from its answer to the last new task RUNNING; beside it the same
 * replacements by hand, one after the other, in the same run. Rounds alternate, so that a machine that gets slower or faster
 * does so for both.
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
        Samples hands = new Samples();
        Samples ratios = new Samples();
        ServiceSpec.Builder spec = Specs.service(SERVICE, IMAGES.getFirst(), tasks).toBuilder();
        spec.getUpdateBuilder().setParallelism(Share.newBuilder().setCount(parallelism));
        cluster.control().create(spec.build());
        ManagerNode manager = cluster.awaitLeader();
        awaitRunning(manager, 0, 1, tasks);
        // The first round of both is slower, and is not counted.
        for (int round = 0; round <= rounds; round++) {
            String image = IMAGES.get((round + 1) % 2);
            Duration update = update(manager, image, tasks);
            BenchMain.progress("round " + round + ": update " + update.toMillis() + " ms");
            if (round > 0) {
                updates.add(update);
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
        if (byHand.isPresent()) {
            json.addProperty("by_hand_p50_s", Samples.rounded(hands.median()));
            json.addProperty("by_hand_max_s", Samples.rounded(hands.max()));
            json.addProperty("ratio", Samples.rounded(ratios.median()));
            json.addProperty("ratio_max", Samples.rounded(ratios.max()));
        }
    }

    private static Duration update(ManagerNode manager, String image, int tasks) throws IOException {
        UpdateServiceResponse answer = manager.control().update(SERVICE, current -> Specs.withImage(current, image));
        long started = System.nanoTime();
        awaitRunning(manager, answer.getIndex(), answer.getRevision(), tasks);
        return Duration.ofNanos(System.nanoTime() - started);
    }

    private static void awaitRunning(ManagerNode manager, long index, long revision, int tasks) throws IOException {
        manager.door().watch(WatchServiceRequest.newBuilder().setService(SERVICE).setMinIndex(index).build(),
                progress -> running(progress, revision) == tasks, LIMIT);
    }

    private static long running(ServiceProgress progress, long revision) {
        return progress.getTasksList().stream().map(TaskView::getTask).filter(task -> runs(task, revision)).count();
    }

    private static boolean runs(Task task, long revision) {
        return task.getRevision() == revision && task.getStatus().getState() == TaskState.TASK_STATE_RUNNING;
    }
}
