package dev.mure.trust.grpc;

/** No manager of the cluster will ever give this node a certificate as it asked. The message is one line for a person. */
public final class EnrolmentRefusedException extends Exception {

    private static final long serialVersionUID = 1L;

    /** Refused for this reason. */
    public EnrolmentRefusedException(String message) {
        super(message);
    }
}
