package dev.mure.cli.connect;

/** The error codes of the Connect protocol, which are those of gRPC. */
public enum Code {
    CANCELED("canceled"), UNKNOWN("unknown"), INVALID_ARGUMENT("invalid_argument"),
    DEADLINE_EXCEEDED("deadline_exceeded"), NOT_FOUND(
            "not_found"),
    ALREADY_EXISTS("already_exists"), PERMISSION_DENIED("permission_denied"), RESOURCE_EXHAUSTED(
            "resource_exhausted"),
    FAILED_PRECONDITION("failed_precondition"), ABORTED("aborted"), OUT_OF_RANGE(
            "out_of_range"),
    UNIMPLEMENTED("unimplemented"), INTERNAL(
            "internal"),
    UNAVAILABLE("unavailable"), DATA_LOSS("data_loss"), UNAUTHENTICATED("unauthenticated");

    private final String text;

    Code(String text) {
        this.text = text;
    }

    /** The code with that name on the wire; UNKNOWN for one that this version does not know. */
    static Code of(String text) {
        for (Code code : values()) {
            if (code.text.equals(text)) {
                return code;
            }
        }
        return UNKNOWN;
    }

    /** The meaning of an HTTP status without a Connect error body, as the protocol says. */
    static Code ofHttpStatus(int status) {
        return switch (status) {
            case 400 -> INTERNAL;
            case 401 -> UNAUTHENTICATED;
            case 403 -> PERMISSION_DENIED;
            case 404 -> UNIMPLEMENTED;
            case 429, 502, 503, 504 -> UNAVAILABLE;
            default -> UNKNOWN;
        };
    }
}
