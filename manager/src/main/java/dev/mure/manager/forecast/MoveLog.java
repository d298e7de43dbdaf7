package dev.mure.manager.forecast;

import dev.mure.manager.forecast.Forecast.Move;
import dev.mure.manager.forecast.Forecast.Pause;
import dev.mure.manager.forecast.Forecast.Wave;
import dev.mure.manager.planning.CurrentSpec;
import dev.mure.manager.planning.RolloutStates;
import dev.mure.manager.planning.Slot;
import dev.mure.manager.planning.TaskFate;
import dev.mure.manager.store.ClusterState;
import dev.mure.manager.store.TaskStates;
import dev.mure.v1.Rollout;
import dev.mure.v1.Service;
import dev.mure.v1.SlotProgress;
import dev.mure.v1.Task;
import dev.mure.v1.UpdateConfig;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Notes, state by state, which slots a rollout begins, together with which others, and what waits for a node in vain. */
final class MoveLog {

    /** A wave while it is written: a slot that is begun when none of them is settled belongs to it. */
    private static final class OpenWave {
        private final Map<Integer, UpdateConfig.Order> orders = new LinkedHashMap<>();
        private Pause pause = Pause.NONE;
    }

    private final Service wanted;
    private final String serviceId;
    private final Map<Integer, Task> oldTasks = new HashMap<>();
    private final List<OpenWave> waves = new ArrayList<>();
    private final TreeSet<Integer> begun = new TreeSet<>();
    private final TreeMap<Integer, String> waiting = new TreeMap<>();
    private int notBegun;
    private int peakExtraTasks;

    /**
     * A log that is empty yet.
     *
     * @param wanted the service with what its slots are to become
     */
    MoveLog(ClusterState before, Service wanted) {
        this.wanted = wanted;
        this.serviceId = wanted.getId();
        for (Slot slot : Slot.existingOf(before, serviceId)) {
            slot.wanted().stream().findFirst().or(slot::last).ifPresent(task -> oldTasks.put(slot.number(), task));
        }
    }

    void note(ClusterState state) {
        List<Slot> slots = Slot.existingOf(state, serviceId);
        noteMoves(state, new CurrentSpec(state, wanted), slots);
        noteWaiting(state);
        int running = (int) state.tasksOfService(serviceId).stream().filter(TaskStates::running).count();
        peakExtraTasks = Math.max(peakExtraTasks, running - slots.size());
    }

    private void noteMoves(ClusterState state, CurrentSpec target, List<Slot> slots) {
        Optional<Rollout> rollout = state.rollout(serviceId)
                .filter(found -> found.getToRevision() == wanted.getRevision())
                .filter(found -> RolloutStates.underWay(found) || RolloutStates.paused(found));
        Map<Integer, SlotProgress> progress = new HashMap<>();
        rollout.ifPresent(found -> found.getSlotsList().forEach(slot -> progress.put(slot.getSlot(), slot)));
        progress.values()
                .stream()
                .filter(slot -> slot.getStartedClockMillis() > 0 && replaces(target, slot.getSlot()))
                .filter(slot -> begun.add(slot.getSlot()))
                .sorted(Comparator.comparingLong(SlotProgress::getStartedClockMillis)
                        .thenComparingInt(SlotProgress::getSlot))
                .forEach(slot -> add(slot, progress));
        rollout.map(Forecast::pauseOf).filter(pause -> pause != Pause.NONE && !waves.isEmpty()).ifPresent(
                pause -> waves.getLast().pause = pause);
        notBegun = (int) slots.stream()
                .filter(slot -> !begun.contains(slot.number()) && replaces(target, slot.number()))
                .count();
    }

    /** A rollout also keeps slots that run what they should: those that it took over. */
    private boolean replaces(CurrentSpec target, int slot) {
        return oldTask(slot).filter(task -> !target.clean(task)).isPresent();
    }

    private Optional<Task> oldTask(int slot) {
        return Optional.ofNullable(oldTasks.get(slot));
    }

    private void add(SlotProgress slot, Map<Integer, SlotProgress> progress) {
        boolean together = !waves.isEmpty() && waves.getLast().pause == Pause.NONE
                && waves.getLast().orders.keySet().stream().noneMatch(other -> settled(progress.get(other)));
        if (!together) {
            waves.add(new OpenWave());
        }
        waves.getLast().orders.put(slot.getSlot(), slot.getOrder() == UpdateConfig.Order.START_FIRST
                ? UpdateConfig.Order.START_FIRST
                : UpdateConfig.Order.STOP_FIRST);
    }

    private static boolean settled(@Nullable SlotProgress slot) {
        return slot == null || slot.getSettledClockMillis() > 0;
    }

    private void noteWaiting(ClusterState state) {
        for (Task task : state.unassignedTasks()) {
            if (task.getServiceId().equals(serviceId) && !task.getStatus().getError().isEmpty()) {
                waiting.put(task.getSlot(), task.getStatus().getError());
            }
        }
    }

    int peakExtraTasks() {
        return peakExtraTasks;
    }

    /** Slots that are to be replaced and were not begun. */
    int notBegun() {
        return notBegun;
    }

    List<Wave> waves(ClusterState end) {
        return waves.stream()
                .map(wave -> new Wave(wave.orders.entrySet()
                        .stream()
                        .map(slot -> new Move(slot.getKey(), oldTask(slot.getKey()).map(Task::getNodeId).orElse(""),
                                newNodeId(end, slot.getKey()), slot.getValue()))
                        .toList(), wave.pause))
                .toList();
    }

    private String newNodeId(ClusterState end, int slot) {
        return newTask(end, slot).map(Task::getNodeId).orElse("");
    }

    private Optional<Task> newTask(ClusterState end, int slot) {
        CurrentSpec target = new CurrentSpec(end, wanted);
        return end.tasksOfSlot(serviceId, slot)
                .stream()
                .filter(task -> target.clean(task) && TaskFate.holds(end, task))
                .reduce((older, newer) -> newer);
    }

    /** The slots that waited for a node and did not come to run in the end, with what they waited for. */
    List<String> blockers(ClusterState end) {
        return waiting.entrySet()
                .stream()
                .filter(slot -> newTask(end, slot.getKey()).filter(TaskStates::running).isEmpty())
                .map(slot -> wanted.getName() + "." + slot.getKey() + ": " + slot.getValue())
                .toList();
    }
}
