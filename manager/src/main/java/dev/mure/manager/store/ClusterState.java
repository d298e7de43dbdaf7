package dev.mure.manager.store;

import com.google.protobuf.Timestamp;
import dev.mure.v1.Cluster;
import dev.mure.v1.Node;
import dev.mure.v1.RequestRecord;
import dev.mure.v1.Revision;
import dev.mure.v1.Rollout;
import dev.mure.v1.Service;
import dev.mure.v1.SnapshotHeader;
import dev.mure.v1.SnapshotRecord;
import dev.mure.v1.Task;
import java.util.Collection;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.stream.Stream;
import org.pcollections.TreePMap;
import org.pcollections.TreePSet;

/**
 * Everything the managers know, as one immutable value. A reader holds a reference and needs no lock; {@link Applier} makes the
 * next one. All iterations are in key order, so that every member sees the same order.
 */
public final class ClusterState {

    private static final ClusterState EMPTY = new Draft().build();

    private final long index;
    private final long clockMillis;
    private final Timestamp wallTime;
    private final long requestHorizon;
    private final Optional<Cluster> cluster;
    private final TreePMap<String, Node> nodes;
    private final TreePMap<String, Service> services;
    private final TreePMap<String, String> serviceIdsByName;
    private final TreePMap<String, TreePMap<Long, Revision>> revisions;
    private final TreePMap<String, Rollout> rollouts;
    private final TreePMap<String, Task> tasks;
    private final Index<SlotKey> tasksByService;
    private final Index<String> tasksByNode;
    private final TreePSet<String> unassigned;
    private final Loads loads;
    private final TreePMap<String, RequestRecord> requests;
    private final TreePMap<Long, String> requestsByIndex;

    ClusterState(Draft draft) {
        index = draft.index;
        clockMillis = draft.clockMillis;
        wallTime = draft.wallTime;
        requestHorizon = draft.requestHorizon;
        cluster = draft.cluster;
        nodes = draft.nodes;
        services = draft.services;
        serviceIdsByName = draft.serviceIdsByName;
        revisions = draft.revisions;
        rollouts = draft.rollouts;
        tasks = draft.tasks;
        tasksByService = draft.tasksByService;
        tasksByNode = draft.tasksByNode;
        unassigned = draft.unassigned;
        loads = draft.loads;
        requests = draft.requests;
        requestsByIndex = draft.requestsByIndex;
    }

    /** The state before anything was applied: no cluster yet. */
    public static ClusterState empty() {
        return EMPTY;
    }

    /** The number of transactions applied: the state index that clients and agents see. */
    public long index() {
        return index;
    }

    /** The state clock of the last applied transaction, elapsed milliseconds since the cluster was made. */
    public long clockMillis() {
        return clockMillis;
    }

    /** Wall time of the last applied transaction, for display only. */
    public Timestamp wallTime() {
        return wallTime;
    }

    /** State index of the newest request id that was forgotten; 0 while none was. */
    public long requestHorizon() {
        return requestHorizon;
    }

    /** Absent only before the cluster was initialised. */
    public Optional<Cluster> cluster() {
        return cluster;
    }

    public Optional<Node> node(String id) {
        return Optional.ofNullable(nodes.get(id));
    }

    /** All nodes, by id. */
    public Collection<Node> nodes() {
        return nodes.values();
    }

    public Optional<Service> service(String id) {
        return Optional.ofNullable(services.get(id));
    }

    /** All services by id, those that are being removed included. */
    public Collection<Service> services() {
        return services.values();
    }

    /** The service of that name, ignoring case; never one that was removed. */
    public Optional<Service> serviceByName(String name) {
        return Optional.ofNullable(serviceIdsByName.get(nameKey(name))).flatMap(this::service);
    }

    public Optional<Revision> revision(String serviceId, long number) {
        return Optional.ofNullable(revisionTable(serviceId).get(number));
    }

    /** The revision that the service's tasks should run. */
    public Optional<Revision> currentRevision(Service service) {
        return revision(service.getId(), service.getRevision());
    }

    /** The kept revisions of a service, by number. */
    public Collection<Revision> revisionsOf(String serviceId) {
        return revisionTable(serviceId).values();
    }

    public Optional<Rollout> rollout(String serviceId) {
        return Optional.ofNullable(rollouts.get(serviceId));
    }

    public Optional<Task> task(String id) {
        return Optional.ofNullable(tasks.get(id));
    }

    /** All tasks, by id. */
    public Collection<Task> tasks() {
        return tasks.values();
    }

    /** The tasks of a service, by slot, the oldest first. */
    public List<Task> tasksOfService(String serviceId) {
        return tasksAt(tasksByService.get(serviceId));
    }

