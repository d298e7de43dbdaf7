package dev.mure.agent.session;

import dev.mure.node.DataFolder;
import dev.mure.trust.CertificateAuthority;
import dev.mure.trust.CredentialFile;
import dev.mure.trust.Credentials;
import dev.mure.trust.NodeIdentity;
import dev.mure.trust.NodeRole;
import dev.mure.trust.NodeTls;
import dev.mure.trust.grpc.GrpcTls;
import dev.mure.v1.AgentMessage;
import dev.mure.v1.Assignments;
import dev.mure.v1.DispatchGrpc;
import dev.mure.v1.Hello;
import dev.mure.v1.ManagerList;
import dev.mure.v1.ManagerMessage;
import dev.mure.v1.StatusAck;
import dev.mure.v1.StatusReport;
import dev.mure.v1.Welcome;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.ServerBuilder;
import io.grpc.Status;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** A manager in this process. The test is its mind: it takes sessions and reads and answers each message. */
public final class FakeManager implements AutoCloseable {

    private static final Duration SOON = Duration.ofSeconds(60);
    private static final SecureRandom RANDOM = new SecureRandom();

    private final String address;
    private final String clusterId;
    private final CertificateAuthority authority;
    private final Server server;
    private final BlockingQueue<FakeSession> sessions = new LinkedBlockingQueue<>();
    private final AtomicInteger attempts = new AtomicInteger();
    private volatile Optional<Status> refusal = Optional.empty();

    private FakeManager(String address, String clusterId, CertificateAuthority authority, ServerBuilder<?> server)
            throws IOException {
        this.address = address;
        this.clusterId = clusterId;
        this.authority = authority;
        this.server = server.addService(new Dispatcher()).build().start();
    }

    /** One that only this process can reach. */
    FakeManager(String address, String clusterId) throws IOException {
        this(address, clusterId, authority(clusterId), InProcessServerBuilder.forName(address));
    }

    private static CertificateAuthority authority(String clusterId) {
        return CertificateAuthority.create(clusterId, RANDOM, Instant.now());
    }

    /** One on a port of this machine. */
    public static FakeManager onLoopback(String clusterId) throws IOException {
        CertificateAuthority authority = authority(clusterId);
        NodeTls tls = new NodeTls(Credentials.ofFirst(authority,
                new NodeIdentity("manager", NodeRole.MANAGER, clusterId), RANDOM, Instant.now()));
        return new FakeManager("loopback", clusterId, authority,
                NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                        .sslContext(GrpcTls.server(tls)));
    }

    /** Gives the node of a data folder a certificate of this manager's cluster. */
    public void letIn(Path dataDir) throws IOException {
        letIn(dataDir, Instant.now());
    }

    /** At that time. */
    public void letIn(Path dataDir, Instant then) throws IOException {
        DataFolder folder = DataFolder.open(dataDir);
        new CredentialFile(folder).write(Credentials.ofFirst(authority,
                new NodeIdentity(folder.nodeId(RANDOM), NodeRole.WORKER, clusterId), RANDOM, then));
    }

    /** HOST:PORT. */
    public String hostAndPort() {
        return "127.0.0.1:" + server.getPort();
    }

    static ManagedChannel dial(String address) {
        return InProcessChannelBuilder.forName(address).build();
    }

    /** Ends all streams from now on with that status. */
    void refuse(Status status) {
        refusal = Optional.of(status);
    }

    void accept() {
        refusal = Optional.empty();
    }

    /** Streams that were opened, refused ones included. */
    int attempts() {
        return attempts.get();
    }

    /** The next session of an agent, past hello and welcome. */
    public FakeSession session() throws InterruptedException {
        FakeSession session = sessions.poll(SOON.toSeconds(), TimeUnit.SECONDS);
        if (session == null) {
            throw new AssertionError("no session with " + address);
        }
        return session;
    }

    boolean hasSession() {
        return !sessions.isEmpty();
    }

    @Override
    public void close() {
        server.shutdownNow();
    }

    /** One stream. */
    public static final class FakeSession {

        private final StreamObserver<ManagerMessage> agent;
        private final Hello hello;
        private final BlockingQueue<StatusReport> reports = new LinkedBlockingQueue<>();
        private final CountDownLatch heartbeat = new CountDownLatch(1);
        private final CountDownLatch goodbye = new CountDownLatch(1);

        FakeSession(StreamObserver<ManagerMessage> agent, Hello hello) {
            this.agent = agent;
            this.hello = hello;
        }

        public Hello hello() {
            return hello;
        }

        synchronized void send(ManagerMessage message) {
            agent.onNext(message);
        }

        public void assign(Assignments assignments) {
            send(ManagerMessage.newBuilder().setAssignments(assignments).build());
        }

        void tellManagers(List<String> addresses) {
            send(ManagerMessage.newBuilder().setManagers(ManagerList.newBuilder().addAllGrpcAddresses(addresses))
                    .build());
        }

        public void acknowledge(StatusReport report) {
            send(ManagerMessage.newBuilder().setStatusAck(StatusAck.newBuilder().setSequence(report.getSequence()))
                    .build());
        }

        synchronized void end(Status status) {
            agent.onError(status.asRuntimeException());
        }

        public StatusReport report() throws InterruptedException {
            StatusReport report = reports.poll(SOON.toSeconds(), TimeUnit.SECONDS);
            if (report == null) {
                throw new AssertionError("no report");
            }
            return report;
        }

        boolean hasReport() {
            return !reports.isEmpty();
        }

        public boolean sawHeartbeat() throws InterruptedException {
            return heartbeat.await(SOON.toSeconds(), TimeUnit.SECONDS);
        }

        public boolean sawGoodbye() throws InterruptedException {
            return goodbye.await(SOON.toSeconds(), TimeUnit.SECONDS);
        }
    }

    private final class Dispatcher extends DispatchGrpc.DispatchImplBase {

        @Override
        public StreamObserver<AgentMessage> connect(StreamObserver<ManagerMessage> agent) {
            attempts.incrementAndGet();
            return new StreamObserver<>() {
                private Optional<FakeSession> session = Optional.empty();

                @Override
                public void onNext(AgentMessage message) {
                    switch (message.getKindCase()) {
                        case HELLO -> welcome(message.getHello());
                        case STATUSES -> session.orElseThrow().reports.add(message.getStatuses());
                        case HEARTBEAT -> session.orElseThrow().heartbeat.countDown();
                        case KIND_NOT_SET -> throw new AssertionError(message);
                    }
                }

                private void welcome(Hello hello) {
                    if (refusal.isPresent()) {
                        agent.onError(refusal.get().asRuntimeException());
                        return;
                    }
                    FakeSession opened = new FakeSession(agent, hello);
                    session = Optional.of(opened);
                    opened.send(ManagerMessage.newBuilder()
                            .setWelcome(Welcome.newBuilder()
                                    .setSessionId("session-" + attempts.get())
                                    .setClusterId(clusterId)
                                    .setHeartbeatPeriod(com.google.protobuf.Duration.newBuilder().setNanos(20_000_000)))
                            .build());
                    sessions.add(opened);
                }

                @Override
                public void onError(Throwable error) {
                    // The agent went away.
                }

                @Override
                public void onCompleted() {
                    session.ifPresent(open -> open.goodbye.countDown());
                    agent.onCompleted();
                }
            };
        }
    }
}
