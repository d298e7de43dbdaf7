package dev.mure.manager.planning;

import dev.mure.manager.store.ClusterState;
import dev.mure.manager.store.StateDelta;
import dev.mure.v1.Node;
import dev.mure.v1.Service;
import dev.mure.v1.Task;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Where planners have to look: objects that changed, or whose time has come. Naming too much is harmless, naming too little is not.
 *
 * @param nodes ids of nodes; the tasks on them count as changed too
 * @param services ids of services of which the object itself, a revision, the rollout or any task changed
 * @param tasks ids of tasks
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

    /** What a transaction changed. The cluster's settings concern everything. */
    public static Changes of(StateDelta delta, ClusterState state) {
        return delta.restored() || delta.cluster()
                ? everything(state)
                : new Changes(delta.nodes(), delta.services(), delta.tasks());
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

    /** The services to look at that still exist, those with tasks to look at included, by id. */
    public List<Service> servicesIn(ClusterState state) {
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

    private static SortedSet<String> ids(Collection<Subject> subjects, Subject.Kind kind) {
        return ids(subjects.stream().filter(subject -> subject.kind() == kind).map(Subject::id));
    }

    private static SortedSet<String> ids(Stream<String> ids) {
        return ids.collect(Collectors.toCollection(TreeSet::new));
    }

    private static SortedSet<String> union(SortedSet<String> some, SortedSet<String> others) {
        SortedSet<String> all = new TreeSet<>(some);
        all.addAll(others);
        return all;
    }
}
