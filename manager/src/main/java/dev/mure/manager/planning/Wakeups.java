package dev.mure.manager.planning;

import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * When which object must be looked at again although nothing changes. Looking too early is harmless, so the earliest time of each
 * object is enough, and one that is no longer needed may stay.
 *
 * @param at state time in milliseconds, by object
 */
public record Wakeups(SortedMap<Subject, Long> at) {

    /** Nothing waits for time to pass. */
    public static final Wakeups NONE = new Wakeups(Collections.emptySortedMap());

    public Wakeups {
        at = Collections.unmodifiableSortedMap(new TreeMap<>(at));
    }
}
