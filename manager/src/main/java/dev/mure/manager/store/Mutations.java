package dev.mure.manager.store;

import com.google.protobuf.Message;
import dev.mure.v1.AssignTask;
import dev.mure.v1.CertificateRole;
import dev.mure.v1.Cluster;
import dev.mure.v1.CondemnTask;
import dev.mure.v1.DesiredState;
import dev.mure.v1.EnrolNode;
import dev.mure.v1.ExplainPending;
import dev.mure.v1.LoseSession;
import dev.mure.v1.Meta;
import dev.mure.v1.Mutation;
import dev.mure.v1.Node;
import dev.mure.v1.NodeState;
import dev.mure.v1.ObserveTask;
import dev.mure.v1.OpenSession;
import dev.mure.v1.OrphanTask;
import dev.mure.v1.PutNode;
import dev.mure.v1.RemovedNode;
import dev.mure.v1.Revision;
import dev.mure.v1.Rollout;
import dev.mure.v1.Service;
import dev.mure.v1.Session;
import dev.mure.v1.SetDesiredState;
import dev.mure.v1.SetManagerRole;
import dev.mure.v1.SetNodeState;
import dev.mure.v1.Task;
import dev.mure.v1.TaskState;
import dev.mure.v1.TaskStatus;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/** Applies the mutations of one transaction to a draft; each says whether its guard let it through. */
final class Mutations {

    /** So many removed nodes are remembered in any case, the newest. */
    static final int REMOVED_NODES_KEPT = 1_000;

    /** Every removed node is remembered for 91 days: a certificate that it got just before is good for 90. */
    static final long REMOVAL_KEPT_MILLIS = 91L * 24 * 60 * 60 * 1000;

    private final ClusterState.Draft draft;

    Mutations(ClusterState.Draft draft) {
        this.draft = draft;
    }

    /** Returns false if the mutation's guard skipped it. */
    boolean apply(Mutation mutation) {
        return switch (mutation.getKindCase()) {
            case PUT_CLUSTER -> putCluster(mutation.getPutCluster());
            case PUT_NODE -> putNode(mutation.getPutNode());
            case OPEN_SESSION -> openSession(mutation.getOpenSession());
            case LOSE_SESSION -> loseSession(mutation.getLoseSession());
            case SET_NODE_STATE -> setNodeState(mutation.getSetNodeState());
            case SET_MANAGER_ROLE -> setManagerRole(mutation.getSetManagerRole());
            case ENROL_NODE -> enrolNode(mutation.getEnrolNode());
            case PUT_SERVICE -> putService(mutation.getPutService());
            case REMOVE_SERVICE -> removeService(mutation.getRemoveService());
            case PUT_REVISION -> putRevision(mutation.getPutRevision());
            case REMOVE_REVISION ->
                    removeRevision(mutation.getRemoveRevision().getServiceId(),
                            mutation.getRemoveRevision().getNumber());
            case PUT_ROLLOUT -> putRollout(mutation.getPutRollout());
            case REMOVE_ROLLOUT -> removeRollout(mutation.getRemoveRollout());
            case CREATE_TASK -> createTask(mutation.getCreateTask());
            case SET_DESIRED_STATE -> setDesiredState(mutation.getSetDesiredState());
            case ASSIGN_TASK -> assignTask(mutation.getAssignTask());
            case OBSERVE_TASK -> observeTask(mutation.getObserveTask());
            case EXPLAIN_PENDING -> explainPending(mutation.getExplainPending());
            case REMOVE_TASK -> removeTask(mutation.getRemoveTask());
            case CONDEMN_TASK -> condemnTask(mutation.getCondemnTask());
            case ORPHAN_TASK -> orphanTask(mutation.getOrphanTask());
            case REMOVE_NODE -> removeNode(mutation.getRemoveNode());
            case FORGET_NODE -> forgetNode(mutation.getForgetNode());
            case LEADER_BEGAN -> leaderBegan();
            case KIND_NOT_SET ->
                    throw new UnsupportedEntryException("a mutation of a kind that this build does not know");
        };
    }

    private boolean putCluster(Cluster cluster) {
        draft.putCluster(cluster.toBuilder().setMeta(metaAfter(draft.cluster, Cluster::getMeta)).build());
        return true;
    }

    private boolean leaderBegan() {
        return draft.cluster.filter(cluster -> putCluster(
                cluster.toBuilder().setLeaderSinceClockMillis(draft.clockMillis).build())).isPresent();
    }

    private boolean putNode(PutNode put) {
        Optional<Node> old = draft.node(put.getId());
        draft.putNode(old.map(Node::toBuilder).orElseGet(Node::newBuilder)
                .setId(put.getId())
                .setName(put.getName())
                .setAvailability(put.getAvailability())
                .clearLabels()
                .addAllLabels(put.getLabelsList())
                .setSpecVersion(draft.index)
                .setMeta(metaAfter(old, Node::getMeta))
                .build());
        return true;
    }

