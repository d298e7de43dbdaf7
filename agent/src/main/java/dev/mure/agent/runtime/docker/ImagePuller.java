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
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
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
    void pull(String image) throws RuntimeFailure, InterruptedException {
        slots.acquire();
        try {
            log.info("Pulling {}", image);
            Optional<String> error = pullWhileItProgresses(image);
            if (error.isPresent()) {
                throw failure(image, error.get());
            }
            log.info("Pulled {}", image);
        } finally {
            slots.release();
        }
    }

    private Optional<String> pullWhileItProgresses(String image) throws RuntimeFailure, InterruptedException {
        AtomicLong lastProgress = new AtomicLong(System.nanoTime());
        FutureTask<Optional<String>> pull = new FutureTask<>(() -> request(image, lastProgress));
        Thread thread = Thread.ofVirtual().name("pull-" + image).start(pull);
        try {
            while (true) {
                long left = progressLimit.toNanos() - (System.nanoTime() - lastProgress.get());
                if (left <= 0) {
                    return Optional.of("no progress for " + progressLimit.toSeconds() + " s");
                }
                try {
                    return pull.get(left, TimeUnit.NANOSECONDS);
                } catch (TimeoutException e) {
                    log.debug("Looking how far the pull of {} is", image);
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
    private Optional<String> request(String image, AtomicLong lastProgress)
            throws RuntimeFailure, InterruptedException {
        try {
            return engine.stream("pull " + image, DockerHttpClient.Request.Method.POST, path(image), response -> {
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

    /** Without a tag the engine would pull all tags there are. */
    private static String path(String image) {
        int at = image.indexOf('@');
        int colon = image.indexOf(':', image.lastIndexOf('/') + 1);
        String name = at >= 0 ? image.substring(0, at) : colon >= 0 ? image.substring(0, colon) : image;
        String tag = at >= 0 ? image.substring(at + 1) : colon >= 0 ? image.substring(colon + 1) : "latest";
        return "/images/create?fromImage=" + URLEncoder.encode(name, StandardCharsets.UTF_8) + "&tag="
                + URLEncoder.encode(tag, StandardCharsets.UTF_8);
    }

    /** By the words, since engines give the same status to most of them. */
    private static RuntimeFailure failure(String image, String reason) {
        String words = reason.toLowerCase(Locale.ROOT);
        boolean registrySaysNo = words.endsWith("not found")
                || Stream.of("manifest unknown", "not found: ", "does not exist", "access denied", "unauthorized",
                        "no matching manifest", "invalid reference").anyMatch(words::contains);
        return new RuntimeFailure(
                registrySaysNo ? RuntimeFailure.Kind.IMAGE : RuntimeFailure.Kind.INFRASTRUCTURE,
                "No such image: " + image + " (pull failed: " + reason + ")");
    }
}
