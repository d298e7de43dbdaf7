package dev.mure.it.bench;

import com.google.gson.JsonObject;
import java.util.List;

/** Something that can be measured. */
interface Benchmark {

    /** Options that it takes. */
    List<String> options();

    /** Measures, and returns what goes to standard output beside the name. */
    JsonObject run(Options options) throws Exception;
}
