package dev.mure.manager.rollout;

import dev.mure.manager.planning.CurrentSpec;
import dev.mure.manager.planning.Slot;
import dev.mure.manager.planning.StateTime;
import dev.mure.manager.store.ClusterState;
import dev.mure.manager.store.TaskStates;
import dev.mure.v1.Rollout;
import dev.mure.v1.RolloutState;
import dev.mure.v1.Service;
import dev.mure.v1.SlotProgress;
import dev.mure.v1.Task;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** How a rollout comes to be under way: for the first time, or again after a pause. */
public final class RolloutStart {

    private static final String IN_PROGRESS = "update in progress";

    private RolloutStart() {}

    /**
     * The rollout of what is dirty to the service's current revision; empty if there is nothing to do. A slot that the rollout which
     * this one replaces left between its old and its new task, so that nothing runs in it, is in work from the start: with the lane
     * that it occupies the limit of the update holds across updates.
     */
    static Optional<Rollout> begun(ClusterState state, Service service, List<SlotMove> moves,
            Optional<Rollout> replaced, long nowMillis) {
        Set<Integer> inWork = replaced.stream()
                .flatMap(rollout -> rollout.getSlotsList().stream())
                .filter(slot -> slot.getSettledClockMillis() == 0)
                .map(SlotProgress::getSlot)
                .collect(Collectors.toSet());
        List<SlotMove> left = moves.stream().filter(move -> inWork.contains(move.number()) && !move.running()).toList();
        List<SlotMove> toMove = moves.stream().filter(move -> move.dirty() || left.contains(move)).toList();
        return toMove.isEmpty()
                ? Optional.empty()
                : Optional.of(underWay(Rollout.newBuilder().setServiceId(service.getId()), state, nowMillis)
                        .setFromRevision(mostCommonRevision(toMove))
                        .setToRevision(service.getRevision())
                        .setSlotsTotal(toMove.size())
                        .addAllSlots(left.stream().map(move -> carriedOver(move, nowMillis)).toList())
                        .build());
    }

    /**
     * What the API stores when a client resumes a paused rollout; no new revision. The counters start anew: failures so far are
     * forgiven, and the ratio is of all slots that can fail from now on, those that are still to be moved and those that were begun.
     * A slot whose attempt failed before its old task was stopped is tried again at once.
     *
     * @param rollout the service's rollout, paused
     * @param nowMillis the state clock
     */
    public static Rollout resumed(ClusterState state, Service service, Rollout rollout, long nowMillis) {
        CurrentSpec target = new CurrentSpec(state, service);
        UpdatePolicy policy = UpdatePolicy.of(service.getUpdate());
        List<SlotProgress> carried = new ArrayList<>();
        int left = 0;
        for (Slot slot : Slot.existingOf(state, service.getId())) {
            SlotMove move = SlotMove.of(state, target, slot);
            boolean begun = rollout.getSlotsList().stream().anyMatch(progress -> progress.getSlot() == slot.number());
            if (begun && (!move.dirty() || move.successor().isPresent())) {
                carried.add(carriedOver(move, nowMillis));
            } else if (move.dirty()) {
                left++;
            }
        }
        return underWay(rollout.toBuilder(), state, nowMillis)
                .clearCompletedAt()
                .setSlotsTotal(Math.max(1, carried.size() + left))
                .clearSlots()
                .addAllSlots(carried)
                .setWatchUntilClockMillis(nowMillis + policy.watchMillis())
                .build();
    }

    private static SlotProgress carriedOver(SlotMove move, long nowMillis) {
        boolean settled = !move.dirty() && move.successor().filter(TaskStates::running).isPresent();
        return SlotProgress.newBuilder()
                .setSlot(move.number())
                .setStartedClockMillis(nowMillis)
                .setSettledClockMillis(settled ? Math.max(1, nowMillis) : 0)
                .build();
    }

    private static Rollout.Builder underWay(Rollout.Builder rollout, ClusterState state, long nowMillis) {
        return rollout.setState(RolloutState.ROLLOUT_STATE_UPDATING)
                .setMessage(IN_PROGRESS)
                .setStartedAt(StateTime.wallTime(state, nowMillis))
                .setStartedClockMillis(nowMillis);
    }

    private static long mostCommonRevision(List<SlotMove> moves) {
        Map<Long, Long> count = moves.stream()
                .flatMap(move -> move.old().isEmpty() ? move.slot().last().stream() : Stream.of(move.old().getFirst()))
                .collect(Collectors.groupingBy(Task::getRevision, Collectors.counting()));
        Optional<Map.Entry<Long, Long>> most = count.entrySet()
                .stream()
                .max(Map.Entry.<Long, Long>comparingByValue()
                        .thenComparing(Map.Entry.comparingByKey(Comparator.naturalOrder())));
        return most.map(Map.Entry::getKey).orElse(0L);
    }
}
