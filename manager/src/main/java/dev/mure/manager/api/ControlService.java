package dev.mure.manager.api;

import com.google.protobuf.Message;
import dev.mure.manager.leader.Decision;
import dev.mure.manager.leader.Decisions;
import dev.mure.manager.leader.NotLeadingException;
import dev.mure.manager.leader.OutcomeUnknownException;
import dev.mure.manager.leader.Refusal;
import dev.mure.manager.planning.IdSource;
import dev.mure.manager.store.ClusterState;
import dev.mure.v1.Cluster;
import dev.mure.v1.Consistency;
import dev.mure.v1.ControlGrpc;
import dev.mure.v1.ControlRolloutRequest;
import dev.mure.v1.ControlRolloutResponse;
import dev.mure.v1.CreateServiceRequest;
import dev.mure.v1.CreateServiceResponse;
import dev.mure.v1.GetClusterRequest;
import dev.mure.v1.GetClusterResponse;
import dev.mure.v1.GetJoinTokenRequest;
import dev.mure.v1.GetJoinTokenResponse;
import dev.mure.v1.GetServiceRequest;
import dev.mure.v1.GetServiceResponse;
import dev.mure.v1.GetSwarmStatusRequest;
import dev.mure.v1.GetSwarmStatusResponse;
import dev.mure.v1.LeaveSwarmRequest;
import dev.mure.v1.LeaveSwarmResponse;
import dev.mure.v1.ListNodesRequest;
import dev.mure.v1.ListNodesResponse;
import dev.mure.v1.ListRevisionsRequest;
import dev.mure.v1.ListRevisionsResponse;
import dev.mure.v1.ListRolloutsRequest;
import dev.mure.v1.ListRolloutsResponse;
import dev.mure.v1.ListServicesRequest;
import dev.mure.v1.ListServicesResponse;
import dev.mure.v1.ListTasksRequest;
import dev.mure.v1.ListTasksResponse;
import dev.mure.v1.PlanUpdateRequest;
import dev.mure.v1.PlanUpdateResponse;
import dev.mure.v1.RemoveNodeRequest;
import dev.mure.v1.RemoveNodeResponse;
import dev.mure.v1.RemoveServiceRequest;
import dev.mure.v1.RemoveServiceResponse;
import dev.mure.v1.RequestId;
import dev.mure.v1.RollbackServiceRequest;
import dev.mure.v1.RollbackServiceResponse;
import dev.mure.v1.RotateJoinTokenRequest;
import dev.mure.v1.RotateJoinTokenResponse;
import dev.mure.v1.Service;
import dev.mure.v1.ServiceProgress;
import dev.mure.v1.ServiceView;
import dev.mure.v1.UpdateNodeRequest;
import dev.mure.v1.UpdateNodeResponse;
import dev.mure.v1.UpdateServiceRequest;
import dev.mure.v1.UpdateServiceResponse;
import dev.mure.v1.WatchServiceRequest;
import io.grpc.MethodDescriptor;
import io.grpc.StatusException;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.function.LongSupplier;

/**
 * The Control API. Writes become decisions of the leader; behind {@link LeaderForwarding} they reach this class only where it
 * leads. Reads are answered from this manager's own state. Handlers block; they run on virtual threads.
 */
public final class ControlService extends ControlGrpc.ControlImplBase {

    private final Decisions decisions;
    private final ClusterReads reads;
    private final IdSource ids;
    private final Leadership leadership;
    private final NodeViews nodes;
    private final ServiceWatches watches;
    private final LongSupplier stateClock;
    private final UpdatePlans plans;
    private final RemoveNode removal;
    private final LeaveSwarm departure;
    private final SwarmStatus swarm;
    private final JoinTokens tokens;

    /**
     * The API of one manager.
     *
     * @param ids for new services
     * @param stateClock the state clock in milliseconds
     * @param membership for nodes that are removed
     */
    public ControlService(Decisions decisions, ClusterReads reads, IdSource ids, Leadership leadership,
            NodeViews nodes,
            ServiceWatches watches, JoinTokens tokens, LongSupplier stateClock, Membership membership,
            LeaveSwarm departure,
            SwarmStatus swarm) {
        this.decisions = decisions;
        this.reads = reads;
        this.ids = ids;
        this.leadership = leadership;
        this.nodes = nodes;
        this.watches = watches;
        this.tokens = tokens;
        this.stateClock = stateClock;
        this.plans = new UpdatePlans(decisions);
        this.removal = new RemoveNode(decisions, membership, leadership);
        this.departure = departure;
        this.swarm = swarm;
    }

