package dev.mure.manager.api;

import dev.mure.manager.leader.NotLeadingException;
import dev.mure.manager.planning.IdSource;
import dev.mure.trust.NodeRole;
import dev.mure.trust.NodeTls;
import dev.mure.trust.grpc.GrpcTls;
import dev.mure.v1.AdmitManagerRequest;
import dev.mure.v1.Cluster;
import dev.mure.v1.ManagerRole;
import dev.mure.v1.Mutation;
import dev.mure.v1.Node;
import dev.mure.v1.PutNode;
import dev.mure.v1.SetManagerRole;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.ServerInterceptors;
import io.grpc.ServerServiceDefinition;
import io.grpc.netty.NettyChannelBuilder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;

/** A manager with everything of its gRPC door that is real, over a state and a leader loop that are not. */
public final class FakeManager implements AutoCloseable {

    public static final String CLUSTER_ID = "0cluster00000000000000000";

    /** Of the one cluster that all of them belong to. */
    public static final TestTrust TRUST = new TestTrust(CLUSTER_ID);

    public final String id;
    public final FakeState state;
    public final ImmediateDecisions decisions;
    public final FakeLeadership leadership = new FakeLeadership();
    public final List<AdmitManagerRequest> admitted = new ArrayList<>();
    public final LeaderLink link;
    public final LeaderReports reports;
    public final ControlService control;
    public final ServiceWatches watches;
    public final List<ServerServiceDefinition> services;
    private final NodeTls tls;
    private final ManagerChannels channels;
    private final GrpcDoor door;

    /** Who leads, as the test says. */
    public static final class FakeLeadership implements Leadership {
        public volatile Optional<String> leader = Optional.empty();

        @Override
        public Optional<String> leaderId() {
            return leader;
        }

        @Override
        public long term() {
            return 7;
        }

        @Override
        public boolean hears(String nodeId) {
            return !nodeId.equals("silent");
        }
    }

    /** A manager whose door is open on a free port of loopback. Requests wait that long for a leader. */
    public FakeManager(String id, FakeState state, Duration patience) throws IOException {
        this(id, state, patience, 0);
    }

    FakeManager(String id, FakeState state, Duration patience, int port) throws IOException {
        this.id = id;
        this.state = state;
        tls = new NodeTls(TRUST.credentials(id, NodeRole.MANAGER));
        channels = new ManagerChannels(GrpcTls.client(tls), System::nanoTime);
        decisions = new ImmediateDecisions(state);
        link = new LeaderLink(id, leadership, state, channels);
        reports = new LeaderReports(decisions, link);
        ReadIndex readIndex = timeout -> {
            if (!decisions.leading()) {
                throw new NotLeadingException("told so by the test");
            }
            return state.current().index();
        };
        LeaderReads reads = new LeaderReads(decisions, readIndex, link, state, patience);
        watches = new ServiceWatches(state, reads, 3);
        AtomicInteger next = new AtomicInteger();
        IdSource ids = () -> "%025d".formatted(next.incrementAndGet());
        control = new ControlService(decisions, reads, ids, leadership, new NodeViews(id, leadership, link), watches,
                new JoinTokens(id, new Random(1)), state::nowMillis);
        PeerService peer = new PeerService(decisions, state, readIndex, new Membership() {
            @Override
            public String groupId() {
                return "group";
            }

            @Override
            public long term() {
                return 7;
            }

            @Override
            public void admit(AdmitManagerRequest request, Duration timeout) {
                admitted.add(request);
            }
        });
        List<MethodDescriptor<?, ?>> forwarded = new ArrayList<>(List.of(ControlService.leaderMethods()));
        forwarded.addAll(List.of(PeerService.leaderMethods()));
        forwarded.addAll(List.of(EnrolmentService.leaderMethods()));
        LeaderForwarding forwarding =
                new LeaderForwarding(decisions, link, patience, forwarded.toArray(MethodDescriptor[]::new));
        services = List.of(ServerInterceptors.intercept(control, forwarding),
                ServerInterceptors.intercept(peer, forwarding),
                ServerInterceptors.intercept(
                        new EnrolmentService(decisions, TRUST.random, InstantSource.system()), forwarding));
        door = new GrpcDoor(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), GrpcTls.server(tls),
                new AccessControl(state), services);
        door.start();
    }

    public String address() {
        return "127.0.0.1:" + door.port();
    }

    /** A connection to this manager on which it shows its own certificate. */
    public ManagedChannel connect() {
        return NettyChannelBuilder.forTarget("dns:///" + address()).sslContext(GrpcTls.client(tls)).build();
    }

    public int openWatches() {
        return watches.open();
    }

    /** Makes the cluster, with this manager in it and leading. */
    public void initialise() {
        state.apply(Mutation.newBuilder()
                .setPutCluster(Cluster.newBuilder().setId(CLUSTER_ID).setEpoch(1).setTrust(TRUST.inState()))
                .build());
        listManager(this);
        leadership.leader = Optional.of(id);
    }

    /** Lists a manager in the state, with its door's address. */
    public void listManager(FakeManager other) {
        state.apply(
                Mutation.newBuilder()
                        .setPutNode(PutNode.newBuilder()
                                .setId(other.id)
                                .setName("host-" + other.id)
                                .setAvailability(Node.Availability.ACTIVE))
                        .build(),
                Mutation.newBuilder()
                        .setSetManagerRole(SetManagerRole.newBuilder()
                                .setNodeId(other.id)
                                .setRole(ManagerRole.newBuilder()
                                        .setRaftPeerId(other.id + "-1")
                                        .setGrpcAddress(other.address())))
                        .build());
    }

    @Override
    public void close() {
        watches.close();
        door.close();
        channels.close();
    }
}