    /** The tasks of one slot, the oldest first. */
    public List<Task> tasksOfSlot(String serviceId, int slot) {
        return tasksAt(tasksByService.get(serviceId).subSet(SlotKey.before(slot), SlotKey.after(slot)));
    }

    /** Whether a node of that id was removed for good: whatever its certificate says, nobody has to do with it any more. */
    public boolean nodeRemoved(String id) {
        return !nodes.containsKey(id)
                && cluster().stream()
                        .flatMap(known -> known.getRemovedNodesList().stream())
                        .anyMatch(removed -> removed.getId().equals(id));
    }

    /** The tasks on a node, by id. */
    public List<Task> tasksOnNode(String nodeId) {
        return tasksByNode.get(nodeId).stream().map(this::existing).toList();
    }

    public boolean hasUnassignedTasks() {
        return !unassigned.isEmpty();
    }

    /** The tasks that have no node and are still wanted, by id. */
    public List<Task> unassignedTasks() {
        return unassigned.stream().map(this::existing).toList();
    }

    /** What the tasks on a node ask of it. */
    public NodeLoad loadOn(String nodeId) {
        return loads.on(nodeId);
    }

    /** How many live tasks a service has, by the node they are on; nodes without any are not named. */
    public SortedMap<String, Integer> liveTasksByNode(String serviceId) {
        return loads.liveOf(serviceId);
    }

    /** What a task asks of its node; nothing if its revision is not known. */
    public Demand demandOf(Task task) {
        return revision(task.getServiceId(), task.getRevision()).map(Revision::getTask)
                .map(Demand::of)
                .orElse(Demand.NONE);
    }

    /** The answer that a client's request got, while it is kept. */
    public Optional<RequestRecord> request(String id) {
        return Optional.ofNullable(requests.get(id));
    }

    /** The objects of a snapshot, kind by kind and in key order. */
    public Stream<SnapshotRecord> records() {
        return Stream.of(
                cluster.stream().map(value -> SnapshotRecord.newBuilder().setCluster(value)),
                nodes.values().stream().map(value -> SnapshotRecord.newBuilder().setNode(value)),
                services.values().stream().map(value -> SnapshotRecord.newBuilder().setService(value)),
                revisions.values().stream()
                        .flatMap(table -> table.values().stream())
                        .map(value -> SnapshotRecord.newBuilder().setRevision(value)),
                rollouts.values().stream().map(value -> SnapshotRecord.newBuilder().setRollout(value)),
                tasks.values().stream().map(value -> SnapshotRecord.newBuilder().setTask(value)),
                requestsByIndex.values().stream()
                        .map(id -> SnapshotRecord.newBuilder().setRequest(Objects.requireNonNull(requests.get(id)))))
                .flatMap(kind -> kind)
                .map(SnapshotRecord.Builder::build);
    }

    /** How many records {@link #records()} has. */
    public long recordCount() {
        long revisionCount = revisions.values().stream().mapToLong(TreePMap::size).sum();
        return (cluster.isPresent() ? 1 : 0) + nodes.size() + services.size() + revisionCount + rollouts.size()
                + tasks.size()
                + requests.size();
    }

    /** The header of a snapshot of this state; the caller adds Raft's position. */
    public SnapshotHeader.Builder snapshotHeader() {
        return SnapshotHeader.newBuilder()
                .setFormat(Applier.FORMAT)
                .setSequence(index)
                .setClockMillis(clockMillis)
                .setWallTime(wallTime)
                .setRequestHorizon(requestHorizon)
                .setRecords(recordCount());
    }

    /**
     * The state of a snapshot.
     *
     * @throws UnsupportedEntryException if the snapshot was written by a newer build
     */
    public static ClusterState restore(SnapshotHeader header, Iterator<SnapshotRecord> records) {
        if (header.getFormat() != Applier.FORMAT) {
            throw new UnsupportedEntryException(
                    "snapshot format " + header.getFormat() + " is not known; this build reads format "
                            + Applier.FORMAT + ": install the version that wrote it");
        }
        Draft draft = new Draft();
        draft.index = header.getSequence();
        draft.clockMillis = header.getClockMillis();
        draft.wallTime = header.getWallTime();
        draft.requestHorizon = header.getRequestHorizon();
        records.forEachRemaining(record -> restore(draft, record));
        return draft.build();
    }

    private static void restore(Draft draft, SnapshotRecord record) {
        switch (record.getObjectCase()) {
            case CLUSTER -> draft.putCluster(record.getCluster());
            case NODE -> draft.putNode(record.getNode());
            case SERVICE -> draft.putService(record.getService());
            case REVISION -> draft.putRevision(record.getRevision());
            case ROLLOUT -> draft.putRollout(record.getRollout());
            case TASK -> draft.putTask(record.getTask());
            case REQUEST -> draft.putRequest(record.getRequest());
            case OBJECT_NOT_SET ->
                    throw new UnsupportedEntryException(
                            "the snapshot holds a kind of object that this build does not know");
        }
    }

