package dev.mure.cli;

import java.util.Collection;

import org.jspecify.annotations.Nullable;

/** Finds the name that somebody who mistyped may have meant. */
final class NearestName {
    private static final int MAX_DISTANCE = 2;

    private NearestName() {}

    static @Nullable String of(String typed, Collection<String> names) {
        String nearest = null;
        int least = MAX_DISTANCE + 1;
        for (String name : names) {
            int distance = distance(typed, name);
            if (distance < least && distance < name.length()) {
                least = distance;
                nearest = name;
            }
        }
        return nearest;
    }

    /** Characters to insert, remove or replace (Levenshtein). */
    private static int distance(String left, String right) {
        int[] previous = new int[right.length() + 1];
        for (int j = 0; j <= right.length(); j++) {
            previous[j] = j;
        }
        for (int i = 1; i <= left.length(); i++) {
            int[] current = new int[right.length() + 1];
            current[0] = i;
            for (int j = 1; j <= right.length(); j++) {
                int replaced = previous[j - 1] + (left.charAt(i - 1) == right.charAt(j - 1) ? 0 : 1);
                current[j] = Math.min(replaced, Math.min(previous[j], current[j - 1]) + 1);
            }
            previous = current;
        }
        return previous[right.length()];
    }
}
