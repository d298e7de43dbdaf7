package dev.mure.it.bench;

import com.google.gson.GsonBuilder;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.mure.it.Options;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * {@code bench NAME [options]}. Progress goes to standard error; the last line on standard output is one JSON object.
 */
public final class BenchMain {

    private static final int WRONG_USAGE = 125;

    private BenchMain() {}

    /** Runs one benchmark. */
    public static void main(String[] arguments) throws Exception {
        Map<String, Benchmark> benchmarks = new TreeMap<>(Map.of(
                "rolling-update", new RollingUpdateBenchmark(),
                "failover", new FailoverBenchmark(),
                "cli", new CliBenchmark()));
        String name = arguments.length == 0 ? "" : arguments[0];
        Benchmark benchmark = benchmarks.get(name);
        if (benchmark == null) {
            wrongUsage("usage: bench NAME [options], where NAME is one of " + benchmarks.keySet());
            return;
        }
        try {
            List<String> rest = Arrays.asList(arguments).subList(1, arguments.length);
            JsonObject result = new JsonObject();
            result.addProperty("name", name);
            for (Map.Entry<String, JsonElement> entry : benchmark
                    .run(new Options(rest, benchmark.options(), benchmark.flags())).entrySet()) {
                result.add(entry.getKey(), entry.getValue());
            }
            System.out.println(new GsonBuilder().disableHtmlEscaping().create().toJson(result));
        } catch (IllegalArgumentException e) {
            wrongUsage(String.valueOf(e.getMessage()));
        }
    }

    /** Tells how far a benchmark is. */
    static void progress(String line) {
        System.err.println(line);
    }

    private static void wrongUsage(String line) {
        System.err.println("bench: " + line);
        System.exit(WRONG_USAGE);
    }
}
