package dev.mure.manager.http;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/** {@code GET /healthz}: 200 while this manager can serve, else 503 and why not. */
public final class HealthPage extends Handler.Abstract {

    /** Tells what is wrong. */
    @FunctionalInterface
    public interface Health {

        /** One line, or empty when all is well. */
        Optional<String> trouble();
    }

    private final Health health;

    public HealthPage(Health health) {
        this.health = health;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        boolean reads = request.getMethod().equals("GET") || request.getMethod().equals("HEAD");
        if (!reads || !Request.getPathInContext(request).equals("/healthz")) {
            return false;
        }
        Optional<String> trouble = health.trouble();
        byte[] line = (trouble.orElse("ok") + '\n').getBytes(StandardCharsets.UTF_8);
        JsonAnswer.send(response, callback, trouble.isEmpty() ? 200 : 503, "text/plain;charset=utf-8", line);
        return true;
    }
}
