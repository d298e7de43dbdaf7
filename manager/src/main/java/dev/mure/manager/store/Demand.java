package dev.mure.manager.store;

import dev.mure.v1.PortConfig;
import dev.mure.v1.ResourceAmounts;
import dev.mure.v1.TaskSpec;
import java.util.Collections;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * What a task asks of its node for itself alone: its reservations and its ports.
 *
 * @param nanoCpus billionths of a CPU
 * @param ports those with a number of their own; one that the runtime chooses never collides
 */
public record Demand(long nanoCpus, long memoryBytes, SortedSet<HostPort> ports) {

    /** Nothing. */
    public static final Demand NONE = new Demand(0, 0, Collections.emptySortedSet());

    public Demand {
        ports = Collections.unmodifiableSortedSet(ports);
    }

    public static Demand of(TaskSpec spec) {
        ResourceAmounts reserved = spec.getResources().getReservations();
        SortedSet<HostPort> ports = Collections.emptySortedSet();
        if (spec.getPortsCount() > 0) {
            ports = new TreeSet<>();
            for (PortConfig port : spec.getPortsList()) {
                if (port.getPublishedPort() != 0) {
                    ports.add(HostPort.of(port));
                }
            }
        }
        return reserved.getNanoCpus() == 0 && reserved.getMemoryBytes() == 0 && ports.isEmpty()
                ? NONE
                : new Demand(reserved.getNanoCpus(), reserved.getMemoryBytes(), ports);
    }

    /** What is needed for both at once. */
    public Demand plus(Demand other) {
        return new Demand(nanoCpus + other.nanoCpus, memoryBytes + other.memoryBytes, either(other));
    }

    /** What is left of it without another that is part of it. */
    public Demand minus(Demand part) {
        SortedSet<HostPort> rest = new TreeSet<>(ports);
        rest.removeAll(part.ports);
        return new Demand(nanoCpus - part.nanoCpus, memoryBytes - part.memoryBytes, rest);
    }

    /** What is needed for the one and then the other, never both at once. */
    public Demand max(Demand other) {
        return new Demand(Math.max(nanoCpus, other.nanoCpus), Math.max(memoryBytes, other.memoryBytes), either(other));
    }

    private SortedSet<HostPort> either(Demand other) {
        SortedSet<HostPort> either = new TreeSet<>(ports);
        either.addAll(other.ports);
        return either;
    }
}
