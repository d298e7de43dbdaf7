package dev.mure.manager.leader;

import dev.mure.manager.planning.Changes;
import dev.mure.manager.planning.Subject;
import dev.mure.manager.planning.Wakeups;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.OptionalLong;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * What the planners still have to look at, and what they want to look at later. Used by the leader's thread only. Bounded by the
 * number of objects: each stands in it once.
 */
final class Agenda {

    private record Appointment(long atMillis, Subject subject) implements Comparable<Appointment> {
        @Override
        public int compareTo(Appointment other) {
            int byTime = Long.compare(atMillis, other.atMillis);
            return byTime != 0 ? byTime : subject.compareTo(other.subject);
        }
    }

    private final TreeSet<Appointment> appointments = new TreeSet<>();
    private final Map<Subject, Long> bySubject = new HashMap<>();
    private final TreeSet<String> nodes = new TreeSet<>();
    private final TreeSet<String> services = new TreeSet<>();
    private final TreeSet<String> tasks = new TreeSet<>();

    void add(Changes changes) {
        nodes.addAll(changes.nodes());
        services.addAll(changes.services());
        tasks.addAll(changes.tasks());
    }

    /** Replaces an object's appointment when the new one is earlier; what came too early asks again. */
    void add(Wakeups wakeups) {
        wakeups.at().forEach((subject, atMillis) -> {
            Long known = bySubject.get(subject);
            if (known != null && known <= atMillis) {
                return;
            }
            if (known != null) {
                appointments.remove(new Appointment(known, subject));
            }
            bySubject.put(subject, atMillis);
            appointments.add(new Appointment(atMillis, subject));
        });
    }

    /** When the next appointment is, in state time; empty if there is none. */
    OptionalLong nextAppointmentMillis() {
        return appointments.isEmpty() ? OptionalLong.empty() : OptionalLong.of(appointments.first().atMillis());
    }

    boolean hasUnseen() {
        return !nodes.isEmpty() || !services.isEmpty() || !tasks.isEmpty();
    }

    /**
     * Takes what is to be looked at now, at most so many objects of each kind, so that one round never takes long.
     *
     * @param nowMillis appointments up to this state time are due
     */
    Changes take(long nowMillis, int most) {
        List<Subject> due = new ArrayList<>();
        while (!appointments.isEmpty() && appointments.first().atMillis() <= nowMillis) {
            Subject subject = appointments.removeFirst().subject();
            bySubject.remove(subject);
            due.add(subject);
        }
        add(Changes.due(due));
        return new Changes(takeFirst(nodes, most), takeFirst(services, most), takeFirst(tasks, most));
    }

    private static SortedSet<String> takeFirst(NavigableSet<String> from, int most) {
        TreeSet<String> taken = new TreeSet<>();
        while (taken.size() < most && !from.isEmpty()) {
            taken.add(from.removeFirst());
        }
        return taken;
    }
}
