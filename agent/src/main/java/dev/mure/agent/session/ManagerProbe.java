package dev.mure.agent.session;

import com.google.protobuf.Empty;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.ProtoUtils;
import io.grpc.stub.ClientCalls;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * Asks a manager whether it is still there, by gRPC's standard health check on the same connection. A stopped process or a
 * cut network would otherwise be noticed after 10 s at the earliest, the shortest keepalive time that gRPC allows. Any answer
 * will do, also that there is no such service.
 */
final class ManagerProbe {

    /** The standard's messages without their fields, which are of no interest: the question is about the whole server. */
    private static final MethodDescriptor<Empty, Empty> CHECK = MethodDescriptor.<Empty, Empty>newBuilder()
            .setType(MethodDescriptor.MethodType.UNARY)
            .setFullMethodName("grpc.health.v1.Health/Check")
            .setRequestMarshaller(ProtoUtils.marshaller(Empty.getDefaultInstance()))
            .setResponseMarshaller(ProtoUtils.marshaller(Empty.getDefaultInstance()))
            .build();

    private ManagerProbe() {}

    /** Whether the manager answers within the limit. Blocks. */
    static boolean answers(Channel channel, Duration limit) {
        try {
            Empty _ = ClientCalls.blockingUnaryCall(channel, CHECK,
                    CallOptions.DEFAULT.withDeadlineAfter(limit.toNanos(), TimeUnit.NANOSECONDS),
                    Empty.getDefaultInstance());
            return true;
        } catch (StatusRuntimeException e) {
            Status.Code code = e.getStatus().getCode();
            return code != Status.Code.DEADLINE_EXCEEDED && code != Status.Code.UNAVAILABLE
                    && code != Status.Code.CANCELLED;
        }
    }
}
