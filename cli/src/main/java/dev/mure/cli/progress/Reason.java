package dev.mure.cli.progress;

import dev.mure.cli.format.GoDuration;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A manager's line about what a rollout waits for, in which time may count down: {@code delay: 8s left until the next slot},
 * {@code canary: promoted in 25s}.
 *
 * @param words of the line
 */
record Reason(List<String> words) {
    private static final String PUNCTUATION = ",.;:)";

    Reason {
        words = List.copyOf(words);
    }

    static Reason of(String line) {
        List<String> words = new ArrayList<>();
        int from = 0;
        String text = line.replace('\n', ' ');
        for (int blank = text.indexOf(' '); blank >= 0; blank = text.indexOf(' ', from)) {
            words.add(text.substring(from, blank));
            from = blank + 1;
        }
        words.add(text.substring(from));
        return new Reason(words);
    }

    /** The line without the time that counts down: what stays the same while nothing but time goes on. */
    String subject() {
        return with(null);
    }

    /** The line a while after it was told. */
    String after(Duration elapsed) {
        return with(elapsed);
    }

    private String with(@Nullable Duration elapsed) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < words.size(); i++) {
            text.append(i == 0 ? "" : " ").append(countsDown(i) ? left(words.get(i), elapsed) : words.get(i));
        }
        return text.toString();
    }

    /** Whether a word is a time before {@code left} or after {@code in}. */
    private boolean countsDown(int position) {
        boolean before = position + 1 < words.size() && bare(words.get(position + 1)).equals("left");
        boolean after = position > 0 && words.get(position - 1).equals("in");
        return (before || after) && isDuration(bare(words.get(position)));
    }

    private static String left(String word, @Nullable Duration elapsed) {
        String time = bare(word);
        String rest = word.substring(time.length());
        if (elapsed == null) {
            return rest;
        }
        long seconds = GoDuration.parse(time).minus(elapsed).plusMillis(999).toSeconds();
        return GoDuration.print(Duration.ofSeconds(Math.max(1, seconds))) + rest;
    }

    private static String bare(String word) {
        int end = word.length();
        while (end > 0 && PUNCTUATION.indexOf(word.charAt(end - 1)) >= 0) {
            end--;
        }
        return word.substring(0, end);
    }

    private static boolean isDuration(String word) {
        try {
            return !GoDuration.parse(word).isNegative();
        } catch (IllegalArgumentException e) {
            return false;
        }
    }
}
