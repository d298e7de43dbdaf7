package dev.mure.manager.http;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.mure.manager.api.Statuses;
import io.grpc.Metadata;
import io.grpc.Status;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * An error in the Connect protocol's form.
 *
 * @param httpStatus what HTTP calls it; streams, which have answered 200 already, don't use it
 * @param code the protocol's name of the gRPC code
 * @param detail name of the (empty) message that says more of it, if there is one
 */
record ConnectError(int httpStatus, String code, String message, Optional<String> detail) {

    static ConnectError of(Status status) {
        return of(status, new Metadata());
    }

    static ConnectError of(Status status, @Nullable Metadata trailers) {
        return new ConnectError(httpStatus(status.getCode()), name(status.getCode()),
                Objects.requireNonNullElse(status.getDescription(), ""),
                Optional.ofNullable(trailers).map(all -> all.get(Statuses.DETAIL)));
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
        detail.ifPresent(type -> {
            JsonObject said = new JsonObject();
            said.addProperty("type", type);
            said.addProperty("value", "");
            JsonArray details = new JsonArray();
            details.add(said);
            error.add("details", details);
        });
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
