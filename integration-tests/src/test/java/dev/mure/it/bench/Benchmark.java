package dev.mure.it.bench;

import com.google.gson.JsonObject;
import dev.mure.it.Options;
import java.util.List;

/** Something that can be measured. */
interface Benchmark {

    /** Options that it takes, each with a value. */
    List<String> options();

    /** Options that it takes without a value. */
    default List<String> flags() {
        return List.of();
    }

    /** Measures, and returns what goes to standard output beside the name. */
    JsonObject run(Options options) throws Exception;
}
