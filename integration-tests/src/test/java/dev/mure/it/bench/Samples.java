package dev.mure.it.bench;

import com.google.gson.JsonObject;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Measured times in seconds, or ratios of them. */
final class Samples {

    private final List<Double> samples = new ArrayList<>();

    void add(Duration sample) {
        samples.add(seconds(sample));
    }

    void addRatio(Duration sample, Duration reference) {
        samples.add(seconds(sample) / seconds(reference));
    }

    /** What each is above a part that is always there, in seconds. */
    Samples above(double part) {
        Samples rest = new Samples();
        samples.forEach(sample -> rest.samples.add(Math.max(0, sample - part)));
        return rest;
    }

    int count() {
        return samples.size();
    }

    double median() {
        List<Double> sorted = sorted();
        int middle = sorted.size() / 2;
        return sorted.size() % 2 == 1 ? sorted.get(middle) : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
    }

    /** The smallest sample that at least that share of all do not exceed. */
    double quantile(double share) {
        List<Double> sorted = sorted();
        return sorted.get(Math.max(0, (int) Math.ceil(share * sorted.size()) - 1));
    }

    double max() {
        return sorted().getLast();
    }

    private List<Double> sorted() {
        if (samples.isEmpty()) {
            throw new IllegalStateException("nothing was measured");
        }
        return samples.stream().sorted().toList();
    }

    /** Adds {@code samples}, {@code p50_s}, {@code p99_s} and {@code max_s}. */
    void describe(JsonObject json) {
        describe(json, "");
    }

    /** The same with a prefix to all names; nothing where nothing was measured. */
    void describe(JsonObject json, String prefix) {
        if (count() > 0) {
            json.addProperty(prefix + "samples", count());
            json.addProperty(prefix + "p50_s", rounded(median()));
            json.addProperty(prefix + "p99_s", rounded(quantile(0.99)));
            json.addProperty(prefix + "max_s", rounded(max()));
        }
    }

    private static double seconds(Duration duration) {
        return duration.toNanos() / 1e9;
    }

    static BigDecimal rounded(double value) {
        return BigDecimal.valueOf(value).setScale(3, RoundingMode.HALF_UP);
    }
}
