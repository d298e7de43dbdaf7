package dev.mure.it.control;

import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.protobuf.ByteString;
import com.google.protobuf.MessageLite;
import com.google.protobuf.Parser;
import dev.mure.it.http.HttpAnswer;
import dev.mure.it.http.HttpBody;
import dev.mure.it.http.HttpExchange;
import dev.mure.it.http.SocketHttp;
import dev.mure.v1.ServiceProgress;
import dev.mure.v1.WatchServiceRequest;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Predicate;

/** The HTTP door of one manager. Tries nothing twice. */
public final class ManagerDoor {

    private static final String SERVICE = "/mure.v1.Control/";

    private final Path socket;
    private final SocketHttp http;

    public ManagerDoor(Path socket) {
        this.socket = socket;
        this.http = SocketHttp.unix(socket);
    }

    /**
     * Calls a method that answers once.
     *
     * @throws IOException
     *             when there was no answer, so that the outcome is unknown
     * @throws ControlException
     *             when the answer is an error
     */
    public <T> T call(String method, MessageLite request, Parser<T> parser, Duration limit) throws IOException {
        HttpAnswer answer = http.exchange("POST", SERVICE + method,
                new HttpBody("application/proto", request.toByteString()), limit);
        if (answer.status() != 200) {
            throw error(answer.status(), answer.text());
        }
        return parser.parseFrom(answer.body());
    }

    /** Any request, for what has no method of its own here. */
    public HttpAnswer exchange(String method, String path, HttpBody body, Duration limit) throws IOException {
        return http.exchange(method, path, body, limit);
    }

    /**
     * Watches a service until a condition holds.
     *
     * @return the message for which it first held
     * @throws IOException
     *             when the stream broke or the limit passed before
     */
    public ServiceProgress watch(WatchServiceRequest request, Predicate<ServiceProgress> until, Duration limit)
            throws IOException {
        ByteString message = request.toByteString();
        byte[] prefix = ByteBuffer.allocate(5).put((byte) 0).putInt(message.size()).array();
        try (HttpExchange exchange = http.open("POST", SERVICE + "WatchService",
                new HttpBody("application/connect+proto", ByteString.copyFrom(prefix).concat(message)), limit)) {
            if (exchange.status() != 200) {
                throw error(exchange.status(), ByteString.readFrom(exchange.body()).toStringUtf8());
            }
            DataInputStream in = new DataInputStream(exchange.body());
            while (true) {
                boolean last = (in.readByte() & 2) != 0;
                byte[] bytes = in.readNBytes(in.readInt());
                if (last) {
                    throw new IOException("the stream ended: " + new String(bytes, StandardCharsets.UTF_8));
                }
                ServiceProgress progress = ServiceProgress.parseFrom(bytes);
                if (until.test(progress)) {
                    return progress;
                }
            }
        }
    }

    private static ControlException error(int status, String body) {
        try {
            JsonObject json = JsonParser.parseString(body).getAsJsonObject();
            return new ControlException(status, json.get("code").getAsString(),
                    json.has("message") ? json.get("message").getAsString() : "");
        } catch (JsonParseException | IllegalStateException | NullPointerException e) {
            throw new IllegalStateException("HTTP " + status + " with a body that is no Connect error: " + body, e);
        }
    }

    @Override
    public String toString() {
        return socket.toString();
    }
}
