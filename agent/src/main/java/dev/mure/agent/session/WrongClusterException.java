package dev.mure.agent.session;

/** This node is none of the cluster whose managers it was sent to: of another one, or removed. Only a person can tell what is right. */
public final class WrongClusterException extends Exception {

    private static final long serialVersionUID = 1L;

    /** Says which cluster and which node. */
    public WrongClusterException(String message) {
        super(message);
    }
}
