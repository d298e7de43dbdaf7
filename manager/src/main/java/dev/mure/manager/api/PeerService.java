package dev.mure.manager.api;

import dev.mure.manager.leader.Decisions;
import dev.mure.manager.leader.NotLeadingException;
import dev.mure.manager.leader.OutcomeUnknownException;
import dev.mure.manager.leader.Refusal;
import dev.mure.v1.AdmitManagerRequest;
import dev.mure.v1.AdmitManagerResponse;
import dev.mure.v1.Cluster;
import dev.mure.v1.DescribeClusterRequest;
import dev.mure.v1.DescribeClusterResponse;
import dev.mure.v1.GetReadIndexRequest;
import dev.mure.v1.GetReadIndexResponse;
import dev.mure.v1.GetTermRequest;
import dev.mure.v1.GetTermResponse;
import dev.mure.v1.ManagerRole;
import dev.mure.v1.PeerGrpc;
import dev.mure.v1.ReportRequest;
import dev.mure.v1.ReportResponse;
import io.grpc.MethodDescriptor;
import io.grpc.stub.StreamObserver;
import java.util.concurrent.TimeoutException;

/** What managers ask of each other. Behind {@link LeaderForwarding} the leader's methods reach this class only where it leads. */
public final class PeerService extends PeerGrpc.PeerImplBase {

    private final Decisions decisions;
    private final AppliedState state;
    private final ReadIndex readIndex;
    private final Membership membership;

    public PeerService(Decisions decisions, AppliedState state, ReadIndex readIndex, Membership membership) {
        this.decisions = decisions;
        this.state = state;
        this.readIndex = readIndex;
        this.membership = membership;
    }

    /** The methods that only the leader can grant. */
    public static MethodDescriptor<?, ?>[] leaderMethods() {
        return new MethodDescriptor<?, ?>[]{PeerGrpc.getAdmitManagerMethod(), PeerGrpc.getGetReadIndexMethod(),
            PeerGrpc.getReportMethod()};
    }

    @Override
    public void describeCluster(DescribeClusterRequest request, StreamObserver<DescribeClusterResponse> out) {
        answer(out, () -> DescribeClusterResponse.newBuilder()
                .setClusterId(cluster().getId())
                .setRaftGroupId(membership.groupId())
                .build());
    }

    @Override
    public void admitManager(AdmitManagerRequest request, StreamObserver<AdmitManagerResponse> out) {
        answer(out, () -> {
            check(request);
            membership.admit(request, LeaderForwarding.timeLeft());
            return AdmitManagerResponse.getDefaultInstance();
        });
    }

    @Override
    public void getReadIndex(GetReadIndexRequest request, StreamObserver<GetReadIndexResponse> out) {
        answer(out, () -> GetReadIndexResponse.newBuilder()
                .setIndex(readIndex.confirm(LeaderForwarding.timeLeft()))
                .build());
    }

    @Override
    public void getTerm(GetTermRequest request, StreamObserver<GetTermResponse> out) {
        answer(out, () -> GetTermResponse.newBuilder().setTerm(membership.term()).build());
    }

    @Override
    public void report(ReportRequest request, StreamObserver<ReportResponse> out) {
        answer(out, () -> {
            requireSelf(request.getManagerId());
            return decisions.commit(new AgentReport(request), LeaderForwarding.timeLeft());
        });
    }

    private Cluster cluster() throws Refusal {
        return state.current()
                .cluster()
                .orElseThrow(
                        () -> new Refusal(Refusal.Kind.FAILED_PRECONDITION, "this cluster is not initialised yet"));
    }

    private static void requireSelf(String nodeId) throws Refusal {
        SpecValidation.require(Caller.current().isNode(nodeId),
                "a manager speaks for itself only, not for " + SpecValidation.quoted(nodeId));
    }

    private void check(AdmitManagerRequest request) throws Refusal {
        String clusterId = cluster().getId();
        if (!request.getClusterId().equals(clusterId)) {
            throw new Refusal(Refusal.Kind.FAILED_PRECONDITION, "the manager wants to join cluster "
                    + SpecValidation.quoted(request.getClusterId()) + ", this is cluster " + clusterId);
        }
        ManagerRole role = request.getRole();
        SpecValidation.require(!request.getNodeId().isEmpty() && !role.getRaftPeerId().isEmpty()
                && !role.getRaftAddress().isEmpty() && !role.getGrpcAddress().isEmpty(),
                "a manager that joins must name its node id, raft peer id, raft address and gRPC address");
        requireSelf(request.getNodeId());
        SpecValidation.require(state.current().node(request.getNodeId()).isPresent(),
                "node " + request.getNodeId() + " was removed from the cluster");
    }

    /** Finds an answer, blocking. */
    interface Answering<R> {
        R find() throws Refusal, NotLeadingException, OutcomeUnknownException, TimeoutException, InterruptedException;
    }

    /** Answers a call with what is found, or says why there is nothing. */
    static <R> void answer(StreamObserver<R> out, Answering<R> answering) {
        R found;
        try {
            found = answering.find();
        } catch (Refusal e) {
            out.onError(Statuses.of(e));
            return;
        } catch (NotLeadingException e) {
            out.onError(Statuses.of(e));
            return;
        } catch (OutcomeUnknownException e) {
            out.onError(Statuses.of(e));
            return;
        } catch (TimeoutException e) {
            out.onError(Statuses.of(e));
            return;
        } catch (InterruptedException e) {
            out.onError(Statuses.of(new OutcomeUnknownException("this manager is stopping")));
            Thread.currentThread().interrupt();
            return;
        }
        out.onNext(found);
        out.onCompleted();
    }
}
