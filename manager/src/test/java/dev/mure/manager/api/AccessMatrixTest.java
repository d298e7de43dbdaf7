package dev.mure.manager.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mure.trust.NodeRole;
import dev.mure.trust.NodeTls;
import dev.mure.trust.grpc.GrpcTls;
import dev.mure.v1.Cluster;
import dev.mure.v1.ControlGrpc;
import dev.mure.v1.DispatchGrpc;
import dev.mure.v1.EnrolmentGrpc;
import dev.mure.v1.Mutation;
import dev.mure.v1.Node;
import dev.mure.v1.PeerGrpc;
import dev.mure.v1.PutNode;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerServiceDefinition;
import io.grpc.ServiceDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.reflection.v1.ServerReflectionGrpc;
import io.grpc.stub.ClientCalls;
import io.netty.handler.ssl.SslContext;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Makes every call as every kind of caller over real TLS, and holds what happens against the table in docs/security.md. */
class AccessMatrixTest {

    private static final Path DOCUMENT = Path.of("../docs/security.md");
    private static final String REMOVED = "gone";
    private static final Set<Status.Code> NO = EnumSet.of(Status.Code.UNAUTHENTICATED, Status.Code.PERMISSION_DENIED);
    private static final String CLUSTER = "0cluster00000000000000000";
    private static final List<ServiceDescriptor> OURS =
            List.of(ControlGrpc.getServiceDescriptor(), DispatchGrpc.getServiceDescriptor(),
                    PeerGrpc.getServiceDescriptor(), EnrolmentGrpc.getServiceDescriptor());
    private static final List<ServiceDescriptor> GRPCS =
            List.of(HealthGrpc.getServiceDescriptor(), ServerReflectionGrpc.getServiceDescriptor());

    private final TestTrust trust = new TestTrust(CLUSTER);
    private final FakeState state = new FakeState();
    private final List<ManagedChannel> channels = new ArrayList<>();
    private GrpcDoor door;
    private Server operatorsDoor;

    @BeforeEach
    void open() throws IOException {
        state.apply(Mutation.newBuilder()
                .setPutCluster(Cluster.newBuilder().setId(CLUSTER).setTrust(trust.inState()))
                .build());
        for (String node : List.of("m1", "w1", REMOVED)) {
            state.apply(Mutation.newBuilder()
                    .setPutNode(PutNode.newBuilder().setId(node).setAvailability(Node.Availability.ACTIVE))
                    .build());
        }
        state.apply(Mutation.newBuilder().setRemoveNode(REMOVED).build());
        door = new GrpcDoor(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), GrpcTls.server(tls("m1")),
                new AccessControl(state), services(OURS));
        door.start();
        String name = InProcessServerBuilder.generateName();
        InProcessServerBuilder operators = InProcessServerBuilder.forName(name);
        services(Stream.concat(OURS.stream(), GRPCS.stream()).toList()).forEach(operators::addService);
        operatorsDoor = operators.intercept(AccessControl.operators()).build().start();
        channels.add(InProcessChannelBuilder.forName(name).build());
    }

    @AfterEach
    void close() {
        channels.forEach(ManagedChannel::shutdownNow);
        door.close();
        operatorsDoor.shutdownNow();
    }

    @Test
    void everyCallIsAllowedOrRefusedAsTheDocumentSays() throws Exception {
        Map<String, Channel> callers = new LinkedHashMap<>();
        callers.put("nobody", connect(GrpcTls.joining(trust.token(NodeRole.WORKER))));
        callers.put("worker", connect(GrpcTls.client(new NodeTls(trust.credentials("w1", NodeRole.WORKER)))));
        callers.put("manager", connect(GrpcTls.client(tls("m1"))));
        callers.put("removed worker",
                connect(GrpcTls.client(new NodeTls(trust.credentials(REMOVED, NodeRole.WORKER)))));
        callers.put("removed manager", connect(GrpcTls.client(tls(REMOVED))));
        callers.put("operator", channels.getFirst());

        Map<String, String> seen = new TreeMap<>();
        for (ServiceDescriptor service : Stream.concat(OURS.stream(), GRPCS.stream()).toList()) {
            for (MethodDescriptor<?, ?> method : service.getMethods()) {
                List<String> answers = callers.values().stream().map(caller -> answer(caller, method)).toList();
                seen.put(method.getFullMethodName(), String.join(" | ", answers));
            }
        }
        assertThat(seen).containsExactlyEntriesOf(document(List.copyOf(callers.keySet())));
    }

    /** By call the cells of its row. */
    private static Map<String, String> document(List<String> callers) throws IOException {
        List<String> lines = Files.readAllLines(DOCUMENT);
        assertThat(lines).contains("| Call | " + String.join(" | ", callers) + " |");
        Map<String, String> rows = new TreeMap<>();
        for (String line : lines) {
            if (line.startsWith("| `") && line.contains("/")) {
                String[] parts = line.split("`", 3);
                rows.put(parts[1], parts[2].substring(" | ".length(), parts[2].length() - " |".length()));
            }
        }
        return rows;
    }

    private static String answer(Channel caller, MethodDescriptor<?, ?> method) {
        return NO.contains(call(caller, method)) ? "no" : "yes";
    }

    private static Status.Code call(Channel caller, MethodDescriptor<?, ?> method) {
        try {
            // The first answer says enough; some calls would go on.
            boolean _ = ClientCalls.blockingServerStreamingCall(caller, bytes(method),
                    CallOptions.DEFAULT.withDeadlineAfter(10, TimeUnit.SECONDS), new byte[0]).hasNext();
            return Status.Code.OK;
        } catch (StatusRuntimeException e) {
            // Only a call that got through or was refused says anything.
            assertThat(e.getStatus().getCode()).as("%s: %s", method.getFullMethodName(), e)
                    .isNotIn(Status.Code.UNAVAILABLE, Status.Code.DEADLINE_EXCEEDED);
            return e.getStatus().getCode();
        }
    }

    private NodeTls tls(String manager) {
        return new NodeTls(trust.credentials(manager, NodeRole.MANAGER));
    }

    private Channel connect(SslContext tls) {
        ManagedChannel channel =
                NettyChannelBuilder.forTarget("dns:///127.0.0.1:" + door.port()).sslContext(tls).build();
        channels.add(channel);
        return channel;
    }

    /** The same calls, whose handlers say that they were reached. */
    private static List<ServerServiceDefinition> services(List<ServiceDescriptor> services) {
        List<ServerServiceDefinition> all = new ArrayList<>();
        for (ServiceDescriptor service : services) {
            ServerServiceDefinition.Builder builder = ServerServiceDefinition.builder(service.getName());
            for (MethodDescriptor<?, ?> method : service.getMethods()) {
                builder.addMethod(bytes(method), (call, headers) -> {
                    call.close(Status.ABORTED.withDescription("reached"), new Metadata());
                    return new ServerCall.Listener<>() {};
                });
            }
            all.add(builder.build());
        }
        return all;
    }

    private static MethodDescriptor<byte[], byte[]> bytes(MethodDescriptor<?, ?> method) {
        return MethodDescriptor.newBuilder(new BytesMarshaller(), new BytesMarshaller())
                .setType(MethodDescriptor.MethodType.SERVER_STREAMING)
                .setFullMethodName(method.getFullMethodName())
                .build();
    }

    private static final class BytesMarshaller implements MethodDescriptor.Marshaller<byte[]> {
        @Override
        public InputStream stream(byte[] value) {
            return new ByteArrayInputStream(value);
        }

        @Override
        public byte[] parse(InputStream stream) {
            try {
                return stream.readAllBytes();
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        }
    }
}
