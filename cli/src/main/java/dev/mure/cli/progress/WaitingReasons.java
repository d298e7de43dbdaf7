package dev.mure.cli.progress;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What a rollout waits for. Slots wait for something all the time; only what lasts is worth a line. */
final class WaitingReasons {
    private static final Duration WORTH_TELLING = Duration.ofSeconds(2);
    private static final int MAX_LINES = 5;

    private List<Reason> reasons = List.of();
    private long newestNanos;
    /** Since when each is known, by its subject. */
    private Map<String, Long> sinceNanos = Map.of();

    /** Takes in a manager's lines, in place of those before. */
    void observe(List<String> lines, long nowNanos) {
        List<Reason> next = new ArrayList<>();
        Map<String, Long> since = new HashMap<>();
        for (String line : lines) {
            Reason reason = Reason.of(line);
            next.add(reason);
            since.put(reason.subject(), sinceNanos.getOrDefault(reason.subject(), nowNanos));
        }
        reasons = next;
        sinceNanos = since;
        newestNanos = nowNanos;
    }

    /** What has lasted, with the time in it run down; the last line says how many more there are. */
    List<String> lines(long nowNanos) {
        List<String> lines = new ArrayList<>();
        for (Reason reason : reasons) {
            if (nowNanos - sinceNanos.getOrDefault(reason.subject(), nowNanos) >= WORTH_TELLING.toNanos()) {
                lines.add(reason.after(Duration.ofNanos(nowNanos - newestNanos)));
            }
        }
        if (lines.size() <= MAX_LINES) {
            return lines;
        }
        List<String> first = new ArrayList<>(lines.subList(0, MAX_LINES));
        first.add("and " + (lines.size() - MAX_LINES) + " more");
        return first;
    }
}
