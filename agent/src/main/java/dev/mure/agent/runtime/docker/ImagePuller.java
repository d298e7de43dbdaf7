package dev.mure.agent.runtime.docker;

import com.github.dockerjava.transport.DockerHttpClient;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonStreamParser;
import dev.mure.agent.runtime.RuntimeFailure;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Gets images from registries. A pull may take as long as it makes progress. */
final class ImagePuller {

    private static final Logger log = LoggerFactory.getLogger(ImagePuller.class);

    private static final int MAX_PULLS = 3;

    private final EngineConnection engine;
    private final Duration progressLimit;
    private final Semaphore slots = new Semaphore(MAX_PULLS, true);

    ImagePuller(EngineConnection engine, Duration progressLimit) {
        this.engine = engine;
        this.progressLimit = progressLimit;
    }

    /**
     * Pulls one image.
     *
     * @throws RuntimeFailure
     *             IMAGE when the registry says that it does not exist or may not be read, INFRASTRUCTURE for all other
     *             trouble on the way, UNREACHABLE when it is the engine that does not answer
     */
    void pull(ImageName image) throws RuntimeFailure, InterruptedException {
        slots.acquire();
        try {
            log.info("Pulling {}", image.reference());
            Optional<String> error = pullWhileItProgresses(image);
            if (error.isPresent()) {
                throw failure(image, error.get());
            }
            log.info("Pulled {}", image.reference());
        } finally {
            slots.release();
        }
    }

    private Optional<String> pullWhileItProgresses(ImageName image) throws RuntimeFailure, InterruptedException {
        AtomicLong lastProgress = new AtomicLong(System.nanoTime());
        FutureTask<Optional<String>> pull = new FutureTask<>(() -> request(image, lastProgress));
        Thread thread = Thread.ofVirtual().name("pull-" + image.reference()).start(pull);
        try {
            while (true) {
                long left = progressLimit.toNanos() - (System.nanoTime() - lastProgress.get());
                if (left <= 0) {
                    return Optional.of("no progress for " + progressLimit.toSeconds() + " s");
                }
                try {
                    return pull.get(left, TimeUnit.NANOSECONDS);
                } catch (TimeoutException e) {
                    log.debug("Looking how far the pull of {} is", image.reference());
                }
            }
        } catch (ExecutionException e) {
            switch (e.getCause()) {
                case RuntimeFailure failure -> throw failure;
                case null, default -> throw new IllegalStateException(e.getCause());
            }
        } finally {
            thread.interrupt();
        }
    }

    /** The error that the engine reported, if any. */
    private Optional<String> request(ImageName image, AtomicLong lastProgress)
            throws RuntimeFailure, InterruptedException {
        try {
            return engine.stream("pull " + image.reference(), DockerHttpClient.Request.Method.POST, path(image),
                    response -> {
                        try (Reader reader = new InputStreamReader(response.getBody(), StandardCharsets.UTF_8)) {
                            return lastError(reader, lastProgress);
                        }
                    });
        } catch (EngineConnection.Refused e) {
            return Optional.of(e.reason());
        }
    }

    private static Optional<String> lastError(Reader reader, AtomicLong lastProgress) throws IOException {
        JsonStreamParser progress = new JsonStreamParser(reader);
        Optional<String> error = Optional.empty();
        while (progress.hasNext()) {
            lastProgress.set(System.nanoTime());
            JsonElement message = progress.next();
            if (message instanceof JsonObject object && object.has("error")) {
                error = Optional.of(object.get("error").getAsString());
            }
        }
        return error;
    }

    private static String path(ImageName image) {
        return "/images/create?fromImage=" + URLEncoder.encode(image.name(), StandardCharsets.UTF_8) + "&tag="
                + URLEncoder.encode(image.version(), StandardCharsets.UTF_8);
    }

    private static RuntimeFailure failure(ImageName image, String reason) {
        return new RuntimeFailure(EngineErrors.ofPull(image, reason),
                "No such image: " + image.reference() + " (pull failed: " + reason + ")");
    }
}
