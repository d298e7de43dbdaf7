package dev.mure.manager.api;

import dev.mure.manager.rollout.Rollback;
import dev.mure.manager.store.ClusterState;
import dev.mure.manager.store.TaskStates;
import dev.mure.v1.Revision;
import dev.mure.v1.RevisionView;
import dev.mure.v1.Service;
import dev.mure.v1.Task;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** What a user is shown of the revisions of a service, the newest first. */
final class RevisionViews {

    private RevisionViews() {}

    static List<RevisionView> of(ClusterState state, Service service) {
        Optional<Long> target = Rollback.target(state, service).map(Revision::getNumber);
        Map<Long, Long> running = state.tasksOfService(service.getId())
                .stream()
                .filter(TaskStates::running)
                .collect(Collectors.groupingBy(Task::getRevision, Collectors.counting()));
        return AnswerLimit.collect(state.revisionsOf(service.getId())
                .stream()
                .sorted(Comparator.comparingLong(Revision::getNumber).reversed())
                .map(revision -> RevisionView.newBuilder()
                        .setRevision(revision)
                        .setCurrent(revision.getNumber() == service.getRevision())
                        .setRollbackTarget(target.filter(number -> number == revision.getNumber()).isPresent())
                        .setRunningTasks(Math.toIntExact(running.getOrDefault(revision.getNumber(), 0L)))
                        .build()));
    }
}