    private TreePMap<Long, Revision> revisionTable(String serviceId) {
        return Objects.requireNonNullElseGet(revisions.get(serviceId), TreePMap::<Long, Revision>empty);
    }

    private static List<Task> tasksAt(SortedSet<SlotKey> keys) {
        return keys.isEmpty() ? Collections.emptyList() : keys.stream().map(SlotKey::task).toList();
    }

    private Task existing(String taskId) {
        return Objects.requireNonNull(tasks.get(taskId), "an index names a task that does not exist");
    }

    static String nameKey(String name) {
        return name.toLowerCase(Locale.ROOT);
    }

    /** The next state while it is made: the same tables, each replaced as a whole, and what changed. Used by one thread. */
    static final class Draft {
        long index;
        long clockMillis;
        Timestamp wallTime = Timestamp.getDefaultInstance();
        long requestHorizon;
        Optional<Cluster> cluster = Optional.empty();
        private TreePMap<String, Node> nodes = TreePMap.empty();
        private TreePMap<String, Service> services = TreePMap.empty();
        private TreePMap<String, String> serviceIdsByName = TreePMap.empty();
        private TreePMap<String, TreePMap<Long, Revision>> revisions = TreePMap.empty();
        private TreePMap<String, Rollout> rollouts = TreePMap.empty();
        private TreePMap<String, Task> tasks = TreePMap.empty();
        private Index<SlotKey> tasksByService = Index.empty();
        private Index<String> tasksByNode = Index.empty();
        private TreePSet<String> unassigned = TreePSet.empty();
        private Loads loads = Loads.EMPTY;
        private TreePMap<String, RequestRecord> requests = TreePMap.empty();
        private TreePMap<Long, String> requestsByIndex = TreePMap.empty();
        final StateDelta.Builder delta = new StateDelta.Builder();

        Draft() {}

        Draft(ClusterState base) {
            index = base.index;
            clockMillis = base.clockMillis;
            wallTime = base.wallTime;
            requestHorizon = base.requestHorizon;
            cluster = base.cluster;
            nodes = base.nodes;
            services = base.services;
            serviceIdsByName = base.serviceIdsByName;
            revisions = base.revisions;
            rollouts = base.rollouts;
            tasks = base.tasks;
            tasksByService = base.tasksByService;
            tasksByNode = base.tasksByNode;
            unassigned = base.unassigned;
            loads = base.loads;
            requests = base.requests;
            requestsByIndex = base.requestsByIndex;
        }

        ClusterState build() {
            return new ClusterState(this);
        }

        Optional<Node> node(String id) {
            return Optional.ofNullable(nodes.get(id));
        }

        Optional<Service> service(String id) {
            return Optional.ofNullable(services.get(id));
        }

        Optional<Rollout> rollout(String serviceId) {
            return Optional.ofNullable(rollouts.get(serviceId));
        }

        Optional<Revision> revision(String serviceId, long number) {
            return Optional.ofNullable(revisions.get(serviceId))
                    .flatMap(table -> Optional.ofNullable(table.get(number)));
        }

        Optional<Task> task(String id) {
            return Optional.ofNullable(tasks.get(id));
        }

        Optional<RequestRecord> request(String id) {
            return Optional.ofNullable(requests.get(id));
        }

        boolean nameTaken(String name) {
            return serviceIdsByName.containsKey(nameKey(name));
        }

        void putCluster(Cluster value) {
            cluster = Optional.of(value);
            delta.cluster();
        }

        void putNode(Node node) {
            nodes = nodes.plus(node.getId(), node);
            delta.node(node.getId());
        }

        void removeNode(String id) {
            nodes = nodes.minus(id);
            delta.node(id);
        }

        void putService(Service service) {
            freeName(service.getId());
            services = services.plus(service.getId(), service);
            if (!service.getRemoved()) {
                serviceIdsByName = serviceIdsByName.plus(nameKey(service.getName()), service.getId());
            }
            delta.service(service.getId());
        }

        void removeService(String id) {
            freeName(id);
            services = services.minus(id);
            delta.service(id);
        }

        /** A removed service may have lost its name to a younger one already: only its own entry goes. */
        private void freeName(String serviceId) {
            service(serviceId).map(old -> nameKey(old.getName())).ifPresent(name -> {
                if (serviceId.equals(serviceIdsByName.get(name))) {
                    serviceIdsByName = serviceIdsByName.minus(name);
                }
            });
        }

