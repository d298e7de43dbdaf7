package dev.mure.it.bench;

import com.google.gson.JsonObject;
import dev.mure.it.Options;
import dev.mure.it.Specs;
import dev.mure.it.cluster.AgentRuntime;
import dev.mure.it.cluster.CliResult;
import dev.mure.it.cluster.ClusterShape;
import dev.mure.it.cluster.LocalCluster;
import java.util.List;

/** {@code mure service ls} against a running cluster: the whole process, from its start to its end. */
final class CliBenchmark implements Benchmark {

    private static final int WARM_UP = 3;

    @Override
    public List<String> options() {
        return List.of("--samples");
    }

    @Override
    public JsonObject run(Options options) {
        int count = options.number("--samples", 50);
        Samples samples = new Samples();
        try (LocalCluster cluster = LocalCluster.start(ClusterShape.of(3, 1), new AgentRuntime.Processes())) {
            for (int i = 1; i <= 5; i++) {
                cluster.control().create(Specs.service("service-" + i, "redis:3.0.6", 1));
            }
            for (int i = 0; i < WARM_UP + count; i++) {
                CliResult result = cluster.cli().run("service", "ls");
                result.succeeded();
                if (i >= WARM_UP) {
                    samples.add(result.took());
                }
            }
        }
        JsonObject json = new JsonObject();
        json.addProperty("measured", "wall time of `mure service ls`, 5 services, 3 managers");
        samples.describe(json);
        return json;
    }
}
