package dev.mure.manager.planning;

import dev.mure.manager.store.ClusterState;
import dev.mure.v1.Service;
import dev.mure.v1.Task;
import dev.mure.v1.TaskSpec;
import java.util.Optional;

/** What nodes have left for tasks: eligibility, constraints, reservations, ports of the host. */
public final class Room {

    private Room() {}

    /**
     * Why a task with that spec can't run beside an old one that goes on running, anywhere in the cluster; empty if it can.
     *
     * @param old the task that keeps its place, ports and reservations meanwhile
     */
    public static Optional<String> missingBeside(ClusterState state, Service service, TaskSpec spec, Task old) {
        return Optional.empty();
    }
}
