package dev.mure.manager.orchestrator;

import dev.mure.manager.planning.Slot;
import dev.mure.manager.planning.TaskFate;
import dev.mure.manager.store.ClusterState;
import dev.mure.manager.store.TaskStates;
import dev.mure.v1.Task;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Chooses the slots that go when a service is scaled down (update-semantics §4.3): of each node the first copy is kept before any
 * second one, so that the rest stays spread. Running copies are counted before others, then the lower number first; slots that have
 * no node, or two tasks because they are being replaced, go first. Unlike SwarmKit's choice it is the same every time.
 */
final class ScaleDown {

    private final ClusterState state;

    ScaleDown(ClusterState state) {
        this.state = state;
    }

    /** The slots over the number to keep. */
    List<Slot> surplus(List<Slot> slots, int keep) {
        Map<String, Integer> copies = new HashMap<>();
        List<Ranked> ranked = new ArrayList<>();
        slots.stream()
                .sorted(Comparator.comparing((Slot slot) -> !running(slot)).thenComparingInt(Slot::number))
                .forEach(slot -> ranked.add(new Ranked(slot, copyIndex(slot, copies))));
        return ranked.stream()
                .sorted(Comparator.comparingInt(Ranked::copyIndex)
                        .thenComparing(entry -> !running(entry.slot()))
                        .thenComparingInt(entry -> entry.slot().number()))
                .skip(keep)
                .map(Ranked::slot)
                .toList();
    }

    private int copyIndex(Slot slot, Map<String, Integer> copies) {
        List<Task> holding = slot.tasks().stream().filter(task -> TaskFate.holds(state, task)).toList();
        return holding.size() == 1 && !TaskFate.unassigned(holding.getFirst())
                ? copies.merge(holding.getFirst().getNodeId(), 1, Integer::sum)
                : Integer.MAX_VALUE;
    }

    private boolean running(Slot slot) {
        return slot.tasks().stream().anyMatch(task -> TaskFate.holds(state, task) && TaskStates.running(task));
    }

    private record Ranked(Slot slot, int copyIndex) {}
}
