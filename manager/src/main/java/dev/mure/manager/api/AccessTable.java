package dev.mure.manager.api;

import dev.mure.v1.ControlGrpc;
import dev.mure.v1.DispatchGrpc;
import dev.mure.v1.EnrolmentGrpc;
import dev.mure.v1.PeerGrpc;
import io.grpc.MethodDescriptor;
import io.grpc.ServiceDescriptor;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.reflection.v1.ServerReflectionGrpc;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/** Who may call what: the matrix of docs/security.md. What it does not name nobody may call. */
final class AccessTable {

    private static final Set<Caller.Kind> EVERYBODY = EnumSet.allOf(Caller.Kind.class);
    private static final Set<Caller.Kind> NODES = EnumSet.of(Caller.Kind.WORKER, Caller.Kind.MANAGER);
    private static final Set<Caller.Kind> MANAGERS = EnumSet.of(Caller.Kind.MANAGER);
    private static final Set<Caller.Kind> OPERATORS = EnumSet.of(Caller.Kind.MANAGER, Caller.Kind.OPERATOR);

    private static final Map<String, Set<Caller.Kind>> TABLE = table();

    private AccessTable() {}

    private static Map<String, Set<Caller.Kind>> table() {
        Map<String, Set<Caller.Kind>> table = new HashMap<>();
        all(table, ControlGrpc.getServiceDescriptor(), OPERATORS);
        all(table, DispatchGrpc.getServiceDescriptor(), NODES);
        all(table, PeerGrpc.getServiceDescriptor(), MANAGERS);
        all(table, HealthGrpc.getServiceDescriptor(), NODES);
        all(table, ServerReflectionGrpc.getServiceDescriptor(), MANAGERS);
        one(table, HealthGrpc.getCheckMethod(), EVERYBODY);
        one(table, EnrolmentGrpc.getIssueCertificateMethod(), EVERYBODY);
        one(table, EnrolmentGrpc.getRenewCertificateMethod(), NODES);
        return Map.copyOf(table);
    }

    private static void all(Map<String, Set<Caller.Kind>> table, ServiceDescriptor service, Set<Caller.Kind> who) {
        service.getMethods().forEach(method -> one(table, method, who));
    }

    private static void one(Map<String, Set<Caller.Kind>> table, MethodDescriptor<?, ?> method,
            Set<Caller.Kind> who) {
        table.put(method.getFullMethodName(), who);
    }

    /** Whether such a caller may call a method, by its full name. */
    static boolean allows(Caller.Kind caller, String method) {
        return TABLE.getOrDefault(method, Set.of()).contains(caller);
    }
}