    private boolean openSession(OpenSession open) {
        return changeNode(open.getNodeId(), node -> node.setDescription(open.getDescription())
                .setState(NodeState.NODE_STATE_READY)
                .clearMessage()
                .setSession(Session.newBuilder()
                        .setId(open.getSessionId())
                        .setManagerId(open.getManagerId())
                        .setOpenedClockMillis(draft.clockMillis)));
    }

    private boolean loseSession(LoseSession lose) {
        boolean held = draft.node(lose.getNodeId())
                .filter(Node::hasSession)
                .map(Node::getSession)
                .filter(session -> session.getId().equals(lose.getSessionId()) && session.getLostClockMillis() == 0)
                .isPresent();
        // 0 means held, so a loss in the very first millisecond counts as one later.
        long now = Math.max(1, draft.clockMillis);
        return held && changeNode(lose.getNodeId(), node -> node.getSessionBuilder().setLostClockMillis(now));
    }

    private boolean setNodeState(SetNodeState set) {
        return changeNode(set.getNodeId(), node -> node.setState(set.getState()).setMessage(set.getMessage()));
    }

    private boolean setManagerRole(SetManagerRole set) {
        return changeNode(set.getNodeId(), node -> {
            if (set.hasRole()) {
                node.setManager(set.getRole());
            } else {
                node.clearManager();
                // Its next certificate is a worker's, and to manage again it needs a manager's token.
                if (node.hasEnrolment()) {
                    node.getEnrolmentBuilder().setRole(CertificateRole.CERTIFICATE_ROLE_WORKER);
                }
            }
        });
    }

    private boolean removeNode(String id) {
        boolean exists = draft.node(id).isPresent();
        if (exists) {
            draft.removeNode(id);
            draft.cluster.ifPresent(cluster -> putCluster(withRemoved(cluster, id)));
        }
        return exists;
    }

    private Cluster withRemoved(Cluster cluster, String nodeId) {
        List<RemovedNode> before = cluster.getRemovedNodesList();
        long worthless = before.stream()
                .limit(Math.max(0, before.size() + 1 - REMOVED_NODES_KEPT))
                .takeWhile(removed -> draft.clockMillis - removed.getClockMillis() > REMOVAL_KEPT_MILLIS)
                .count();
        return cluster.toBuilder()
                .clearRemovedNodes()
                .addAllRemovedNodes(before.subList((int) worthless, before.size()))
                .addRemovedNodes(RemovedNode.newBuilder().setId(nodeId).setClockMillis(draft.clockMillis))
                .build();
    }

    private boolean forgetNode(String id) {
        boolean idle = draft.node(id).filter(node -> !node.hasSession()).isPresent();
        if (idle) {
            draft.removeNode(id);
        }
        return idle;
    }

    private boolean enrolNode(EnrolNode enrol) {
        if (draft.node(enrol.getNodeId()).isEmpty()) {
            putNode(PutNode.newBuilder()
                    .setId(enrol.getNodeId())
                    .setName(enrol.getName())
                    .setAvailability(Node.Availability.ACTIVE)
                    .build());
        }
        return changeNode(enrol.getNodeId(), node -> node.setEnrolment(enrol.getEnrolment()));
    }

    private boolean changeNode(String id, Consumer<Node.Builder> change) {
        Optional<Node> old = draft.node(id);
        old.ifPresent(node -> {
            Node.Builder next = node.toBuilder();
            change.accept(next);
            draft.putNode(next.setMeta(metaAfter(old, Node::getMeta)).build());
        });
        return old.isPresent();
    }

    private boolean putService(Service service) {
        Optional<Service> old = draft.service(service.getId());
        draft.putService(service.toBuilder()
                .setSpecVersion(draft.index)
                .setMeta(metaAfter(old, Service::getMeta))
                .build());
        return true;
    }

    private boolean removeService(String id) {
        boolean exists = draft.service(id).isPresent();
        if (exists) {
            draft.removeService(id);
        }
        return exists;
    }

    private boolean putRevision(Revision revision) {
        Optional<Revision> old = draft.revision(revision.getServiceId(), revision.getNumber());
        draft.putRevision(revision.toBuilder().setMeta(metaAfter(old, Revision::getMeta)).build());
        return true;
    }

    private boolean removeRevision(String serviceId, long number) {
        boolean exists = draft.revision(serviceId, number).isPresent();
        if (exists) {
            draft.removeRevision(serviceId, number);
        }
        return exists;
    }

    private boolean putRollout(Rollout rollout) {
        Optional<Rollout> old = draft.rollout(rollout.getServiceId());
        draft.putRollout(rollout.toBuilder().setMeta(metaAfter(old, Rollout::getMeta)).build());
        return true;
    }

    private boolean removeRollout(String serviceId) {
        boolean exists = draft.rollout(serviceId).isPresent();
        if (exists) {
            draft.removeRollout(serviceId);
        }
        return exists;
    }

    private boolean createTask(Task task) {
        if (draft.task(task.getId()).isPresent()) {
            return false;
        }
        draft.putTask(task.toBuilder()
                .setMeta(metaAfter(Optional.<Task>empty(), Task::getMeta))
                .setDesired(task.getDesired().toBuilder().setVersion(draft.index))
                .setStatus(stamped(task.getStatus().toBuilder()))
                .build());
        return true;
    }

