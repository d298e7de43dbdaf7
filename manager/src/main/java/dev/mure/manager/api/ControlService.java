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
import dev.mure.v1.CreateServiceRequest;
import dev.mure.v1.CreateServiceResponse;
import dev.mure.v1.GetClusterRequest;
import dev.mure.v1.GetClusterResponse;
import dev.mure.v1.GetServiceRequest;
import dev.mure.v1.GetServiceResponse;
import dev.mure.v1.ListNodesRequest;
import dev.mure.v1.ListNodesResponse;
import dev.mure.v1.ListServicesRequest;
import dev.mure.v1.ListServicesResponse;
import dev.mure.v1.ListTasksRequest;
import dev.mure.v1.ListTasksResponse;
import dev.mure.v1.RemoveServiceRequest;
import dev.mure.v1.RemoveServiceResponse;
import dev.mure.v1.RequestId;
import dev.mure.v1.ServiceProgress;
import dev.mure.v1.UpdateServiceRequest;
import dev.mure.v1.UpdateServiceResponse;
import dev.mure.v1.WatchServiceRequest;
import io.grpc.MethodDescriptor;
import io.grpc.StatusException;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;

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

    /**
     * The API of one manager.
     *
     * @param ids for new services
     */
    public ControlService(Decisions decisions, ClusterReads reads, IdSource ids, Leadership leadership,
            NodeViews nodes,
            ServiceWatches watches) {
        this.decisions = decisions;
        this.reads = reads;
        this.ids = ids;
        this.leadership = leadership;
        this.nodes = nodes;
        this.watches = watches;
    }

    /** The methods that only the leader can grant. */
    public static MethodDescriptor<?, ?>[] leaderMethods() {
        return new MethodDescriptor<?, ?>[]{ControlGrpc.getCreateServiceMethod(), ControlGrpc.getUpdateServiceMethod(),
            ControlGrpc.getRemoveServiceMethod()};
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
    public void removeService(RemoveServiceRequest request, StreamObserver<RemoveServiceResponse> out) {
        write("RemoveService", request, request.getRequest(), RemoveServiceResponse.getDefaultInstance(),
                new RemoveService(request.getService()), out);
    }

    @Override
    public void getService(GetServiceRequest request, StreamObserver<GetServiceResponse> out) {
        read(request.getConsistency(), out, (state, stale) -> GetServiceResponse.newBuilder()
                .setService(new ServiceViews(state).service(ServiceLookup.find(state, request.getService())))
                .setIndex(state.index())
                .setStale(stale)
                .build());
    }

    @Override
    public void listServices(ListServicesRequest request, StreamObserver<ListServicesResponse> out) {
        read(request.getConsistency(), out, (state, stale) -> ListServicesResponse.newBuilder()
                .addAllServices(new ServiceQuery(request).run(state))
                .setIndex(state.index())
                .setStale(stale)
                .build());
    }

    @Override
    public void listTasks(ListTasksRequest request, StreamObserver<ListTasksResponse> out) {
        read(request.getConsistency(), out, (state, stale) -> ListTasksResponse.newBuilder()
                .addAllTasks(new TaskQuery(request).run(state))
                .setIndex(state.index())
                .setStale(stale)
                .build());
    }

    @Override
    public void listNodes(ListNodesRequest request, StreamObserver<ListNodesResponse> out) {
        read(request.getConsistency(), out, (state, stale) -> ListNodesResponse.newBuilder()
                .addAllNodes(nodes.list(state, request))
                .setIndex(state.index())
                .setStale(stale)
                .build());
    }

    @Override
    public void getCluster(GetClusterRequest request, StreamObserver<GetClusterResponse> out) {
        read(request.getConsistency(), out, (state, stale) -> GetClusterResponse.newBuilder()
                .setCluster(state.cluster().orElse(Cluster.getDefaultInstance()))
                .setLeaderId(leadership.leaderId().orElse(""))
                .setTerm(leadership.term())
                .setIndex(state.index())
                .setStale(stale)
                .build());
    }

    @Override
    public void watchService(WatchServiceRequest request, StreamObserver<ServiceProgress> out) {
        watches.open(request, (ServerCallStreamObserver<ServiceProgress>) out);
    }

    private <R extends Message> void write(String method, Message request, RequestId id, R prototype,
            Decision<R> decision,
            StreamObserver<R> out) {
        R answer;
        try {
            SpecValidation.require(request.getSerializedSize() <= SpecValidation.MAX_REQUEST_BYTES, "the request has "
                    + request.getSerializedSize() + " bytes: at most " + SpecValidation.MAX_REQUEST_BYTES
                    + " (1 MiB) are allowed");
            answer = decisions.commit(new AnsweredOnce<>(method, id, prototype, decision), LeaderForwarding.timeLeft());
        } catch (Refusal e) {
            out.onError(Statuses.of(e));
            return;
        } catch (NotLeadingException e) {
            out.onError(Statuses.of(e));
            return;
        } catch (OutcomeUnknownException e) {
            out.onError(Statuses.of(e));
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
        R from(ClusterState state, boolean stale) throws Refusal, InterruptedException;
    }

    private <R> void read(Consistency consistency, StreamObserver<R> out, Answering<R> answering) {
        R answer;
        try {
            ClusterState state = reads.read(consistency, LeaderForwarding.timeLeft());
            answer = answering.from(state, consistency == Consistency.CONSISTENCY_STALE);
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
