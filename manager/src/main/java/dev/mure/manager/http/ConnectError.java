package dev.mure.manager.http;

import com.google.gson.JsonObject;
import io.grpc.Status;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Objects;

/**
 * An error in the Connect protocol's form.
 *
 * @param httpStatus what HTTP calls it; streams, which have answered 200 already, don't use it
 * @param code the protocol's name of the gRPC code
 */
record ConnectError(int httpStatus, String code, String message) {

    static ConnectError of(Status status) {
        return new ConnectError(httpStatus(status.getCode()), name(status.getCode()),
                Objects.requireNonNullElse(status.getDescription(), ""));
    }

    /** {@code {"code":…,"message":…}}. */
    byte[] json() {
        return object().toString().getBytes(StandardCharsets.UTF_8);
    }

    /** The last message of a stream that failed. */
    byte[] endOfStream() {
        JsonObject end = new JsonObject();
        end.add("error", object());
        return end.toString().getBytes(StandardCharsets.UTF_8);
    }

    private JsonObject object() {
        JsonObject error = new JsonObject();
        error.addProperty("code", code);
        if (!message.isEmpty()) {
            error.addProperty("message", message);
        }
        return error;
    }

    private static String name(Status.Code code) {
        return code == Status.Code.CANCELLED ? "canceled" : code.name().toLowerCase(Locale.ROOT);
    }

    private static int httpStatus(Status.Code code) {
        return switch (code) {
            case OK -> 200;
            case CANCELLED -> 499;
            case INVALID_ARGUMENT, FAILED_PRECONDITION, OUT_OF_RANGE -> 400;
            case UNAUTHENTICATED -> 401;
            case PERMISSION_DENIED -> 403;
            case NOT_FOUND -> 404;
            case ALREADY_EXISTS, ABORTED -> 409;
            case RESOURCE_EXHAUSTED -> 429;
            case UNKNOWN, INTERNAL, DATA_LOSS -> 500;
            case UNIMPLEMENTED -> 501;
            case UNAVAILABLE -> 503;
            case DEADLINE_EXCEEDED -> 504;
        };
    }
}
