package dev.mure.manager.api;

import dev.mure.manager.leader.NotLeadingException;
import dev.mure.manager.leader.Refusal;
import dev.mure.manager.planning.IdSource;
import dev.mure.trust.NodeRole;
import dev.mure.trust.NodeTls;
import dev.mure.trust.grpc.GrpcTls;
import dev.mure.v1.AdmitManagerRequest;
import dev.mure.v1.Cluster;
import dev.mure.v1.GetSwarmStatusResponse;
import dev.mure.v1.ManagerRole;
import dev.mure.v1.Mutation;
import dev.mure.v1.Node;
import dev.mure.v1.PutNode;
import dev.mure.v1.ReleaseManagerRequest;
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
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
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
    public final FakeQuorum quorum = new FakeQuorum();
    public final FakeDeparture departure;
    public final Set<String> voters = ConcurrentHashMap.newKeySet();
    public final List<AdmitManagerRequest> admitted = new ArrayList<>();
    public final LeaderLink link;
    public final LeaderReports reports;
    public final ControlService control;
    public final ServiceWatches watches;
    public final List<ServerServiceDefinition> services;
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

    /** What a manager that leaves does, noted. */
    public static final class FakeDeparture implements Departure {
        public volatile boolean last;
        public volatile Optional<String> obstacle = Optional.empty();
        public volatile Runnable handingOver = () -> {};
        public final List<String> done = new CopyOnWriteArrayList<>();

        @Override
        public boolean last() {
            return last;
        }

        @Override
        public Optional<String> obstacle() {
            return obstacle;
        }

        @Override
        public void handOver() {
            done.add("hand over");
            handingOver.run();
        }

        @Override
        public void end() {
            done.add("end");
        }
    }

    /** Who answers, as the test says. */
    public static final class FakeQuorum implements Quorum {
        public volatile Optional<String> lost = Optional.empty();
        public volatile Optional<Instant> leaderlessSince = Optional.empty();
        /** Why nobody may be released; empty if everybody may. */
        public volatile String removal = "";

        @Override
        public Optional<String> lost() {
            return lost;
        }

        @Override
        public Optional<Instant> leaderlessSince() {
            return leaderlessSince;
        }

        @Override
        public Optional<Instant> silentSince(String nodeId) {
            return nodeId.equals("silent") ? Optional.of(Instant.EPOCH) : Optional.empty();
        }
    }

    /** A manager whose door is open on a free port of loopback. Requests wait that long for a leader. */
    public FakeManager(String id, FakeState state, Duration patience) throws IOException {
        this(id, state, patience, 0);
    }

    FakeManager(String id, FakeState state, Duration patience, int port) throws IOException {
        this.id = id;
        this.state = state;
        NodeTls tls = new NodeTls(TRUST.credentials(id, NodeRole.MANAGER));
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
        LeaderReads reads = new LeaderReads(decisions, readIndex, link, state, quorum, patience);
        watches = new ServiceWatches(state, reads, 3);
        AtomicInteger next = new AtomicInteger();
        IdSource ids = () -> "%025d".formatted(next.incrementAndGet());
        Membership membership = new Membership() {
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

            @Override
            public boolean votes(String raftPeerId) {
                return voters.contains(raftPeerId);
            }

            @Override
            public void release(String raftPeerId, Duration timeout) throws Refusal {
                if (!quorum.removal.isEmpty()) {
                    throw new Refusal(Refusal.Kind.FAILED_PRECONDITION, quorum.removal);
                }
                voters.remove(raftPeerId);
            }
        };
        departure = new FakeDeparture();
        LeaveSwarm leave = new LeaveSwarm(ReleaseManagerRequest.newBuilder().setClusterId(CLUSTER_ID).setNodeId(id)
                .setRaftPeerId(id + "-1").build(), departure, link, quorum);
        control = new ControlService(decisions, reads, ids, leadership, new NodeViews(id, leadership, link, quorum),
                watches, new JoinTokens(id, new Random(1)), state::nowMillis, membership, leave,
                new SwarmStatus(link, () -> GetSwarmStatusResponse.newBuilder().setClusterId("seen by " + id).build()));
        PeerService peer = new PeerService(decisions, state, readIndex, membership);
        List<MethodDescriptor<?, ?>> forwarded = new ArrayList<>(List.of(ControlService.leaderMethods()));
        forwarded.addAll(List.of(PeerService.leaderMethods()));
        forwarded.addAll(List.of(EnrolmentService.leaderMethods()));
        LeaderForwarding forwarding =
                new LeaderForwarding(decisions, link, quorum, patience, forwarded.toArray(MethodDescriptor[]::new));
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
        return connectAs(id);
    }

    /** A connection to this manager on which that manager's certificate is shown. */
    public ManagedChannel connectAs(String managerId) {
        NodeTls node = new NodeTls(TRUST.credentials(managerId, NodeRole.MANAGER));
        return NettyChannelBuilder.forTarget("dns:///" + address()).sslContext(GrpcTls.client(node)).build();
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
