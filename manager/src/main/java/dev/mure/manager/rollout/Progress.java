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

    /** What is known of a slot that was begun, or tried ahead of its turn. */
    Optional<SlotProgress.Builder> of(int slot) {
        return Optional.ofNullable(slots.get(slot));
    }

    /** Whether the slot took a lane. */
    boolean begun(int slot) {
        SlotProgress.Builder known = slots.get(slot);
        return known != null && known.getStartedClockMillis() > 0;
    }

    /** Whether the slot has a lane and is not done with it. */
    boolean inWork(int slot) {
        return begun(slot) && of(slot).filter(known -> known.getSettledClockMillis() == 0).isPresent();
    }

    /** Slots that took a lane so far. */
    int begun() {
        return (int) slots.keySet().stream().filter(this::begun).count();
    }

    /**
     * Stops the clock of slots that can't be moved at the moment, because the node that they are bound to takes no tasks; starts it
     * anew for those that can be again.
     */
    void suspend(Set<Integer> movable, long deadlineMillis) {
        for (SlotProgress.Builder slot : slots.values()) {
            if (inWork(slot.getSlot()) && !movable.contains(slot.getSlot())) {
                slot.clearDeadlineClockMillis();
            } else if (inWork(slot.getSlot()) && slot.getDeadlineClockMillis() == 0) {
                slot.setDeadlineClockMillis(deadlineMillis);
            }
        }
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

    /** Notes something of a slot that has no lane yet. */
    SlotProgress.Builder ahead(int slot) {
        return slots.computeIfAbsent(slot, number -> SlotProgress.newBuilder().setSlot(number));
    }

    /** The slot takes a lane, for the first time or once more; what failed in it before stays known. */
    SlotProgress.Builder begin(int slot, long nowMillis, long deadlineMillis) {
        return ahead(slot).setStartedClockMillis(Math.max(1, nowMillis))
                .setDeadlineClockMillis(deadlineMillis)
                .clearSettledClockMillis()
                .clearGood()
                .clearRetryClockMillis();
    }

    /** The slot gives its lane back without having used it. */
    void giveBack(int slot) {
        slots.computeIfPresent(slot, (number, known) -> known.getFailedTaskId().isEmpty()
                ? null
                : known.clearStartedClockMillis().clearDeadlineClockMillis().clearOrder().clearOrderReason());
    }

    /** The slot's new task is good, or the slot is given up. The watch goes on from here. */
    void settle(SlotProgress.Builder slot, long atMillis, UpdatePolicy policy) {
        slot.setSettledClockMillis(Math.max(1, atMillis));
        rollout.setWatchUntilClockMillis(Math.max(rollout.getWatchUntilClockMillis(), atMillis + policy.watchMillis()));
    }

    /**
     * The rollout got on: the time without progress counts from here, the pause that its policy makes left out. While it is
     * paused no time counts.
     */
    void gotOn(long atMillis, UpdatePolicy policy) {
        if (rollout.getProgressDeadlineClockMillis() == 0) {
            return;
        }
        rollout.setProgressDeadlineClockMillis(Math.max(rollout.getProgressDeadlineClockMillis(),
                atMillis + policy.delayMillis() + policy.progressDeadlineMillis()));
    }

    /** State time at which the last slot settled; 0 if none did. */
    long lastSettledMillis() {
        return slots.values().stream().mapToLong(SlotProgress.Builder::getSettledClockMillis).max().orElse(0);
    }

    int failures() {
        return (int) slots.values().stream().filter(slot -> !slot.getFailedTaskId().isEmpty()).count();
    }

    /** When the slot's lane is free again: the delay after it settled. A slot without a lane holds none. */
    static long laneFreeAt(SlotProgress.Builder slot, UpdatePolicy policy) {
        if (slot.getStartedClockMillis() == 0) {
            return 0;
        }
        return slot.getSettledClockMillis() == 0 ? Long.MAX_VALUE : slot.getSettledClockMillis() + policy.delayMillis();
    }

    Rollout build() {
        Collection<SlotProgress.Builder> ordered = slots.values();
        rollout.clearSlots();
        ordered.forEach(rollout::addSlots);
        return rollout.build();
    }
}