    /** The methods that only the leader can grant. */
    public static MethodDescriptor<?, ?>[] leaderMethods() {
        return new MethodDescriptor<?, ?>[]{ControlGrpc.getCreateServiceMethod(), ControlGrpc.getUpdateServiceMethod(),
            ControlGrpc.getPlanUpdateMethod(), ControlGrpc.getRollbackServiceMethod(),
            ControlGrpc.getRemoveServiceMethod(), ControlGrpc.getControlRolloutMethod(),
            ControlGrpc.getUpdateNodeMethod(), ControlGrpc.getRemoveNodeMethod(),
            ControlGrpc.getRotateJoinTokenMethod()};
    }

    @Override
    public void createService(CreateServiceRequest request, StreamObserver<CreateServiceResponse> out) {
        write("CreateService", request, request.getRequest(), CreateServiceResponse.getDefaultInstance(),
                new CreateService(ids.next(), request.getSpec()), out);
    }

    @Override
    public void updateService(UpdateServiceRequest request, StreamObserver<UpdateServiceResponse> out) {
        write("UpdateService", request, request.getRequest(), UpdateServiceResponse.getDefaultInstance(),
                new UpdateService(request), out);
    }

    @Override
    public void planUpdate(PlanUpdateRequest request, StreamObserver<PlanUpdateResponse> out) {
        atLeader(request, out, () -> plans.plan(request.getUpdate(), LeaderForwarding.timeLeft()));
    }

    @Override
    public void rollbackService(RollbackServiceRequest request, StreamObserver<RollbackServiceResponse> out) {
        write("RollbackService", request, request.getRequest(), RollbackServiceResponse.getDefaultInstance(),
                new RollbackService(request), out);
    }

    @Override
    public void controlRollout(ControlRolloutRequest request, StreamObserver<ControlRolloutResponse> out) {
        write("ControlRollout", request, request.getRequest(), ControlRolloutResponse.getDefaultInstance(),
                new ControlRollout(request), out);
    }

    @Override
    public void updateNode(UpdateNodeRequest request, StreamObserver<UpdateNodeResponse> out) {
        write("UpdateNode", request, request.getRequest(), UpdateNodeResponse.getDefaultInstance(),
                new UpdateNode(request), out);
    }

    @Override
    public void removeNode(RemoveNodeRequest request, StreamObserver<RemoveNodeResponse> out) {
        atLeader(request, out, () -> removal.remove(request, LeaderForwarding.timeLeft()));
    }

    @Override
    public void getSwarmStatus(GetSwarmStatusRequest request, StreamObserver<GetSwarmStatusResponse> out) {
        atLeader(request, out, () -> swarm.look(request));
    }

    @Override
    public void leaveSwarm(LeaveSwarmRequest request, StreamObserver<LeaveSwarmResponse> out) {
        atLeader(request, out, () -> {
            departure.leave(request.getForce(), LeaderForwarding.timeLeft());
            return LeaveSwarmResponse.getDefaultInstance();
        });
    }

    @Override
    public void removeService(RemoveServiceRequest request, StreamObserver<RemoveServiceResponse> out) {
        write("RemoveService", request, request.getRequest(), RemoveServiceResponse.getDefaultInstance(),
                new RemoveService(request.getService()), out);
    }

    @Override
    public void getService(GetServiceRequest request, StreamObserver<GetServiceResponse> out) {
        read(request.getConsistency(), out, (state, freshness) -> GetServiceResponse.newBuilder()
                .setService(view(state, request))
                .setIndex(state.index())
                .setStale(freshness.stale())
                .setStaleness(freshness.staleness())
                .build());
    }

    private static ServiceView view(ClusterState state, GetServiceRequest request) throws Refusal {
        Service service = ServiceLookup.find(state, request.getService());
        ServiceViews views = new ServiceViews(state);
        return request.getRevision() == 0
                ? views.service(service)
                : views.service(service, RevisionLookup.find(state, service, request.getRevision()));
    }

    @Override
    public void listRevisions(ListRevisionsRequest request, StreamObserver<ListRevisionsResponse> out) {
        read(request.getConsistency(), out, (state, freshness) -> ListRevisionsResponse.newBuilder()
                .addAllRevisions(RevisionViews.of(state, ServiceLookup.find(state, request.getService())))
                .setIndex(state.index())
                .setStale(freshness.stale())
                .setStaleness(freshness.staleness())
                .build());
    }

    @Override
    public void listRollouts(ListRolloutsRequest request, StreamObserver<ListRolloutsResponse> out) {
        read(request.getConsistency(), out, (state, freshness) -> {
            long now = stateClock.getAsLong();
            return ListRolloutsResponse.newBuilder()
                    .addAllRollouts(new RolloutQuery(request).run(state, now))
                    .setIndex(state.index())
                    .setStale(freshness.stale())
                    .setStaleness(freshness.staleness())
                    .setClockMillis(now)
                    .build();
        });
    }

