package dev.mure.it.bench;

import com.google.gson.JsonObject;
import dev.mure.it.Options;
import dev.mure.it.Specs;
import dev.mure.it.cluster.AgentRuntime;
import dev.mure.it.cluster.ClusterShape;
import dev.mure.it.cluster.LocalCluster;
import dev.mure.it.cluster.ManagerNode;
import dev.mure.it.control.ControlException;
import dev.mure.v1.CreateServiceRequest;
import dev.mure.v1.CreateServiceResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/**
 * The leader is killed with SIGKILL; the time until the next write is acknowledged by another manager, which is asked again
 * and again without a pause to speak of. The killed manager is back before the next kill.
 *
 * <p>With {@code --planned} it is stopped with SIGTERM, while a client writes through another manager without a pause: the
 * longest time from one acknowledged write to the next.
 */
final class FailoverBenchmark implements Benchmark {

    private static final Duration LIMIT = Duration.ofSeconds(60);
    /** A manager that waits for a leader answers late; asking again would be as good as waiting. */
    private static final Duration TRY_LIMIT = Duration.ofSeconds(30);
    private static final long PAUSE_NANOS = 2_000_000;

    @Override
    public List<String> options() {
        return List.of("--kills");
    }

    @Override
    public List<String> flags() {
        return List.of("--planned");
    }

    @Override
    public JsonObject run(Options options) throws IOException, InterruptedException {
        int kills = options.number("--kills", 20);
        boolean planned = options.has("--planned");
        Samples samples = new Samples();
        try (LocalCluster cluster = LocalCluster.start(ClusterShape.of(3, 0), new AgentRuntime.Processes())) {
            for (int i = 1; i <= kills; i++) {
                ManagerNode leader = cluster.awaitLeader();
                ManagerNode other = cluster.follower();
                Duration took = planned
                        ? stopAndWrite(leader, other, "written-" + i)
                        : killAndWrite(leader, other, "written-" + i);
                samples.add(took);
                BenchMain.progress((planned ? "stop " : "kill ") + i + " of " + kills + ": " + took.toMillis() + " ms");
                leader.process().start();
                cluster.awaitComplete();
            }
        }
        JsonObject json = new JsonObject();
        json.addProperty("measured", planned
                ? "leader SIGTERM: longest time between two acknowledged writes of a client of another manager, 3 managers"
                : "leader SIGKILL -> next write acknowledged through another manager, 3 managers");
        samples.describe(json);
        return json;
    }

    private static Duration stopAndWrite(ManagerNode leader, ManagerNode other, String prefix)
            throws InterruptedException {
        try (WriteGaps gaps = WriteGaps.start(other, prefix)) {
            gaps.awaitWrites(20);
            leader.process().terminate();
            gaps.awaitWrites(20);
            return gaps.longest();
        }
    }

    private static Duration killAndWrite(ManagerNode leader, ManagerNode other, String name) throws IOException {
        CreateServiceRequest.Builder request =
                CreateServiceRequest.newBuilder().setSpec(Specs.service(name, "redis:3.0.6", 0));
        long index = other.control().staleCluster().getIndex();
        long killed = System.nanoTime();
        // So that a write does not meet a leader that is not dead yet.
        leader.process().kill();
        request.getRequestBuilder().setId(name).setFirstIndex(0);
        while (true) {
            try {
                other.door().call("CreateService", request.build(), CreateServiceResponse.parser(), TRY_LIMIT);
                return Duration.ofNanos(System.nanoTime() - killed);
            } catch (ControlException e) {
                if (!e.passes() || System.nanoTime() - killed > LIMIT.toNanos()) {
                    throw e;
                }
            }
            request.getRequestBuilder().setFirstIndex(Math.max(1, index));
            LockSupport.parkNanos(PAUSE_NANOS);
        }
    }
}
