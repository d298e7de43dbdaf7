package dev.mure.cli.format;

import java.time.Duration;

/** Durations in words, with Docker's steps: {@code 11 seconds}, {@code About a minute}, {@code 2 weeks}. */
public final class HumanDuration {
    private HumanDuration() {}

    /** Starts with a capital letter where it starts with a word. A negative duration, of clocks that differ, counts as none. */
    public static String print(Duration duration) {
        long seconds = duration.toSeconds();
        if (seconds < 1) {
            return "Less than a second";
        }
        if (seconds == 1) {
            return "1 second";
        }
        if (seconds < 60) {
            return seconds + " seconds";
        }
        long minutes = seconds / 60;
        if (minutes == 1) {
            return "About a minute";
        }
        if (minutes < 60) {
            return minutes + " minutes";
        }
        long hours = (seconds + 1800) / 3600;
        if (hours == 1) {
            return "About an hour";
        }
        if (hours < 48) {
            return hours + " hours";
        }
        long days = hours / 24;
        if (days < 14) {
            return days + " days";
        }
        if (days < 60) {
            return days / 7 + " weeks";
        }
        if (days < 2 * 365) {
            return days / 30 + " months";
        }
        return seconds / 3600 / 24 / 365 + " years";
    }

    /** How long ago, inside a sentence: {@code about a minute ago}. */
    public static String ago(Duration duration) {
        String text = print(duration);
        return Character.toLowerCase(text.charAt(0)) + text.substring(1) + " ago";
    }
}
