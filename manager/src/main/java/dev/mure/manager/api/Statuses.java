package dev.mure.manager.api;

import dev.mure.manager.leader.NotLeadingException;
import dev.mure.manager.leader.OutcomeUnknownException;
import dev.mure.manager.leader.Refusal;
import dev.mure.v1.QuorumLost;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusException;
import io.grpc.StatusRuntimeException;
import java.util.concurrent.TimeoutException;

/** The one place where outcomes become gRPC statuses, each with one line of text. */
public final class Statuses {

    /** Trailer of an answer from a manager that did nothing because it does not lead. */
    static final Metadata.Key<String> NOT_LEADING =
            Metadata.Key.of("mure-not-leading", Metadata.ASCII_STRING_MARSHALLER);

    /** Trailer that names the message which says more of an error; the HTTP door passes it on as a detail. */
    public static final Metadata.Key<String> DETAIL =
            Metadata.Key.of("mure-error-detail", Metadata.ASCII_STRING_MARSHALLER);

    private Statuses() {}

    static StatusRuntimeException of(Refusal refusal) {
        Status status = switch (refusal.kind()) {
            case INVALID -> Status.INVALID_ARGUMENT;
            case NOT_FOUND -> Status.NOT_FOUND;
            case ALREADY_EXISTS -> Status.ALREADY_EXISTS;
            case FAILED_PRECONDITION -> Status.FAILED_PRECONDITION;
            case CONFLICT -> Status.ABORTED;
            case OUTCOME_UNKNOWN -> Status.UNKNOWN;
        };
        return status.withDescription(refusal.getMessage()).asRuntimeException();
    }

    static StatusRuntimeException of(NotLeadingException e) {
        Metadata trailers = new Metadata();
        trailers.put(NOT_LEADING, "1");
        return Status.UNAVAILABLE.withDescription("no leader here: " + e.getMessage() + "; try again")
                .asRuntimeException(trailers);
    }

    /** A removed node is refused whatever it asks, and need not ask anybody else. */
    public static Status removed(String nodeId) {
        return Status.PERMISSION_DENIED.withDescription(removedLine(nodeId));
    }

    static String removedLine(String nodeId) {
        return "node " + nodeId + " was removed from this cluster: to come back it needs an empty data folder";
    }

    /** No leader is possible: nothing was done, and asking again soon does not help. */
    static StatusException quorumLost(String line) {
        Metadata trailers = new Metadata();
        trailers.put(NOT_LEADING, "1");
        trailers.put(DETAIL, QuorumLost.getDescriptor().getFullName());
        return Status.UNAVAILABLE.withDescription(line).asException(trailers);
    }

    static StatusRuntimeException of(OutcomeUnknownException e) {
        return Status.UNKNOWN
                .withDescription("outcome unknown: " + e.getMessage() + "; repeat with the same request id, or look")
                .asRuntimeException();
    }

    static StatusRuntimeException of(TimeoutException e) {
        return Status.UNAVAILABLE.withDescription("not answered in time: " + e.getMessage() + "; try again")
                .asRuntimeException();
    }

    static StatusRuntimeException interrupted() {
        Thread.currentThread().interrupt();
        return Status.UNAVAILABLE.withDescription("this manager is stopping; try another").asRuntimeException();
    }

    /** Whether the answer says that nothing was done for want of leadership. */
    static boolean saysNotLeading(Status status, Metadata trailers) {
        return status.getCode() == Status.Code.UNAVAILABLE && trailers.containsKey(NOT_LEADING);
    }

    /** The line for a person, whatever went wrong. */
    public static String line(Throwable e) {
        Status status = Status.fromThrowable(e);
        String text = e instanceof StatusException || e instanceof StatusRuntimeException
                ? status.getDescription()
                : e.getMessage();
        return text == null ? status.getCode().name() : text;
    }
}
