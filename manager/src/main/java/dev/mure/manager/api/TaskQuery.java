package dev.mure.manager.api;

import dev.mure.manager.leader.Refusal;
import dev.mure.manager.store.ClusterState;
import dev.mure.v1.ListTasksRequest;
import dev.mure.v1.Node;
import dev.mure.v1.Service;
import dev.mure.v1.Task;
import dev.mure.v1.TaskView;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Which tasks a client wants to see: by service, then slot, the newest first. */
record TaskQuery(ListTasksRequest request) {

    private static final Comparator<Task> ORDER = Comparator.comparingInt(Task::getSlot)
            .thenComparing(task -> task.getMeta().getCreatedVersion(), Comparator.reverseOrder())
            .thenComparing(Task::getId);

    List<TaskView> run(ClusterState state) throws Refusal {
        ServiceViews views = new ServiceViews(state);
        List<String> serviceIds = serviceIds(state);
        return AnswerLimit.collect(serviceIds.stream()
                .flatMap(id -> state.tasksOfService(id).stream().sorted(ORDER))
                .filter(task -> matches(state, task))
                .map(views::task));
    }

    /** By name; services that are being removed still have tasks, and so has nobody: tasks that no manager knew. */
    private List<String> serviceIds(ClusterState state) throws Refusal {
        if (request.getServicesCount() == 0) {
            return Stream.concat(state.services().stream()
                    .sorted(Comparator.comparing(Service::getName).thenComparing(Service::getId))
                    .map(Service::getId), Stream.of("")).toList();
        }
        List<Service> wanted = new ArrayList<>();
        for (String reference : request.getServicesList()) {
            wanted.add(ServiceLookup.find(state, reference));
        }
        return wanted.stream()
                .distinct()
                .sorted(Comparator.comparing(Service::getName).thenComparing(Service::getId))
                .map(Service::getId)
                .toList();
    }

    private boolean matches(ClusterState state, Task task) {
        return ServiceQuery.anyPrefix(request.getIdsList(), task.getId())
                && (request.getDesiredStatesCount() == 0
                        || request.getDesiredStatesList().contains(task.getDesired().getState()))
                && (request.getNodesCount() == 0 || request.getNodesList().contains(task.getNodeId())
                        || state.node(task.getNodeId()).map(Node::getName).filter(request.getNodesList()::contains)
                                .isPresent())
                && (request.getNamesCount() == 0
                        || ServiceQuery.anyPrefix(request.getNamesList(), fullName(state, task)));
    }

    /** The name that Docker gives the task's container: one of a global service is named by its node. */
    private static String fullName(ClusterState state, Task task) {
        Optional<Service> service = state.service(task.getServiceId());
        String place = service.filter(Service::hasGlobal).isPresent()
                ? task.getOnlyNodeId()
                : Integer.toString(task.getSlot());
        return service.map(Service::getName).orElse("") + '.' + place + '.' + task.getId();
    }
}
