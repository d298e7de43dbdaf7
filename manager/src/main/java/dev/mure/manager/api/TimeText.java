package dev.mure.manager.api;

import com.google.protobuf.Duration;
import com.google.protobuf.util.Durations;

/** Spans of time as Docker writes them: {@code 1m30s}. */
final class TimeText {

    private TimeText() {}

    /** What is left, in whole seconds and never nothing: {@code 8s}, {@code 2m5s}, {@code 1h0m5s}. */
    static String left(long millis) {
        return seconds(Math.max(1, (millis + 999) / 1_000));
    }

    /** Exactly: {@code 0s}, {@code 1m30s}, {@code 1.5s}. */
    static String of(Duration duration) {
        long millis = Durations.toMillis(duration);
        String fraction = millis % 1_000 == 0 ? "" : ("." + "%03d".formatted(millis % 1_000)).replaceAll("0+$", "");
        String whole = seconds(millis / 1_000);
        return whole.substring(0, whole.length() - 1) + fraction + 's';
    }

    private static String seconds(long seconds) {
        if (seconds < 60) {
            return seconds + "s";
        }
        long minutes = seconds / 60;
        String rest = (minutes % 60) + "m" + seconds % 60 + 's';
        return minutes < 60 ? rest : minutes / 60 + "h" + rest;
    }
}
