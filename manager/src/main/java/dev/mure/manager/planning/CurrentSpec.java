package dev.mure.manager.planning;

import dev.mure.manager.store.ClusterState;
import dev.mure.v1.Revision;
import dev.mure.v1.Service;
import dev.mure.v1.Task;
import dev.mure.v1.TaskSpec;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a service's tasks should run now. A task is clean when it runs the current revision or one with an equal TaskSpec
 * (update-semantics §3), else dirty. Specs are compared once per revision.
 */
public final class CurrentSpec {

    private final ClusterState state;
    private final Service service;
    private final Optional<TaskSpec> spec;
    private final SortedMap<Long, Boolean> cleanByRevision = new TreeMap<>();

    public CurrentSpec(ClusterState state, Service service) {
        this.state = state;
        this.service = service;
        this.spec = state.currentRevision(service).map(Revision::getTask);
    }

    public long revision() {
        return service.getRevision();
    }

    public boolean clean(Task task) {
        return task.getRevision() == service.getRevision()
                || cleanByRevision.computeIfAbsent(task.getRevision(), this::equalsCurrent);
    }

    private boolean equalsCurrent(long number) {
        return spec.isPresent() && state.revision(service.getId(), number).map(Revision::getTask).equals(spec);
    }
}
