package dev.mure.manager.store;

import java.util.Comparator;

/** A slot of which several tasks are on one node. */
public record SharedSlot(String serviceId, int slot) implements Comparable<SharedSlot> {

    private static final Comparator<SharedSlot> ORDER =
            Comparator.comparing(SharedSlot::serviceId).thenComparingInt(SharedSlot::slot);

    @Override
    public int compareTo(SharedSlot other) {
        return ORDER.compare(this, other);
    }
}
