package dev.mure.manager.planning;

import dev.mure.manager.store.ClusterState;
import dev.mure.manager.store.StateDelta;
import dev.mure.manager.store.TaskStates;
import dev.mure.v1.Node;
import dev.mure.v1.Service;
import dev.mure.v1.Task;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Where planners have to look: objects that changed, or whose time has come. Naming too much is harmless, naming too little is not.
 *
 * @param nodes ids of nodes; the tasks on them count as changed too
 * @param services ids of services to be looked at as a whole
 * @param tasks ids of tasks; some may be gone
 */
public record Changes(SortedSet<String> nodes, SortedSet<String> services, SortedSet<String> tasks) {

    /** Nowhere. */
    public static final Changes NONE =
            new Changes(Collections.emptySortedSet(), Collections.emptySortedSet(), Collections.emptySortedSet());

    public Changes {
        nodes = Collections.unmodifiableSortedSet(nodes);
        services = Collections.unmodifiableSortedSet(services);
        tasks = Collections.unmodifiableSortedSet(tasks);
    }

    /** Everywhere: at the start of a term. */
    public static Changes everything(ClusterState state) {
        return new Changes(
                ids(state.nodes().stream().map(Node::getId)),
                ids(state.services().stream().map(Service::getId)),
                ids(state.tasks().stream().map(Task::getId)));
    }

    /**
     * What changed from one state to a later one. A service counts as changed only if it or its rollout did, if a task of it was
     * forgotten, or if it is being removed; of one where merely tasks changed only those are looked at. A task that was forgotten
     * while it took up room on a node counts as changed too: others may wait for that. The cluster's settings concern everything.
     */
    public static Changes between(ClusterState before, StateDelta delta, ClusterState after) {
        if (delta.restored() || delta.cluster()) {
            return everything(after);
        }
        NavigableSet<String> services = ids(delta.services().stream().filter(id -> changedItself(before, after, id)));
        delta.forgotten().keySet().forEach(task -> before.task(task).map(Task::getServiceId).ifPresent(services::add));
        NavigableSet<String> tasks = new TreeSet<>(delta.tasks());
        delta.forgotten().keySet().stream().filter(id -> before.task(id).filter(TaskStates::occupies).isPresent())
                .forEach(tasks::add);
        return new Changes(delta.nodes(), services, tasks);
    }

    private static boolean changedItself(ClusterState before, ClusterState after, String serviceId) {
        Optional<Service> service = after.service(serviceId);
        return service.filter(Service::getRemoved).isPresent()
                || !service.equals(before.service(serviceId))
                || !after.rollout(serviceId).equals(before.rollout(serviceId));
    }

    /** The objects whose time has come. */
    public static Changes due(Collection<Subject> subjects) {
        return new Changes(
                ids(subjects, Subject.Kind.NODE),
                ids(subjects, Subject.Kind.SERVICE),
                ids(subjects, Subject.Kind.TASK));
    }

    public boolean isEmpty() {
        return nodes.isEmpty() && services.isEmpty() && tasks.isEmpty();
    }

    public Changes plus(Changes more) {
        if (isEmpty()) {
            return more;
        }
        return more.isEmpty()
                ? this
                : new Changes(union(nodes, more.nodes), union(services, more.services), union(tasks, more.tasks));
    }

    /** The nodes to look at that still exist, by id. */
    public List<Node> nodesIn(ClusterState state) {
        return nodes.stream().map(state::node).flatMap(Optional::stream).toList();
    }

    /** The tasks to look at that still exist, those on changed nodes included, by id. */
    public List<Task> tasksIn(ClusterState state) {
        SortedSet<String> all = new TreeSet<>(tasks);
        nodes.forEach(node -> state.tasksOnNode(node).forEach(task -> all.add(task.getId())));
        return all.stream().map(state::task).flatMap(Optional::stream).toList();
    }

    /** The services to look at as a whole that still exist, by id. */
    public List<Service> servicesIn(ClusterState state) {
        return services.stream().map(state::service).flatMap(Optional::stream).toList();
    }

    /** The services to look at, and those of tasks to look at, by id. */
    public List<Service> concernedServicesIn(ClusterState state) {
        SortedSet<String> all = new TreeSet<>(services);
        tasksIn(state).forEach(task -> all.add(task.getServiceId()));
        return all.stream().map(state::service).flatMap(Optional::stream).toList();
    }

    /** The slots of the tasks to look at, in services that are not being removed; by service, then number. */
    public List<Slot> slotsIn(ClusterState state) {
        return tasksIn(state).stream()
                .map(task -> new SlotId(task.getServiceId(), task.getSlot()))
                .distinct()
                .sorted()
                .filter(id -> state.service(id.serviceId()).filter(service -> !service.getRemoved()).isPresent())
                .map(id -> Slot.of(state, id))
                .toList();
    }

    private static NavigableSet<String> ids(Collection<Subject> subjects, Subject.Kind kind) {
        return ids(subjects.stream().filter(subject -> subject.kind() == kind).map(Subject::id));
    }

    private static NavigableSet<String> ids(Stream<String> ids) {
        return ids.collect(Collectors.toCollection(TreeSet::new));
    }

    private static SortedSet<String> union(SortedSet<String> some, SortedSet<String> others) {
        SortedSet<String> all = new TreeSet<>(some);
        all.addAll(others);
        return all;
    }
}
