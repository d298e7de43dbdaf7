package dev.mure.manager.leader;

/** This manager took no decision: it does not lead, or its queue is full. Nothing changed. */
public final class NotLeadingException extends Exception {

    private static final long serialVersionUID = 1L;

    public NotLeadingException(String message) {
        super(message);
    }
}
