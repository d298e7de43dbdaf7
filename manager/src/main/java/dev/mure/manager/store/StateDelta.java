package dev.mure.manager.store;

import java.util.Collections;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Which objects differ between two states: an invitation to look again, not a record of what happened.
 *
 * @param restored the state was replaced as a whole; everything may differ and the sets say nothing
 * @param cluster the cluster object changed
 * @param nodes ids of the nodes that were put, changed or removed
 * @param services ids of the services of which the object itself, a revision, the rollout or any task changed
 * @param tasks ids of the tasks that were made or changed and still exist
 * @param forgotten tasks that were removed, with the node they were on (empty if they had none)
 */
public record StateDelta(boolean restored, boolean cluster, SortedSet<String> nodes, SortedSet<String> services,
        SortedSet<String> tasks, SortedMap<String, String> forgotten) {

    /** Nothing changed. */
    public static final StateDelta NONE = new Builder().build();

    /** Everything may have changed. */
    public static final StateDelta RESTORED =
            new StateDelta(true, true, NONE.nodes, NONE.services, NONE.tasks, NONE.forgotten);

    public StateDelta {
        nodes = Collections.unmodifiableSortedSet(nodes);
        services = Collections.unmodifiableSortedSet(services);
        tasks = Collections.unmodifiableSortedSet(tasks);
        forgotten = Collections.unmodifiableSortedMap(forgotten);
    }

    public boolean isEmpty() {
        return !restored && !cluster && nodes.isEmpty() && services.isEmpty() && tasks.isEmpty() && forgotten.isEmpty();
    }

    /** What changed over this delta and the one that follows it. */
    public StateDelta merge(StateDelta next) {
        if (restored || next.restored) {
            return RESTORED;
        }
        if (isEmpty()) {
            return next;
        }
        if (next.isEmpty()) {
            return this;
        }
        Builder both = new Builder();
        both.add(this);
        both.add(next);
        return both.build();
    }

    /** Collects changes while a batch is applied. */
    static final class Builder {
        private boolean cluster;
        private final TreeSet<String> nodes = new TreeSet<>();
        private final TreeSet<String> services = new TreeSet<>();
        private final TreeSet<String> tasks = new TreeSet<>();
        private final TreeMap<String, String> forgotten = new TreeMap<>();

        void cluster() {
            cluster = true;
        }

        void node(String id) {
            nodes.add(id);
        }

        void service(String id) {
            if (!id.isEmpty()) {
                services.add(id);
            }
        }

        void task(String id, String serviceId) {
            tasks.add(id);
            forgotten.remove(id);
            service(serviceId);
        }

        void forgotten(String id, String nodeId, String serviceId) {
            tasks.remove(id);
            forgotten.put(id, nodeId);
            service(serviceId);
        }

        private void add(StateDelta delta) {
            cluster |= delta.cluster;
            nodes.addAll(delta.nodes);
            services.addAll(delta.services);
            tasks.addAll(delta.tasks);
            forgotten.keySet().removeAll(delta.tasks);
            tasks.removeAll(delta.forgotten.keySet());
            forgotten.putAll(delta.forgotten);
        }

        StateDelta build() {
            return new StateDelta(false, cluster, new TreeSet<>(nodes), new TreeSet<>(services), new TreeSet<>(tasks),
                    new TreeMap<>(forgotten));
        }
    }
}
