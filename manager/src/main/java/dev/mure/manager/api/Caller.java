package dev.mure.manager.api;

import dev.mure.trust.NodeIdentity;
import dev.mure.trust.NodeRole;
import io.grpc.Context;
import java.util.Optional;

/**
 * Who makes a call. Handlers find it with {@link #current}.
 *
 * @param nodeId of a worker or manager; empty for the others
 */
public record Caller(Kind kind, String nodeId) {

    /** What a caller is, and so which calls it may make. */
    public enum Kind {
        /** Showed no certificate. */
        NOBODY,
        /** A node with a worker's certificate. */
        WORKER,
        /** A node with a manager's certificate. */
        MANAGER,
        /** Came through a door that only the operators of a manager's machine reach. */
        OPERATOR
    }

    static final Caller NOBODY = new Caller(Kind.NOBODY, "");
    static final Caller OPERATOR = new Caller(Kind.OPERATOR, "");

    static final Context.Key<Caller> KEY = Context.keyWithDefault("mure-caller", NOBODY);

    /** The node that an accepted certificate names. */
    static Caller of(NodeIdentity identity) {
        return new Caller(switch (identity.role()) {
            case WORKER -> Kind.WORKER;
            case MANAGER -> Kind.MANAGER;
        }, identity.nodeId());
    }

    /** Who makes the call that the current thread serves; nobody if it serves none. */
    public static Caller current() {
        return KEY.get();
    }

    /** Whether it is that node, as its certificate says. */
    public boolean isNode(String id) {
        return (kind == Kind.WORKER || kind == Kind.MANAGER) && nodeId.equals(id);
    }

    /** What the certificate lets a node be. */
    NodeRole role() {
        return kind == Kind.MANAGER ? NodeRole.MANAGER : NodeRole.WORKER;
    }

    /** As a manager names the caller to the leader. */
    String header() {
        return kind + " " + nodeId;
    }

    /** Reads {@link #header}. */
    static Optional<Caller> ofHeader(String text) {
        int space = text.indexOf(' ');
        try {
            return space < 0
                    ? Optional.empty()
                    : Optional.of(new Caller(Kind.valueOf(text.substring(0, space)), text.substring(space + 1)));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
