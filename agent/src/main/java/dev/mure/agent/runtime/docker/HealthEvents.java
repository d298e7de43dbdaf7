package dev.mure.agent.runtime.docker;

import com.github.dockerjava.transport.DockerHttpClient;
import com.github.dockerjava.transport.DockerHttpClient.Request.Method;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import dev.mure.agent.runtime.RuntimeFailure;
import dev.mure.agent.runtime.docker.EngineConnection.Refused;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells when an engine has news of a container's health. One stream for all containers, since the engine offers each event to each
 * reader; it is opened when the first one is of interest.
 */
final class HealthEvents implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(HealthEvents.class);

    private static final String PATH = "/events?filters=" + URLEncoder.encode(
            "{\"type\":[\"container\"],\"event\":[\"health_status\"],\"label\":[\"" + ContainerLabels.TASK + "\"]}",
            StandardCharsets.UTF_8);
    private static final Duration RECONNECT = Duration.ofSeconds(1);

    private final EngineConnection engine;
    private final ConcurrentHashMap<String, Subscription> subscriptions = new ConcurrentHashMap<>();
    private final AtomicBoolean begun = new AtomicBoolean();
    private final Thread reader;

    HealthEvents(EngineConnection engine) {
        this.engine = engine;
        this.reader = Thread.ofVirtual().name("docker-health").unstarted(this::read);
    }

    /** From now on nothing that the engine tells of that container is missed. At most one at a time per container. */
    Subscription subscribe(String containerId) {
        Subscription subscription = new Subscription(containerId);
        subscriptions.put(containerId, subscription);
        if (begun.compareAndSet(false, true)) {
            reader.start();
        }
        return subscription;
    }

    @Override
    public void close() {
        begun.set(true);
        reader.interrupt();
    }

    /** The interest in one container. */
    final class Subscription implements AutoCloseable {

        private final String containerId;
        private final Semaphore news = new Semaphore(0);

        private Subscription(String containerId) {
            this.containerId = containerId;
        }

        /** Waits until there may be something new since the last call, at most for the limit. */
        void await(Duration limit) throws InterruptedException {
            if (news.tryAcquire(limit.toNanos(), TimeUnit.NANOSECONDS)) {
                news.drainPermits();
            }
        }

        @Override
        public void close() {
            subscriptions.remove(containerId, this);
        }
    }

    private void read() {
        try {
            while (true) {
                try {
                    var _ = engine.stream("events", Method.GET, PATH, this::deliver);
                } catch (RuntimeFailure | Refused e) {
                    log.debug("No events from the engine, trying again", e);
                }
                Thread.sleep(RECONNECT);
            }
        } catch (InterruptedException e) {
            log.debug("Closed");
        }
    }

    private boolean deliver(DockerHttpClient.Response response) throws IOException {
        // Whatever happened before was not told.
        subscriptions.values().forEach(subscription -> subscription.news.release());
        BufferedReader lines = new BufferedReader(new InputStreamReader(response.getBody(), StandardCharsets.UTF_8));
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            Subscription subscription = subscriptions.get(containerId(line));
            if (subscription != null) {
                subscription.news.release();
            }
        }
        return true;
    }

    private static String containerId(String event) {
        try {
            return JsonParser.parseString(event) instanceof JsonObject object
                    && object.get("Actor") instanceof JsonObject actor && actor.has("ID")
                            ? actor.get("ID").getAsString()
                            : "";
        } catch (JsonParseException e) {
            log.debug("Not an event: {}", event, e);
            return "";
        }
    }
}
