package dev.mure.manager.store;

import dev.mure.v1.Task;
import java.util.Comparator;

/**
 * Where a task stands among its service's tasks: by slot, then by age, the oldest first. It carries the task itself, for those who
 * read all tasks of a service.
 *
 * @param task as it is now; has no part in the order
 */
record SlotKey(int slot, long createdVersion, String taskId, Task task) implements Comparable<SlotKey> {

    private static final Comparator<SlotKey> ORDER = Comparator.comparingInt(SlotKey::slot)
            .thenComparingLong(SlotKey::createdVersion)
            .thenComparing(SlotKey::taskId);

    static SlotKey of(Task task) {
        return new SlotKey(task.getSlot(), task.getMeta().getCreatedVersion(), task.getId(), task);
    }

    /** Lies before every task of the slot. */
    static SlotKey before(int slot) {
        return new SlotKey(slot, Long.MIN_VALUE, "", Task.getDefaultInstance());
    }

    /** Lies behind every task of the slot. */
    static SlotKey after(int slot) {
        return new SlotKey(slot, Long.MAX_VALUE, "", Task.getDefaultInstance());
    }

    @Override
    public int compareTo(SlotKey other) {
        return ORDER.compare(this, other);
    }
}
