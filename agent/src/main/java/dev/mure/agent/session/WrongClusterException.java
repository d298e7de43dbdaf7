package dev.mure.agent.session;

/** This node belongs to another cluster than the managers it was sent to. Only a person can tell which is right. */
public final class WrongClusterException extends Exception {

    private static final long serialVersionUID = 1L;

    WrongClusterException(String message) {
        super(message);
    }
}
