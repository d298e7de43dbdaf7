package dev.mure.manager.http;

import io.grpc.Status;
import java.nio.ByteBuffer;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/** Short answers. */
final class JsonAnswer {

    private JsonAnswer() {}

    static void error(Response response, Callback callback, Status status) {
        error(response, callback, ConnectError.of(status));
    }

    static void error(Response response, Callback callback, ConnectError error) {
        send(response, callback, error.httpStatus(), "application/json", error.json());
    }

    /** With an HTTP status of its own, for what never reached a method. */
    static void error(Response response, Callback callback, int httpStatus, Status status) {
        send(response, callback, httpStatus, "application/json", ConnectError.of(status).json());
    }

    static void send(Response response, Callback callback, int httpStatus, String contentType, byte[] body) {
        response.setStatus(httpStatus);
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, contentType);
        response.getHeaders().put(HttpHeader.CONTENT_LENGTH, body.length);
        response.getHeaders().put(HttpHeader.CACHE_CONTROL, "no-store");
        response.write(true, ByteBuffer.wrap(body), callback);
    }
}
