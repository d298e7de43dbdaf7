package dev.mure.agent.runtime.docker;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.core.DefaultDockerClientConfig;
import com.github.dockerjava.core.DockerClientConfig;
import com.github.dockerjava.core.DockerClientImpl;
import com.github.dockerjava.httpclient5.ApacheDockerHttpClient;
import com.github.dockerjava.transport.DockerHttpClient;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import dev.mure.agent.runtime.Deadline;
import dev.mure.agent.runtime.RuntimeFailure;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Objects;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Calls of one engine: typed ones by the library's commands, and streams read directly on the calling thread, for which the
 * library would take a thread each. Makes one kind of failure of all that can go wrong.
 */
final class EngineConnection implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(EngineConnection.class);

    /** One connection per running container, which waits for its end, and some for everything else. */
    private static final int MAX_CONNECTIONS = 4_096;
    private static final Duration CONNECT_LIMIT = Duration.ofSeconds(5);

    private final String address;
    private final DockerHttpClient http;
    private final DockerClient client;

    /** A call that the engine refused, with its HTTP status and its own words. */
    static final class Refused extends Exception {

        private static final long serialVersionUID = 1L;

        private final int status;
        private final String reason;

        Refused(int status, String reason) {
            super(reason);
            this.status = status;
            this.reason = reason;
        }

        int status() {
            return status;
        }

        String reason() {
            return reason;
        }
    }

    /** Reads the answer to a streamed call. */
    @FunctionalInterface
    interface Reader<T> {
        T read(DockerHttpClient.Response response) throws IOException;
    }

    /**
     * Does not connect yet.
     *
     * @param address
     *            `unix:///path` or `tcp://host:port`
     */
    EngineConnection(String address) {
        this.address = address;
        DockerClientConfig config =
                DefaultDockerClientConfig.createDefaultConfigBuilder().withDockerHost(address).build();
        this.http = new ApacheDockerHttpClient.Builder().dockerHost(config.getDockerHost())
                .sslConfig(config.getSSLConfig())
                .maxConnections(MAX_CONNECTIONS)
                .connectionTimeout(CONNECT_LIMIT)
                .build();
        this.client = DockerClientImpl.getInstance(config, http);
    }

    /**
     * A call of the library's client.
     *
     * @param what
     *            the call in words, for messages
     * @throws Refused
     *             the engine's answer, when it is an error
     * @throws RuntimeFailure
     *             UNREACHABLE
     */
    <T> T call(String what, Duration limit, Function<DockerClient, T> call)
            throws Refused, RuntimeFailure, InterruptedException {
        try {
            return Deadline.call(what, limit, () -> call.apply(client));
        } catch (DockerException e) {
            throw refused(e.getHttpStatus(), Objects.requireNonNullElse(e.getMessage(), ""));
        } catch (RuntimeException e) {
            throw unreachable(what, e);
        }
    }

    /** A call without a useful answer. */
    void run(String what, Duration limit, Function<DockerClient, ?> call)
            throws Refused, RuntimeFailure, InterruptedException {
        Object _ = call(what, limit, call.andThen(_ -> Boolean.TRUE));
    }

    /** A call whose answer comes bit by bit, read on the calling thread for as long as it takes. */
    <T> T stream(String what, DockerHttpClient.Request.Method method, String path, Reader<T> reader)
            throws Refused, RuntimeFailure, InterruptedException {
        DockerHttpClient.Request request = DockerHttpClient.Request.builder().method(method).path(path).build();
        try (DockerHttpClient.Response response = http.execute(request)) {
            int status = response.getStatusCode();
            if (status >= 300) {
                throw refused(status, new String(response.getBody().readAllBytes(), StandardCharsets.UTF_8));
            }
            return reader.read(response);
        } catch (IOException | RuntimeException e) {
            if (Thread.interrupted()) {
                InterruptedException interrupted = new InterruptedException(what);
                interrupted.initCause(e);
                throw interrupted;
            }
            throw unreachable(what, e);
        }
    }

    @Override
    public void close() {
        try {
            client.close();
        } catch (IOException e) {
            log.debug("Closing the connections to {} failed", address, e);
        }
    }

    private RuntimeFailure unreachable(String what, Exception e) {
        Throwable root = e;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return new RuntimeFailure(RuntimeFailure.Kind.UNREACHABLE,
                "container engine at " + address + " does not answer (" + what + "): " + root.getMessage(), e);
    }

    /** The engine's errors are JSON: {@code {"message":"..."}}. */
    private static Refused refused(int status, String body) {
        String text = body.strip();
        // The library puts the status before the body.
        String json = text.startsWith("Status ") && text.contains(": ") ? text.substring(text.indexOf(": ") + 2) : text;
        try {
            if (JsonParser.parseString(json) instanceof JsonObject object && object.has("message")) {
                return new Refused(status, object.get("message").getAsString().strip());
            }
        } catch (JsonParseException | IllegalStateException | UnsupportedOperationException e) {
            log.debug("Not an engine's error: {}", json, e);
        }
        return new Refused(status, json.isEmpty() ? "HTTP status " + status : json);
    }
}
