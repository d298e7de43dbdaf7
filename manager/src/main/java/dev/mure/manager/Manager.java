package dev.mure.manager;

import dev.mure.manager.api.AccessControl;
import dev.mure.manager.api.ControlService;
import dev.mure.manager.api.Departure;
import dev.mure.manager.api.EnrolmentService;
import dev.mure.manager.api.GrpcDoor;
import dev.mure.manager.api.JoinTokens;
import dev.mure.manager.api.LeaderForwarding;
import dev.mure.manager.api.LeaderLink;
import dev.mure.manager.api.LeaderReads;
import dev.mure.manager.api.LeaderReports;
import dev.mure.manager.api.LeaveSwarm;
import dev.mure.manager.api.ManagerChannels;
import dev.mure.manager.api.NodeViews;
import dev.mure.manager.api.PeerService;
import dev.mure.manager.api.ServiceWatches;
import dev.mure.manager.api.SwarmStatus;
import dev.mure.manager.dispatcher.Dispatcher;
import dev.mure.manager.http.ConnectBridge;
import dev.mure.manager.http.HealthPage;
import dev.mure.manager.http.HttpDoor;
import dev.mure.manager.leader.Leadership;
import dev.mure.manager.planning.IdSource;
import dev.mure.manager.raft.RaftMember;
import dev.mure.node.DataFolder;
import dev.mure.node.RandomId;
import dev.mure.trust.CredentialRenewal;
import dev.mure.trust.NodeTls;
import dev.mure.trust.grpc.GrpcTls;
import dev.mure.trust.grpc.RenewalCall;
import dev.mure.v1.ReleaseManagerRequest;
import io.grpc.BindableService;
import io.grpc.MethodDescriptor;
import io.grpc.ServerInterceptors;
import io.grpc.ServerServiceDefinition;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The parts of a manager around its Raft member, put together: leader, APIs, dispatcher, doors. */
final class Manager {

    private static final Logger log = LoggerFactory.getLogger(Manager.class);

    /** How long a request waits for a leader: several elections. */
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final Duration HAND_OVER = Duration.ofSeconds(2);
    private static final Duration LAST_COMMITS = Duration.ofMillis(500);
    /** In which the answer to the client that made this manager leave gets out. */
    private static final Duration LAST_ANSWER = Duration.ofMillis(300);
    private static final Duration LAST_CALLS = Duration.ofMillis(500);

    private final RaftMember member;
    private final ManagerChannels channels;
    private final Leadership leadership = new Leadership();
    private final LeaderDuties duties;
    private final ManagerPulse pulse;
    private final CompletableFuture<Void> departed = new CompletableFuture<>();
    private final ServiceWatches watches;
    private final Dispatcher dispatcher;
    private final GrpcDoor grpc;
    private final ConnectBridge connect;
    private final HttpDoor http;
    private final CredentialRenewal renewal;
    private final Thread renewing = Thread.ofVirtual().name("certificate-renewal").unstarted(this::renew);

