package dev.mure.manager.rollout;

import dev.mure.manager.planning.RolloutStates;
import dev.mure.manager.planning.StateTime;
import dev.mure.manager.store.ClusterState;
import dev.mure.manager.store.TaskStates;
import dev.mure.v1.Rollout;
import dev.mure.v1.RolloutState;
import dev.mure.v1.Service;
import dev.mure.v1.SlotProgress;
import dev.mure.v1.Task;
import dev.mure.v1.UpdateConfig;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** How a rollout comes to be under way: for the first time, as a rollback, or again after a pause. */
final class RolloutStart {

    static final String IN_PROGRESS = "update in progress";

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
                .filter(slot -> slot.getStartedClockMillis() > 0 && slot.getSettledClockMillis() == 0)
                .map(SlotProgress::getSlot)
                .collect(Collectors.toSet());
        List<SlotMove> left = moves.stream().filter(move -> inWork.contains(move.number()) && !move.running()).toList();
        List<SlotMove> toMove = moves.stream().filter(move -> move.dirty() || left.contains(move)).toList();
        UpdatePolicy policy = new UpdatePolicy(service.getUpdate(), moves.size());
        return toMove.isEmpty()
                ? Optional.empty()
                : Optional.of(underWay(Rollout.newBuilder().setServiceId(service.getId()), policy, nowMillis)
                        .setState(RolloutState.ROLLOUT_STATE_UPDATING)
                        .setMessage(IN_PROGRESS)
                        .setStartedAt(StateTime.wallTime(state, nowMillis))
                        .setFromRevision(mostCommonRevision(toMove))
                        .setToRevision(service.getRevision())
                        .setSlotsTotal(toMove.size())
                        .addAllSlots(left.stream().map(move -> carriedOver(move, policy, nowMillis)).toList())
                        .build());
    }

    /**
     * The rollout back to an older revision. What began before the way back stays known as the beginning: it is the same story.
     *
     * @param back the service as it is when that revision is its current one
     * @param replaced the rollout that is turned back, or ended before
     */
    static Rollout backTo(ClusterState state, Service service, Service back, Optional<Rollout> replaced,
            String message, long nowMillis) {
        List<SlotMove> moves = SlotMove.allOf(state, back);
        UpdatePolicy policy = new UpdatePolicy(service.getRollback(), moves.size());
        Optional<Rollout> begun = begun(state, back.toBuilder().setUpdate(service.getRollback()).build(), moves,
                replaced, nowMillis);
        Rollout.Builder rollout = begun.map(Rollout::toBuilder)
                .orElseGet(() -> underWay(Rollout.newBuilder().setServiceId(service.getId()), policy, nowMillis)
                        .setStartedAt(StateTime.wallTime(state, nowMillis))
                        .setToRevision(back.getRevision())
                        .setSlotsTotal(1));
        return rollout.setState(RolloutState.ROLLOUT_STATE_ROLLBACK_STARTED)
                .setMessage(message)
                .setFromRevision(service.getRevision())
                .build();
    }

    /**
     * A paused rollout goes on with its counters anew: failures so far are forgiven, and the ratio is of all slots that can fail from
     * now on, those that are still to be moved and those that were begun. What failed is tried again at once.
     */
    static Rollout forgiven(ClusterState state, Service service, Rollout rollout, long nowMillis) {
        List<SlotMove> moves = SlotMove.allOf(state, service);
        UpdatePolicy policy = new UpdatePolicy(rollout.getPolicy(), moves.size());
        List<SlotProgress> carried = new ArrayList<>();
        int left = 0;
        for (SlotMove move : moves) {
            boolean begun = rollout.getSlotsList()
                    .stream()
                    .anyMatch(progress -> progress.getSlot() == move.number()
                            && progress.getStartedClockMillis() > 0);
            if (begun && (!move.dirty() || move.successor().isPresent())) {
                carried.add(carriedOver(move, policy, nowMillis));
            } else if (move.dirty()) {
                left++;
            }
        }
        return goingOn(rollout, policy, nowMillis).toBuilder()
                .setStartedAt(StateTime.wallTime(state, nowMillis))
                .setStartedClockMillis(nowMillis)
                .clearFailure()
                .setSlotsTotal(Math.max(1, carried.size() + left))
                .clearSlots()
                .addAllSlots(carried)
                .setWatchUntilClockMillis(nowMillis + policy.watchMillis())
                .build();
    }

    /** A paused rollout goes on with everything that it knows. */
    static Rollout goingOn(Rollout rollout, UpdatePolicy policy, long nowMillis) {
        boolean rollback = RolloutStates.rollback(rollout);
        return underWay(rollout.toBuilder(), policy, nowMillis)
                .setStartedClockMillis(rollout.getStartedClockMillis())
                .setState(rollback
                        ? RolloutState.ROLLOUT_STATE_ROLLBACK_STARTED
                        : RolloutState.ROLLOUT_STATE_UPDATING)
                .setMessage(rollback ? "rollback in progress" : IN_PROGRESS)
                .clearCompletedAt()
                .clearPauseCause()
                .build();
    }

    private static SlotProgress carriedOver(SlotMove move, UpdatePolicy policy, long nowMillis) {
        boolean settled = !move.dirty() && move.successor().filter(TaskStates::running).isPresent();
        return SlotProgress.newBuilder()
                .setSlot(move.number())
                .setStartedClockMillis(Math.max(1, nowMillis))
                .setSettledClockMillis(settled ? Math.max(1, nowMillis) : 0)
                .setGood(settled)
                .setDeadlineClockMillis(nowMillis + move.graceMillis() + policy.startDeadlineMillis()
                        + policy.minHealthyMillis())
                .setOrder(move.runsBeside() ? UpdateConfig.Order.START_FIRST : UpdateConfig.Order.STOP_FIRST)
                .setRetryClockMillis(!settled && move.waitsForRestart() ? Math.max(1, nowMillis) : 0)
                .build();
    }

    private static Rollout.Builder underWay(Rollout.Builder rollout, UpdatePolicy policy, long nowMillis) {
        return rollout.setStartedClockMillis(nowMillis)
                .setPolicy(policy.config())
                .setProgressDeadlineClockMillis(nowMillis + policy.progressDeadlineMillis());
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
