package dev.mure.manager.raft;

/** This member does not lead, or stopped leading while it was asked. Ask again, or ask the leader. */
public final class NotLeaderException extends Exception {

    private static final long serialVersionUID = 1L;

    public NotLeaderException(String message) {
        super(message);
    }
}
