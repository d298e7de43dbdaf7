package dev.mure.manager.rollout;

import dev.mure.v1.Rollout;
import dev.mure.v1.SlotProgress;
import java.util.Collection;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** The Rollout object while a planner works on it. */
final class Progress {

    private final Rollout.Builder rollout;
    private final TreeMap<Integer, SlotProgress.Builder> slots = new TreeMap<>();

    Progress(Rollout known) {
        rollout = known.toBuilder();
        known.getSlotsList().forEach(slot -> slots.put(slot.getSlot(), slot.toBuilder()));
    }

    Rollout.Builder rollout() {
        return rollout;
    }

    /** What is known of a slot that was begun. */
    Optional<SlotProgress.Builder> of(int slot) {
        return Optional.ofNullable(slots.get(slot));
    }

    /**
     * Forgets slots that were removed: their numbers may be used again, for slots that were never begun. A failure that was counted
     * stays counted.
     */
    void retain(Set<Integer> existing, long nowMillis) {
        slots.values().removeIf(slot -> !existing.contains(slot.getSlot()) && slot.getFailedTaskId().isEmpty());
        slots.values()
                .stream()
                .filter(slot -> !existing.contains(slot.getSlot()) && slot.getSettledClockMillis() == 0)
                .forEach(slot -> slot.setSettledClockMillis(Math.max(1, nowMillis)).clearRetryClockMillis());
    }

    /** The slot takes a lane, for the first time or once more; that it failed before stays known. */
    void begin(int slot, long nowMillis) {
        slots.computeIfAbsent(slot, number -> SlotProgress.newBuilder().setSlot(number))
                .setStartedClockMillis(nowMillis)
                .clearSettledClockMillis()
                .clearRetryClockMillis();
    }

    /** The slot's new task was first seen running, or ended. The watch goes on from here. */
    void settle(SlotProgress.Builder slot, long atMillis, UpdatePolicy policy) {
        slot.setSettledClockMillis(Math.max(1, atMillis));
        rollout.setWatchUntilClockMillis(Math.max(rollout.getWatchUntilClockMillis(), atMillis + policy.watchMillis()));
    }

    int failures() {
        return (int) slots.values().stream().filter(slot -> !slot.getFailedTaskId().isEmpty()).count();
    }

    /** When the slot's lane is free again: the delay after it settled. */
    static long laneFreeAt(SlotProgress.Builder slot, UpdatePolicy policy) {
        return slot.getSettledClockMillis() == 0 ? Long.MAX_VALUE : slot.getSettledClockMillis() + policy.delayMillis();
    }

    Rollout build() {
        Collection<SlotProgress.Builder> ordered = slots.values();
        rollout.clearSlots();
        ordered.forEach(rollout::addSlots);
        return rollout.build();
    }
}