    @Override
    public void listServices(ListServicesRequest request, StreamObserver<ListServicesResponse> out) {
        read(request.getConsistency(), out, (state, freshness) -> ListServicesResponse.newBuilder()
                .addAllServices(new ServiceQuery(request).run(state))
                .setIndex(state.index())
                .setStale(freshness.stale())
                .setStaleness(freshness.staleness())
                .build());
    }

    @Override
    public void listTasks(ListTasksRequest request, StreamObserver<ListTasksResponse> out) {
        read(request.getConsistency(), out, (state, freshness) -> ListTasksResponse.newBuilder()
                .addAllTasks(new TaskQuery(request).run(state))
                .setIndex(state.index())
                .setStale(freshness.stale())
                .setStaleness(freshness.staleness())
                .build());
    }

    @Override
    public void listNodes(ListNodesRequest request, StreamObserver<ListNodesResponse> out) {
        read(request.getConsistency(), out, (state, freshness) -> ListNodesResponse.newBuilder()
                .addAllNodes(nodes.list(state, request))
                .setIndex(state.index())
                .setStale(freshness.stale())
                .setStaleness(freshness.staleness())
                .build());
    }

    @Override
    public void getCluster(GetClusterRequest request, StreamObserver<GetClusterResponse> out) {
        read(request.getConsistency(), out, (state, freshness) -> GetClusterResponse.newBuilder()
                .setCluster(state.cluster().orElse(Cluster.getDefaultInstance()).toBuilder().clearTrust())
                .setLeaderId(leadership.leaderId().orElse(""))
                .setTerm(leadership.term())
                .setIndex(state.index())
                .setStale(freshness.stale())
                .setStaleness(freshness.staleness())
                .build());
    }

    @Override
    public void getJoinToken(GetJoinTokenRequest request, StreamObserver<GetJoinTokenResponse> out) {
        read(Consistency.CONSISTENCY_LINEARIZABLE, out, (state, freshness) -> tokens.token(state, request.getRole()));
    }

    @Override
    public void rotateJoinToken(RotateJoinTokenRequest request, StreamObserver<RotateJoinTokenResponse> out) {
        write("RotateJoinToken", request, request.getRequest(), RotateJoinTokenResponse.getDefaultInstance(),
                tokens.rotate(request), out);
    }

    @Override
    public void watchService(WatchServiceRequest request, StreamObserver<ServiceProgress> out) {
        watches.open(request, (ServerCallStreamObserver<ServiceProgress>) out);
    }

    private <R extends Message> void write(String method, Message request, RequestId id, R prototype,
            Decision<R> decision,
            StreamObserver<R> out) {
        atLeader(request, out, () -> decisions.commit(new AnsweredOnce<>(method, id, prototype, decision),
                LeaderForwarding.timeLeft()));
    }

    /** Finds an answer, blocking; most such need the leader. */
    private interface Leading<R> {
        R answer() throws Refusal, NotLeadingException, OutcomeUnknownException, InterruptedException;
    }

    private static <R> void atLeader(Message request, StreamObserver<R> out, Leading<R> leading) {
        R answer;
        try {
            SpecValidation.require(request.getSerializedSize() <= SpecValidation.MAX_REQUEST_BYTES, "the request has "
                    + request.getSerializedSize() + " bytes: at most " + SpecValidation.MAX_REQUEST_BYTES
                    + " (1 MiB) are allowed");
            answer = leading.answer();
        } catch (Refusal e) {
            out.onError(Statuses.of(e));
            return;
        } catch (NotLeadingException e) {
            out.onError(Statuses.of(e));
            return;
        } catch (OutcomeUnknownException e) {
            out.onError(Statuses.of(e));
            return;
        } catch (StatusRuntimeException e) {
            out.onError(e);
            return;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            out.onError(Statuses.of(new OutcomeUnknownException("this manager is stopping")));
            return;
        }
        out.onNext(answer);
        out.onCompleted();
    }

    /** Makes an answer out of a state. */
    private interface Answering<R> {
        R from(ClusterState state, Freshness freshness) throws Refusal, InterruptedException;
    }

    private <R> void read(Consistency consistency, StreamObserver<R> out, Answering<R> answering) {
        R answer;
        try {
            ClusterState state = reads.read(consistency, LeaderForwarding.timeLeft());
            answer = answering.from(state,
                    consistency == Consistency.CONSISTENCY_STALE
                            ? Freshness.stale(reads.leaderlessSince())
                            : Freshness.LINEARIZABLE);
        } catch (Refusal e) {
            out.onError(Statuses.of(e));
            return;
        } catch (StatusException | StatusRuntimeException e) {
            out.onError(e);
            return;
        } catch (InterruptedException e) {
            out.onError(Statuses.interrupted());
            return;
        }
        out.onNext(answer);
        out.onCompleted();
    }
}
