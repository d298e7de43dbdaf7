package dev.mure.manager.planning;

import java.util.Comparator;

/** Names a slot of a service. */
public record SlotId(String serviceId, int number) implements Comparable<SlotId> {

    private static final Comparator<SlotId> ORDER =
            Comparator.comparing(SlotId::serviceId).thenComparingInt(SlotId::number);

    @Override
    public int compareTo(SlotId other) {
        return ORDER.compare(this, other);
    }
}
