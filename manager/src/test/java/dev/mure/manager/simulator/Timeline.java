package dev.mure.manager.simulator;

import java.util.Comparator;
import java.util.PriorityQueue;

/** Virtual time: events in order of time, and of their making where times are equal. */
final class Timeline {

    private record Event(long at, long sequence, Runnable action) {}

    private final PriorityQueue<Event> events =
            new PriorityQueue<>(Comparator.comparingLong(Event::at).thenComparingLong(Event::sequence));
    private long now;
    private long sequence;

    long now() {
        return now;
    }

    void after(long delayMillis, Runnable action) {
        events.add(new Event(now + Math.max(0, delayMillis), sequence++, action));
    }

    /** Runs the next event if it lies before the end; returns false if there is none. */
    boolean step(long end) {
        Event next = events.peek();
        if (next == null || next.at() > end) {
            now = Math.max(now, end);
            return false;
        }
        events.remove();
        now = next.at();
        next.action().run();
        return true;
    }
}
