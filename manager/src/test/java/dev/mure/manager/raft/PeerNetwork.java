package dev.mure.manager.raft;

import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.ratis.grpc.server.GrpcServices;
import org.apache.ratis.proto.RaftProtos.AppendEntriesRequestProto;
import org.apache.ratis.proto.RaftProtos.InstallSnapshotRequestProto;
import org.apache.ratis.proto.RaftProtos.RaftRpcRequestProto;
import org.apache.ratis.proto.RaftProtos.RequestVoteRequestProto;
import org.apache.ratis.proto.RaftProtos.StartLeaderElectionRequestProto;
import org.apache.ratis.thirdparty.io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import org.apache.ratis.thirdparty.io.grpc.Metadata;
import org.apache.ratis.thirdparty.io.grpc.ServerCall;
import org.apache.ratis.thirdparty.io.grpc.ServerCallHandler;
import org.apache.ratis.thirdparty.io.grpc.ServerInterceptor;
import org.apache.ratis.thirdparty.io.grpc.Status;
import org.apache.ratis.thirdparty.io.grpc.netty.NettyServerBuilder;
import org.jspecify.annotations.Nullable;

/**
 * Cuts members off from each other. Every message says who sends it to whom, so the receiving side can refuse what may not pass,
 * which is exact and needs no sockets, ports or timing.
 */
final class PeerNetwork implements GrpcServices.Customizer {

    private final Set<String> isolated = ConcurrentHashMap.newKeySet();
    private final Map<String, Integer> breaking = new ConcurrentHashMap<>();
    private final AtomicInteger entries = new AtomicInteger();

    /** From now on nothing passes to or from that member. */
    void isolate(String peerId) {
        isolated.add(peerId);
    }

    void heal() {
        isolated.clear();
    }

    /** From now on the stream of entries to that member breaks with every so many messages. */
    void breakEvery(int messages, String peerId) {
        breaking.put(peerId, messages);
    }

    void breakNoMore() {
        breaking.clear();
    }

    boolean connected(String from, String to) {
        return !isolated.contains(from) && !isolated.contains(to);
    }

    void left(String peerId) {
        isolated.add(peerId);
    }

    void joined(String peerId) {
        isolated.remove(peerId);
    }

    @Override
    public NettyServerBuilder customize(NettyServerBuilder builder, EnumSet<GrpcServices.Type> types) {
        return new PeerTrafficOnly(certificate -> false).customize(builder, types).intercept(new Cut());
    }

    private final class Cut implements ServerInterceptor {
        @Override
        public <Q, A> ServerCall.Listener<Q> interceptCall(ServerCall<Q, A> call, Metadata headers,
                ServerCallHandler<Q, A> next) {
            return new SimpleForwardingServerCallListener<>(next.startCall(call, headers)) {
                private boolean closed;

                @Override
                public void onMessage(Q message) {
                    if (!closed && passes(message)) {
                        super.onMessage(message);
                    } else if (!closed) {
                        closed = true;
                        call.close(Status.UNAVAILABLE.withDescription("cut by the test"), new Metadata());
                    }
                }

                @Override
                public void onHalfClose() {
                    if (!closed) {
                        super.onHalfClose();
                    }
                }
            };
        }
    }

    private boolean passes(Object message) {
        RaftRpcRequestProto request = header(message);
        if (request == null) {
            return true;
        }
        if (message instanceof AppendEntriesRequestProto append && breaks(append)) {
            return false;
        }
        return connected(request.getRequestorId().toStringUtf8(), request.getReplyId().toStringUtf8());
    }

    private boolean breaks(AppendEntriesRequestProto append) {
        return append.getEntriesCount() > 0
                && Optional.ofNullable(breaking.get(append.getServerRequest().getReplyId().toStringUtf8()))
                        .filter(every -> entries.incrementAndGet() % every == 0)
                        .isPresent();
    }

    private static @Nullable RaftRpcRequestProto header(Object message) {
        return switch (message) {
            case AppendEntriesRequestProto append -> append.getServerRequest();
            case RequestVoteRequestProto vote -> vote.getServerRequest();
            case InstallSnapshotRequestProto install -> install.getServerRequest();
            case StartLeaderElectionRequestProto transfer -> transfer.getServerRequest();
            default -> null;
        };
    }
}