    Manager(ManagerOptions options, DataFolder folder, NodeTls tls, RaftMember member, ManagerChannels channels,
            SecureRandom random) throws IOException {
        this.member = member;
        this.channels = channels;
        String nodeId = tls.credentials().identity().nodeId();
        IdSource ids = () -> RandomId.next(random);
        duties = new LeaderDuties(member, leadership, ids, new NewCluster(folder, options.name(), random));
        FeedState state = new FeedState(member.feed());
        PeerTerms terms = new PeerTerms(member.feed(), channels);
        pulse = new ManagerPulse(member.peerId(), member::voters, member::leaderPeerId, member.feed(), terms,
                this::leaderKnown);
        RaftView raft = new RaftView(member, member.readBarrier(terms));
        LeaderLink leader = new LeaderLink(nodeId, raft, state, channels);
        LeaderReads reads = new LeaderReads(leadership, raft, leader, state, pulse, PATIENCE);
        watches = new ServiceWatches(state, reads);
        RaftMembership membership = new RaftMembership(member, leadership);
        ServerServiceDefinition control = forwarding(leader,
                new ControlService(leadership, reads, ids, raft, new NodeViews(nodeId, raft, leader, pulse), watches,
                        new JoinTokens(nodeId, random), state::nowMillis, membership,
                        new LeaveSwarm(releaseOf(nodeId, member), new WayOut(), leader, pulse),
                        new SwarmStatus(leader, new SwarmView(nodeId, member, raft, pulse))),
                ControlService.leaderMethods());
        ServerServiceDefinition peer = forwarding(leader,
                new PeerService(leadership, state, raft, membership),
                PeerService.leaderMethods());
        EnrolmentService signing = new EnrolmentService(leadership, random, InstantSource.system());
        ServerServiceDefinition enrolment = forwarding(leader, signing, EnrolmentService.leaderMethods());
        dispatcher = new Dispatcher(nodeId, state, raft, new LeaderReports(leadership, leader), ids, System::nanoTime);
        grpc = new GrpcDoor(new InetSocketAddress(options.bindHost(), options.grpcPort()), GrpcTls.server(tls),
                new AccessControl(state), List.of(control, peer, enrolment, dispatcher.service().bindService()));
        connect = new ConnectBridge(List.of(ServerInterceptors.intercept(control, AccessControl.operators())));
        renewal = new CredentialRenewal(folder, tls,
                request -> leadership.leading()
                        ? signing.renewOwn(request, tls.credentials().identity())
                        : RenewalCall.on(channels.to(options.grpcAddress()), request),
                random);
        http = new HttpDoor(folder.resolve(HttpDoor.SOCKET),
                options.httpPort().map(port -> new InetSocketAddress(InetAddress.getLoopbackAddress(), port)),
                List.of(connect, new HealthPage(this::trouble)));
    }

    private static ReleaseManagerRequest releaseOf(String nodeId, RaftMember member) {
        return ReleaseManagerRequest.newBuilder()
                .setClusterId(member.identity().clusterId())
                .setNodeId(nodeId)
                .setRaftPeerId(member.peerId())
                .build();
    }

    private void renew() {
        try {
            renewal.run();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private ServerServiceDefinition forwarding(LeaderLink leader, BindableService service,
            MethodDescriptor<?, ?>... methods) {
        return ServerInterceptors.intercept(service,
                new LeaderForwarding(leadership, leader, pulse, PATIENCE, methods));
    }

    void start() throws IOException {
        member.onLeadership(duties);
        dispatcher.start();
        grpc.start();
        pulse.start();
        http.start();
        renewing.start();
    }

    /**
     * Ends everything in an order that leaves nobody waiting: leadership first, while the doors still pass requests on to the next
     * leader, then what takes work, then the work, then Raft.
     */
    void stop() throws InterruptedException {
        log.info("This manager stops");
        handOver();
        renewing.interrupt();
        watches.close();
        dispatcher.close();
        http.close();
        connect.close();
        leadership.end();
        pulse.close();
        grpc.stop(LAST_CALLS);
        channels.close();
        member.close();
    }

    private void handOver() throws InterruptedException {
        if (member.openTerm().isPresent() && member.voters().size() > 1) {
            leadership.drain(LAST_COMMITS);
            boolean handedOver = member.handOver(HAND_OVER);
            log.info("Leadership is {}", handedOver ? "handed over" : "left to an election");
        }
    }

    /** Completed when this manager has left its cluster, so that the process should end. */
    CompletableFuture<Void> departed() {
        return departed;
    }

    /** Out of the cluster. */
    private final class WayOut implements Departure {

        @Override
        public boolean last() {
            return member.isVoter(member.peerId()) && member.voters().size() == 1;
        }

        @Override
        public Optional<String> obstacle() {
            return member.openTerm().flatMap(term -> member.removalObstacle(member.peerId()));
        }

        @Override
        public void handOver() throws InterruptedException {
            Manager.this.handOver();
        }

        @Override
        public void end() {
            var _ = departed.completeOnTimeout(null, LAST_ANSWER.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    private void leaderKnown(boolean known) {
        grpc.healthy(known);
    }

    /** Why this manager can't serve. */
    private Optional<String> trouble() {
        return pulse.leaderlessSince().map(since -> pulse.lost().orElse("no leader is known since " + since
                + ", though enough managers answer; can they reach each other's Raft ports?"));
    }
}
