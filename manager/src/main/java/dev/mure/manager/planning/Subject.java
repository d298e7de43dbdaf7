package dev.mure.manager.planning;

import java.util.Comparator;

/** An object that can be looked at again at a set time: the key of the leader's timer table. */
public record Subject(Kind kind, String id) implements Comparable<Subject> {

    private static final Comparator<Subject> ORDER = Comparator.comparing(Subject::kind).thenComparing(Subject::id);

    /** What the id names. */
    public enum Kind {
        NODE, SERVICE, TASK
    }

    public static Subject node(String id) {
        return new Subject(Kind.NODE, id);
    }

    public static Subject service(String id) {
        return new Subject(Kind.SERVICE, id);
    }

    public static Subject task(String id) {
        return new Subject(Kind.TASK, id);
    }

    @Override
    public int compareTo(Subject other) {
        return ORDER.compare(this, other);
    }
}
