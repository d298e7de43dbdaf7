package dev.mure.agent.session;

import dev.mure.trust.Distrust;
import io.grpc.Status;
import java.util.Optional;

/** The stream to a manager is over. Another one may be tried unless the cluster will have nothing to do with the agent. */
final class SessionEndedException extends Exception {

    private static final long serialVersionUID = 1L;

    private final boolean refused;
    private final String reason;

    SessionEndedException(String reason) {
        super(reason);
        this.reason = reason;
        this.refused = false;
    }

    SessionEndedException(Status status) {
        super(status.toString(), status.getCause());
        this.reason = describe(status);
        this.refused = status.getCode() == Status.Code.FAILED_PRECONDITION
                || status.getCode() == Status.Code.PERMISSION_DENIED;
    }

    String reason() {
        return reason;
    }

    /** The manager says that it will never serve this agent. */
    boolean isRefused() {
        return refused;
    }

    private static String describe(Status status) {
        Throwable cause = status.getCause();
        Optional<String> distrust = Distrust.in(cause);
        if (distrust.isPresent()) {
            return distrust.get();
        }
        // What gRPC adds in further lines is of no use to a user.
        String detail = Optional.ofNullable(status.getDescription())
                .flatMap(description -> description.lines().findFirst())
                .map(line -> ": " + line)
                .orElse("");
        return status.getCode() + detail + (cause == null ? "" : " (" + cause.getMessage() + ")");
    }
}