    private boolean setDesiredState(SetDesiredState set) {
        return changeTask(set.getTaskId(),
                task -> !TaskStates.before(set.getState(), task.getDesired().getState()),
                task -> task.setDesired(DesiredState.newBuilder()
                        .setState(set.getState())
                        .setStartAfterStopOf(set.getStartAfterStopOf())
                        .setVersion(draft.index)));
    }

    private boolean assignTask(AssignTask assign) {
        return changeTask(assign.getTaskId(),
                task -> task.getNodeId().isEmpty(),
                task -> task.setNodeId(assign.getNodeId())
                        .setStatus(stamped(TaskStatus.newBuilder()
                                .setState(TaskState.TASK_STATE_ASSIGNED)
                                .setMessage("scheduler assigned task to node"))));
    }

    private boolean observeTask(ObserveTask observe) {
        boolean sameSession = draft.node(observe.getNodeId())
                .filter(node -> node.getSession().getId().equals(observe.getSessionId()))
                .isPresent();
        return sameSession && changeTask(observe.getTaskId(),
                task -> task.getNodeId().equals(observe.getNodeId()) && isNews(task.getStatus(), observe.getStatus()),
                task -> task.setStatus(observed(task.getStatus(), observe.getStatus())));
    }

    private static boolean isNews(TaskStatus known, TaskStatus seen) {
        if (known.getState() == seen.getState()) {
            return !TaskStates.ended(known.getState())
                    && !(known.getMessage().equals(seen.getMessage())
                            && known.getError().equals(seen.getError())
                            && (!seen.hasContainer() || known.getContainer().equals(seen.getContainer())));
        }
        return TaskStates.before(known.getState(), seen.getState());
    }

    /** What is known of the container stays known, and so does the moment the task began to run. */
    private TaskStatus observed(TaskStatus known, TaskStatus seen) {
        TaskStatus.Builder next = seen.toBuilder().setRunningClockMillis(known.getRunningClockMillis());
        if (!seen.hasContainer() && known.hasContainer()) {
            next.setContainer(known.getContainer());
        }
        if (seen.getState() == TaskState.TASK_STATE_RUNNING && known.getState() != TaskState.TASK_STATE_RUNNING) {
            next.setRunningClockMillis(draft.clockMillis);
        }
        boolean sameState = known.getState() == seen.getState();
        TaskStatus stamped = stamped(next);
        return sameState
                ? stamped.toBuilder().setClockMillis(known.getClockMillis()).setAt(known.getAt()).build()
                : stamped;
    }

    private boolean explainPending(ExplainPending explain) {
        return changeTask(explain.getTaskId(),
                task -> task.getNodeId().isEmpty() && !task.getStatus().getError().equals(explain.getError()),
                task -> task.setStatus(
                        task.getStatus().toBuilder().setError(explain.getError()).setVersion(draft.index)));
    }

    private boolean removeTask(String id) {
        Optional<Task> old = draft.task(id);
        old.ifPresent(draft::removeTask);
        return old.isPresent();
    }

    private boolean condemnTask(CondemnTask condemn) {
        return createTask(Task.newBuilder()
                .setId(condemn.getTaskId())
                .setNodeId(condemn.getNodeId())
                .setDesired(DesiredState.newBuilder().setState(TaskState.TASK_STATE_REMOVE))
                .setStatus(TaskStatus.newBuilder()
                        .setState(TaskState.TASK_STATE_ASSIGNED)
                        .setMessage("held by an agent, known to nobody"))
                .build());
    }

    private boolean orphanTask(OrphanTask orphan) {
        return changeTask(orphan.getTaskId(),
                task -> !TaskStates.ended(task) && nodeIsLost(task.getNodeId()),
                task -> task.setStatus(observed(task.getStatus(), TaskStatus.newBuilder()
                        .setState(TaskState.TASK_STATE_ORPHANED)
                        .setMessage("orphaned")
                        .setError(orphan.getError())
                        .build())));
    }

    private boolean nodeIsLost(String nodeId) {
        return draft.node(nodeId).map(node -> node.getState() == NodeState.NODE_STATE_DOWN).orElse(true);
    }

    private boolean changeTask(String id, Predicate<Task> guard, UnaryOperator<Task.Builder> change) {
        Optional<Task> old = draft.task(id).filter(guard);
        old.ifPresent(task -> draft.putTask(
                change.apply(task.toBuilder()).setMeta(metaAfter(old, Task::getMeta)).build()));
        return old.isPresent();
    }

    private TaskStatus stamped(TaskStatus.Builder status) {
        return status.setVersion(draft.index).setClockMillis(draft.clockMillis).setAt(draft.wallTime).build();
    }

    private <T extends Message> Meta metaAfter(Optional<T> old, Function<T, Meta> metaOf) {
        Meta.Builder meta = old.map(metaOf)
                .map(Meta::toBuilder)
                .orElseGet(() -> Meta.newBuilder().setCreatedVersion(draft.index).setCreatedAt(draft.wallTime));
        return meta.setVersion(draft.index).setUpdatedAt(draft.wallTime).build();
    }
}