        void putRevision(Revision revision) {
            TreePMap<Long, Revision> table =
                    Objects.requireNonNullElseGet(revisions.get(revision.getServiceId()),
                            TreePMap::<Long, Revision>empty);
            Demand before = demandOf(revision.getServiceId(), revision.getNumber());
            revisions = revisions.plus(revision.getServiceId(), table.plus(revision.getNumber(), revision));
            exchangeDemand(revision.getServiceId(), revision.getNumber(), before);
            delta.service(revision.getServiceId());
        }

        void removeRevision(String serviceId, long number) {
            TreePMap<Long, Revision> rest =
                    Objects.requireNonNullElseGet(revisions.get(serviceId), TreePMap::<Long, Revision>empty)
                            .minus(number);
            Demand before = demandOf(serviceId, number);
            revisions = rest.isEmpty() ? revisions.minus(serviceId) : revisions.plus(serviceId, rest);
            exchangeDemand(serviceId, number, before);
            delta.service(serviceId);
        }

        /** A revision asks for the same all its life, so this finds nothing to do; but the loads hold whatever is applied. */
        private void exchangeDemand(String serviceId, long number, Demand before) {
            Demand after = demandOf(serviceId, number);
            if (!before.equals(after)) {
                for (SlotKey key : tasksByService.get(serviceId)) {
                    if (key.task().getRevision() == number && Loads.weighs(key.task())) {
                        loads = loads.exchange(key.task(), before, after);
                    }
                }
            }
        }

        private Demand demandOf(String serviceId, long number) {
            return revision(serviceId, number).map(Revision::getTask).map(Demand::of).orElse(Demand.NONE);
        }

        void putRollout(Rollout rollout) {
            rollouts = rollouts.plus(rollout.getServiceId(), rollout);
            delta.service(rollout.getServiceId());
        }

        void removeRollout(String serviceId) {
            rollouts = rollouts.minus(serviceId);
            delta.service(serviceId);
        }

        void putTask(Task task) {
            Optional<Task> old = task(task.getId());
            old.ifPresent(this::unindex);
            tasks = tasks.plus(task.getId(), task);
            tasksByService = tasksByService.plus(task.getServiceId(), SlotKey.of(task));
            if (!task.getNodeId().isEmpty()) {
                tasksByNode = tasksByNode.plus(task.getNodeId(), task.getId());
            } else if (TaskStates.wanted(task)) {
                unassigned = unassigned.plus(task.getId());
            }
            if (old.filter(before -> Loads.weighSame(before, task)).isEmpty()) {
                old.ifPresent(this::unload);
                load(task);
            }
            delta.task(task.getId(), task.getServiceId());
        }

        void removeTask(Task task) {
            unindex(task);
            unload(task);
            tasks = tasks.minus(task.getId());
            delta.forgotten(task.getId(), task.getNodeId(), task.getServiceId());
        }

        private void unindex(Task task) {
            tasksByService = tasksByService.minus(task.getServiceId(), SlotKey.of(task));
            tasksByNode = tasksByNode.minus(task.getNodeId(), task.getId());
            unassigned = unassigned.minus(task.getId());
        }

        private void load(Task task) {
            if (Loads.weighs(task)) {
                loads = loads.plus(task, demandOf(task.getServiceId(), task.getRevision()), siblings(task));
            }
        }

        private void unload(Task task) {
            if (Loads.weighs(task)) {
                loads = loads.minus(task, demandOf(task.getServiceId(), task.getRevision()), siblings(task));
            }
        }

        /** How many other tasks of its slot weigh on its node. */
        private int siblings(Task task) {
            int count = 0;
            for (SlotKey key : tasksByService.get(task.getServiceId())
                    .subSet(SlotKey.before(task.getSlot()), SlotKey.after(task.getSlot()))) {
                Task other = key.task();
                if (!other.getId().equals(task.getId()) && other.getNodeId().equals(task.getNodeId())
                        && Loads.weighs(other)) {
                    count++;
                }
            }
            return count;
        }

        void putRequest(RequestRecord request) {
            requests = requests.plus(request.getId(), request);
            requestsByIndex = requestsByIndex.plus(request.getIndex(), request.getId());
        }

        /** Forgets the oldest request ids over the number or older than the age (state time). */
        void expireRequests(int most, long maxAgeMillis) {
            while (!requestsByIndex.isEmpty()) {
                long oldestIndex = requestsByIndex.firstKey();
                RequestRecord oldest = Objects.requireNonNull(requests.get(requestsByIndex.get(oldestIndex)));
                if (requests.size() <= most && clockMillis - oldest.getClockMillis() <= maxAgeMillis) {
                    return;
                }
                requests = requests.minus(oldest.getId());
                requestsByIndex = requestsByIndex.minus(oldestIndex);
                requestHorizon = oldestIndex;
            }
        }
    }
}
