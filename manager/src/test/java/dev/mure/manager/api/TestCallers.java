package dev.mure.manager.api;

import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import java.util.function.Function;

/** Makes a server without TLS take its callers for whom a test says. */
public final class TestCallers {

    private TestCallers() {}

    /** A worker's certificate. */
    public static Caller worker(String nodeId) {
        return new Caller(Caller.Kind.WORKER, nodeId);
    }

    /** Finds the caller in the headers. */
    public static ServerInterceptor by(Function<Metadata, Caller> who) {
        return new ServerInterceptor() {
            @Override
            public <Q, R> ServerCall.Listener<Q> interceptCall(ServerCall<Q, R> call, Metadata headers,
                    ServerCallHandler<Q, R> next) {
                return Contexts.interceptCall(Context.current().withValue(Caller.KEY, who.apply(headers)), call,
                        headers, next);
            }
        };
    }
}
