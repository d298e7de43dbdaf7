package dev.mure.agent.runtime;

/** A runtime could not do what it was asked. */
public final class RuntimeFailure extends Exception {

    private static final long serialVersionUID = 1L;

    /** Who is to blame, and with that, whether it is worth another try. */
    public enum Kind {
        /** The image does not exist, may not be read, or is broken. */
        IMAGE,
        /** The container was refused for what it asks: a missing command, an invalid option. */
        APPLICATION,
        /** Registry, disk or engine could not do it. */
        INFRASTRUCTURE,
        /** The engine did not answer. What became of the request is unknown; it may be repeated. */
        UNREACHABLE,
        /** The container that is meant does not exist. */
        NO_SUCH_CONTAINER
    }

    private final Kind kind;
    private final String reason;

    public RuntimeFailure(Kind kind, String reason) {
        super(reason);
        this.kind = kind;
        this.reason = reason;
    }

    public RuntimeFailure(Kind kind, String reason, Throwable cause) {
        super(reason, cause);
        this.kind = kind;
        this.reason = reason;
    }

    /** The message: one line for the user. */
    public String reason() {
        return reason;
    }

    public Kind kind() {
        return kind;
    }
}
