package dev.mure.manager.store;

/**
 * A log entry or snapshot that this build does not understand. Skipping it would make this member differ from the others, so
 * whoever meets it stops the process and says so.
 */
public final class UnsupportedEntryException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public UnsupportedEntryException(String message) {
        super(message);
    }
}
