package dev.mure.manager.api;

import dev.mure.manager.leader.Decided;
import dev.mure.manager.leader.Decision;
import dev.mure.manager.leader.Decisions;
import dev.mure.manager.leader.NotLeadingException;
import dev.mure.manager.leader.OutcomeUnknownException;
import dev.mure.manager.leader.Refusal;
import dev.mure.v1.AdmitManagerRequest;
import dev.mure.v1.AdmitManagerResponse;
import dev.mure.v1.CertificateRole;
import dev.mure.v1.Cluster;
import dev.mure.v1.DescribeClusterRequest;
import dev.mure.v1.DescribeClusterResponse;
import dev.mure.v1.GetReadIndexRequest;
import dev.mure.v1.GetReadIndexResponse;
import dev.mure.v1.GetTermRequest;
import dev.mure.v1.GetTermResponse;
import dev.mure.v1.ManagerRole;
import dev.mure.v1.Mutation;
import dev.mure.v1.Node;
import dev.mure.v1.PeerGrpc;
import dev.mure.v1.ReleaseManagerRequest;
import dev.mure.v1.ReleaseManagerResponse;
import dev.mure.v1.ReportRequest;
import dev.mure.v1.ReportResponse;
import dev.mure.v1.SetManagerRole;
import io.grpc.MethodDescriptor;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
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
            PeerGrpc.getReportMethod(), PeerGrpc.getReleaseManagerMethod()};
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
    public void releaseManager(ReleaseManagerRequest request, StreamObserver<ReleaseManagerResponse> out) {
        answer(out, () -> {
            requireOurs(request.getClusterId(), "leave");
            requireSelf(request.getNodeId());
            SpecValidation.require(!request.getRaftPeerId().isEmpty(),
                    "a manager that leaves must name its raft peer id");
            long end = System.nanoTime() + LeaderForwarding.timeLeft().toNanos();
            membership.release(request.getRaftPeerId(), LeaderForwarding.timeLeft());
            boolean _ = decisions.commit(unlist(request), Duration.ofNanos(Math.max(1, end - System.nanoTime())));
            return ReleaseManagerResponse.getDefaultInstance();
        });
    }

    /** A node that never had an agent is nothing any more; another one goes on as a worker. */
    private static Decision<Boolean> unlist(ReleaseManagerRequest request) {
        return (pending, now) -> pending.node(request.getNodeId())
                .filter(node -> node.getManager().getRaftPeerId().equals(request.getRaftPeerId()))
                .map(node -> node.hasSession()
                        ? Mutation.newBuilder()
                                .setSetManagerRole(SetManagerRole.newBuilder().setNodeId(node.getId()))
                                .build()
                        : Mutation.newBuilder().setForgetNode(node.getId()).build())
                .map(mutation -> new Decided<>(List.of(mutation), Optional.empty(), true))
                .orElseGet(() -> Decided.unchanged(false));
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

    private void requireOurs(String wanted, String verb) throws Refusal {
        String clusterId = cluster().getId();
        if (!wanted.equals(clusterId)) {
            throw new Refusal(Refusal.Kind.FAILED_PRECONDITION, "the manager wants to " + verb + " cluster "
                    + SpecValidation.quoted(wanted) + ", this is cluster " + clusterId);
        }
    }

    private void check(AdmitManagerRequest request) throws Refusal {
        requireOurs(request.getClusterId(), "join");
        ManagerRole role = request.getRole();
        SpecValidation.require(!request.getNodeId().isEmpty() && !role.getRaftPeerId().isEmpty()
                && !role.getRaftAddress().isEmpty() && !role.getGrpcAddress().isEmpty(),
                "a manager that joins must name its node id, raft peer id, raft address and gRPC address");
        requireSelf(request.getNodeId());
        SpecValidation.require(
                state.current().node(request.getNodeId()).filter(PeerService::isWorker).isEmpty(),
                "node " + request.getNodeId() + " is a worker: to manage it needs a manager's join token");
    }

    private static boolean isWorker(Node node) {
        return node.getEnrolment().getRole() == CertificateRole.CERTIFICATE_ROLE_WORKER;
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
