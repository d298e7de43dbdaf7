package dev.mure.manager.leader;

/** A request that can't be granted: the caller's to mend. Nothing changed. */
public final class Refusal extends Exception {

    private static final long serialVersionUID = 1L;

    /** Whose fault it is and what helps. */
    public enum Kind {
        /** The request is wrong in itself. */
        INVALID,
        /** It names something that does not exist. */
        NOT_FOUND,
        /** The name is taken. */
        ALREADY_EXISTS,
        /** Right, but not in the present state. */
        FAILED_PRECONDITION,
        /** What it relied on has changed: read again. */
        CONFLICT,
        /** It was perhaps applied before, too long ago to know. */
        OUTCOME_UNKNOWN
    }

    private final Kind kind;

    /**
     * A refusal.
     *
     * @param message one line for a person: what, where, what to do
     */
    public Refusal(Kind kind, String message) {
        super(message);
        this.kind = kind;
    }

    public Kind kind() {
        return kind;
    }
}
