package dev.mure.manager.api;

import dev.mure.manager.planning.CurrentSpec;
import dev.mure.manager.planning.Slot;
import dev.mure.manager.store.ClusterState;
import dev.mure.manager.store.TaskStates;
import dev.mure.v1.Node;
import dev.mure.v1.Revision;
import dev.mure.v1.Service;
import dev.mure.v1.ServiceProgress;
import dev.mure.v1.ServiceSpec;
import dev.mure.v1.ServiceView;
import dev.mure.v1.Task;
import dev.mure.v1.TaskSpec;
import dev.mure.v1.TaskState;
import dev.mure.v1.TaskView;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** What a user is shown of services and tasks, joined from the objects of one state. */
final class ServiceViews {

    /** The live task that is furthest in desire, else the newest; tasks come oldest first, so ties go to the younger. */
    private static final Comparator<Task> STANDS_FOR_SLOT = Comparator.<Task, Boolean>comparing(ServiceViews::live)
            .thenComparingInt(task -> live(task) ? task.getDesired().getState().getNumber() : 0)
            .thenComparingLong(task -> task.getMeta().getCreatedVersion());

    private final ClusterState state;

    ServiceViews(ClusterState state) {
        this.state = state;
    }

    /** The spec as a client would send it. */
    ServiceSpec spec(Service service) {
        return StoredSpec.of(service)
                .setTask(state.currentRevision(service).map(Revision::getTask).orElse(TaskSpec.getDefaultInstance()))
                .build();
    }

    ServiceView service(Service service) {
        ServiceView.Builder view = ServiceView.newBuilder()
                .setId(service.getId())
                .setMeta(service.getMeta())
                .setSpecVersion(service.getSpecVersion())
                .setSpec(spec(service))
                .setRevision(service.getRevision())
                .setDesiredTasks(desiredTasks(service))
                .setRunningTasks(
                        (int) state.tasksOfService(service.getId()).stream().filter(TaskStates::running).count());
        state.rollout(service.getId()).ifPresent(view::setRollout);
        return view.build();
    }

    /** The service with the task spec of one of its revisions in the place of the current one's. */
    ServiceView service(Service service, Revision revision) {
        ServiceView.Builder view = service(service).toBuilder();
        view.getSpecBuilder().setTask(revision.getTask());
        return view.build();
    }

    /** A global service has a slot for each of its nodes. */
    private int desiredTasks(Service service) {
        return service.hasGlobal()
                ? Slot.existingOf(state, service.getId()).size()
                : service.getReplicated().getReplicas();
    }

    TaskView task(Task task) {
        Optional<Service> service = state.service(task.getServiceId());
        return TaskView.newBuilder()
                .setTask(task)
                .setServiceName(service.map(Service::getName).orElse(""))
                .setImage(state.revision(task.getServiceId(), task.getRevision())
                        .map(revision -> revision.getTask().getContainer().getImage())
                        .orElse(""))
                .setNodeName(state.node(task.getNodeId()).map(Node::getName).orElse(""))
                .setGlobal(service.filter(Service::hasGlobal).isPresent())
                .setUpToDate(service.filter(wanted -> new CurrentSpec(state, wanted).clean(task)).isPresent())
                .build();
    }

    ServiceProgress progress(Service service, long nowMillis) {
        ServiceProgress.Builder progress = ServiceProgress.newBuilder()
                .setService(service(service))
                .addAllTasks(standing(service).stream().map(this::task).toList())
                .setIndex(state.index())
                .setClockMillis(nowMillis);
        state.rollout(service.getId())
                .map(rollout -> new RolloutViews(state, nowMillis).of(service, rollout))
                .ifPresent(progress::setRollout);
        return progress.build();
    }

    /** One task per slot, by slot; slots of which every task is to be removed have gone. */
    private List<Task> standing(Service service) {
        Map<Integer, Task> bySlot = new TreeMap<>();
        for (Task task : state.tasksOfService(service.getId())) {
            if (task.getDesired().getState() != TaskState.TASK_STATE_REMOVE) {
                bySlot.merge(task.getSlot(), task, (a, b) -> STANDS_FOR_SLOT.compare(a, b) > 0 ? a : b);
            }
        }
        return new ArrayList<>(bySlot.values());
    }

    private static boolean live(Task task) {
        return TaskStates.wanted(task) && !TaskStates.ended(task);
    }
}
