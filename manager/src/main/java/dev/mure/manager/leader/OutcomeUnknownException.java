package dev.mure.manager.leader;

/** The decision was on its way when the term ended or the time ran out: it may have been committed, or may still be. */
public final class OutcomeUnknownException extends Exception {

    private static final long serialVersionUID = 1L;

    public OutcomeUnknownException(String message) {
        super(message);
    }
}
