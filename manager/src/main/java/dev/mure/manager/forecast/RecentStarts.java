package dev.mure.manager.forecast;

import com.google.protobuf.Timestamp;
import com.google.protobuf.util.Timestamps;
import dev.mure.manager.store.ClusterState;
import dev.mure.manager.store.TaskStates;
import dev.mure.v1.Task;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** How long tasks of a service took to start lately: the measure of how long the next ones will take. For display only. */
public final class RecentStarts {

    private static final int MEASURED = 10;

    private RecentStarts() {}

    /**
     * The median over the youngest running tasks, in milliseconds; empty if none can be measured. A start counts from the moment the
     * task was made, or from the end of the task that it waited for. Restarts are left out, for they wait by intention.
     */
    public static OptionalLong medianMillis(ClusterState state, String serviceId) {
        List<Long> starts = state.tasksOfService(serviceId)
                .stream()
                .filter(task -> TaskStates.running(task) && !task.hasRestart())
                .sorted(Comparator.comparingLong((Task task) -> task.getMeta().getCreatedVersion()).reversed())
                .limit(MEASURED)
                .map(task -> millis(state, task))
                .sorted()
                .toList();
        return starts.isEmpty() ? OptionalLong.empty() : OptionalLong.of(starts.get(starts.size() / 2));
    }

    private static long millis(ClusterState state, Task task) {
        Timestamp made = task.getMeta().getCreatedAt();
        Timestamp begun = Optional.of(task.getPredecessorId())
                .flatMap(state::task)
                .filter(TaskStates::ended)
                .map(predecessor -> predecessor.getStatus().getAt())
                .filter(ended -> Timestamps.compare(ended, made) > 0)
                .orElse(made);
        return Math.max(0, Timestamps.toMillis(task.getStatus().getAt()) - Timestamps.toMillis(begun));
    }
}
