package dev.mure.agent.runtime.docker;

import com.github.dockerjava.api.model.Container;
import com.github.dockerjava.transport.DockerHttpClient.Request.Method;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.mure.agent.runtime.ContainerRef;
import dev.mure.agent.runtime.ContainerRequest;
import dev.mure.agent.runtime.ContainerRuntime;
import dev.mure.agent.runtime.ContainerState;
import dev.mure.agent.runtime.Health;
import dev.mure.agent.runtime.HeldContainer;
import dev.mure.agent.runtime.NodeScope;
import dev.mure.agent.runtime.RuntimeDescription;
import dev.mure.agent.runtime.RuntimeFailure;
import dev.mure.agent.runtime.docker.EngineConnection.Refused;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Semaphore;

/**
 * Runs containers on a Docker Engine, which other nodes, other clusters and people may use as well: ours are known by their
 * labels, {@link ContainerLabels}.
 *
 * <p>An image that the engine has is used without asking a registry. Containers are made of `NAME:TAG@DIGEST` where the digest is
 * known.
 */
public final class DockerRuntime implements ContainerRuntime {

    private static final Duration PULL_PROGRESS_LIMIT = Duration.ofMinutes(5);
    private static final Duration ASK_LIMIT = Duration.ofSeconds(20);
    private static final Duration WORK_LIMIT = Duration.ofSeconds(60);
    /** Beyond the grace: for the kill and the engine's own work. */
    private static final Duration STOP_EXTRA = Duration.ofSeconds(30);
    /** How long news of a container's health may have got lost. */
    private static final Duration HEALTH_LOOK = Duration.ofSeconds(30);
    /** By a signal that tells nothing: the engine has to be asked whether memory was short. */
    private static final ContainerState KILLED = new ContainerState.Exited(137, "");
    /** Containers that are made or started at once; more only slow each other down. */
    private static final int MAX_WORK = 8;

    private static final int NOT_MODIFIED = 304;
    private static final int NOT_FOUND = 404;
    private static final int CONFLICT = 409;

    private final EngineConnection engine;
    private final ImagePuller puller;
    private final HealthEvents healthEvents;
    private final Semaphore work = new Semaphore(MAX_WORK, true);

    /**
     * Does not connect yet.
     *
     * @param address
     *            the engine's: `unix:///path` or `tcp://host:port`
     */
    public DockerRuntime(String address) {
        this.engine = new EngineConnection(address);
        this.puller = new ImagePuller(engine, PULL_PROGRESS_LIMIT);
        this.healthEvents = new HealthEvents(engine);
    }

    @Override
    public RuntimeDescription describe() throws RuntimeFailure, InterruptedException {
        try {
            String version = engine.call("version", ASK_LIMIT, docker -> docker.versionCmd().exec().getVersion());
            return new RuntimeDescription("docker", version);
        } catch (Refused e) {
            throw infrastructure(e);
        }
    }

    @Override
    public List<HeldContainer> inventory(NodeScope scope) throws RuntimeFailure, InterruptedException {
        return list(ContainerLabels.scope(scope));
    }

    @Override
    public Optional<HeldContainer> find(NodeScope scope, String taskId) throws RuntimeFailure, InterruptedException {
        return list(ContainerLabels.task(scope, taskId)).stream().findFirst();
    }

    @Override
    public HeldContainer prepare(NodeScope scope, ContainerRequest request)
            throws RuntimeFailure, InterruptedException {
        ImageName named = ImageName.parse(request.spec().getImage());
        try {
            ImageName image = exactly(request.imageDigest().map(named::pinnedTo).orElse(named));
            Optional<String> id = createUnlessImageIsMissing(image, scope, request);
            if (id.isEmpty()) {
                puller.pull(image);
                id = createUnlessImageIsMissing(image, scope, request);
            }
            ContainerRef made = new ContainerRef(request.taskId(), id.orElseThrow(() -> noSuchImage(image)));
            return new HeldContainer(made, new ContainerState.Created(), new Health.None(), image.digest(), List.of());
        } catch (Refused e) {
            if (e.status() == CONFLICT) {
                // Made by a call whose answer we did not live to see.
                return find(scope, request.taskId()).orElseThrow(() -> infrastructure(e));
            }
            throw new RuntimeFailure(EngineErrors.ofCreate(e.status(), e.reason()), e.reason(), e);
        }
    }

    @Override
    public HeldContainer start(ContainerRef container) throws RuntimeFailure, InterruptedException {
        work.acquire();
        try {
            engine.run("start " + container.id(), WORK_LIMIT,
                    docker -> docker.startContainerCmd(container.id()).exec());
        } catch (Refused e) {
            if (e.status() != NOT_MODIFIED) { // It runs already.
                throw startFailure(container, e);
            }
        } finally {
            work.release();
        }
        return inspect(container).orElseThrow(() -> noSuchContainer(container)).held(container);
    }

    @Override
    public ContainerState await(ContainerRef container) throws RuntimeFailure, InterruptedException {
        try {
            JsonObject end =
                    engine.stream("wait " + container.id(), Method.POST, "/containers/" + container.id() + "/wait",
                            response -> JsonParser
                                    .parseReader(new InputStreamReader(response.getBody(), StandardCharsets.UTF_8))
                                    .getAsJsonObject());
            String cause = end.get("Error") instanceof JsonObject error && error.has("Message")
                    ? error.get("Message").getAsString()
                    : "";
            ContainerState exited = new ContainerState.Exited(end.get("StatusCode").getAsInt(), cause);
            return exited.equals(KILLED)
                    ? inspect(container).map(Inspection::state).filter(ContainerState.Exited.class::isInstance)
                            .orElse(exited)
                    : exited;
        } catch (Refused e) {
            if (e.status() == NOT_FOUND) {
                return new ContainerState.Absent();
            }
            throw infrastructure(e);
        }
    }

    @Override
    public Optional<Health> awaitHealth(ContainerRef container, Health seen)
            throws RuntimeFailure, InterruptedException {
        try (HealthEvents.Subscription news = healthEvents.subscribe(container.id())) {
            while (true) {
                Inspection now = inspect(container).orElseThrow(() -> noSuchContainer(container));
                if (!now.isRunning()) {
                    return Optional.empty();
                }
                if (!now.health().equals(seen)) {
                    return Optional.of(now.health());
                }
                news.await(HEALTH_LOOK);
            }
        }
    }

    @Override
    public void stop(ContainerRef container, Duration grace) throws RuntimeFailure, InterruptedException {
        int seconds = CreateRequest.wholeSeconds(grace);
        try {
            engine.run("stop " + container.id(), Duration.ofSeconds(seconds).plus(STOP_EXTRA),
                    docker -> docker.stopContainerCmd(container.id()).withTimeout(seconds).exec());
        } catch (Refused e) {
            if (e.status() != NOT_MODIFIED && e.status() != NOT_FOUND) {
                throw infrastructure(e);
            }
        }
    }

    @Override
    public void remove(ContainerRef container) throws RuntimeFailure, InterruptedException {
        try {
            engine.run("remove " + container.id(), WORK_LIMIT,
                    docker -> docker.removeContainerCmd(container.id()).withForce(true).withRemoveVolumes(true).exec());
        } catch (Refused e) {
            if (e.status() != NOT_FOUND) {
                throw infrastructure(e);
            }
        }
    }

    @Override
    public List<String> logs(ContainerRef container, int lines) throws RuntimeFailure, InterruptedException {
        try {
            return engine.stream("logs " + container.id(), Method.GET,
                    "/containers/" + container.id() + "/logs?stdout=1&stderr=1&tail=" + lines,
                    response -> LogFrames.lines(response.getBody()));
        } catch (Refused e) {
            throw e.status() == NOT_FOUND ? noSuchContainer(e) : infrastructure(e);
        }
    }

    @Override
    public void close() {
        healthEvents.close();
        engine.close();
    }

    private Optional<String> createUnlessImageIsMissing(ImageName image, NodeScope scope, ContainerRequest request)
            throws Refused, RuntimeFailure, InterruptedException {
        work.acquire();
        try {
            return Optional.of(engine.call("create " + request.name(), WORK_LIMIT,
                    docker -> CreateRequest.fill(docker.createContainerCmd(image.reference()), scope, request).exec()
                            .getId()));
        } catch (Refused e) {
            if (e.status() == NOT_FOUND && e.reason().contains("No such image")) {
                return Optional.empty();
            }
            throw e;
        } finally {
            work.release();
        }
    }

    private List<HeldContainer> list(Map<String, String> labels) throws RuntimeFailure, InterruptedException {
        try {
            List<Container> found = engine.call("list containers", ASK_LIMIT,
                    docker -> docker.listContainersCmd().withShowAll(true).withLabelFilter(labels).exec());
            List<HeldContainer> held = new ArrayList<>();
            for (Container container : found) {
                String taskId = container.getLabels().getOrDefault(ContainerLabels.TASK, "");
                ContainerRef ref = new ContainerRef(taskId, container.getId());
                inspect(ref).ifPresent(now -> held.add(now.held(ref)));
            }
            return held;
        } catch (Refused e) {
            throw infrastructure(e);
        }
    }

    /** Empty when it is gone. */
    private Optional<Inspection> inspect(ContainerRef container) throws RuntimeFailure, InterruptedException {
        try {
            return Optional.of(Inspection.of(engine.call("inspect " + container.id(), ASK_LIMIT,
                    docker -> docker.inspectContainerCmd(container.id()).exec())));
        } catch (Refused e) {
            if (e.status() == NOT_FOUND) {
                return Optional.empty();
            }
            throw infrastructure(e);
        }
    }

    /**
     * What the tag means on this machine, once it has the image: with the registry's digest if there is one, so that container and
     * digest belong together whatever becomes of the tag.
     */
    private ImageName exactly(ImageName image) throws Refused, RuntimeFailure, InterruptedException {
        if (image.digest().isPresent()) {
            return image;
        }
        Optional<ImageName> present = present(image);
        if (present.isEmpty()) {
            puller.pull(image);
            present = present(image);
        }
        return present.orElseThrow(() -> noSuchImage(image));
    }

    /** Empty when the engine does not have it. */
    private Optional<ImageName> present(ImageName image) throws Refused, RuntimeFailure, InterruptedException {
        try {
            List<String> digests = engine.call("inspect image " + image.reference(), ASK_LIMIT,
                    docker -> Objects.requireNonNullElse(
                            docker.inspectImageCmd(image.reference()).exec().getRepoDigests(), List.<String>of()));
            return Optional.of(digests.stream().map(ImageName::parse).filter(image::isOfRepository)
                    .flatMap(known -> known.digest().stream())
                    .findFirst().map(image::pinnedTo).orElse(image));
        } catch (Refused e) {
            if (e.status() == NOT_FOUND) {
                return Optional.empty();
            }
            throw e;
        }
    }

    private static RuntimeFailure startFailure(ContainerRef container, Refused e) {
        return e.status() == NOT_FOUND && e.reason().contains("No such container: " + container.id())
                ? noSuchContainer(e)
                : new RuntimeFailure(EngineErrors.ofStart(e.status(), e.reason()),
                        "starting container failed: " + e.reason(), e);
    }

    private static RuntimeFailure noSuchImage(ImageName image) {
        return new RuntimeFailure(RuntimeFailure.Kind.IMAGE, "No such image: " + image.reference());
    }

    private static RuntimeFailure noSuchContainer(ContainerRef container) {
        return new RuntimeFailure(RuntimeFailure.Kind.NO_SUCH_CONTAINER, "No such container: " + container.id());
    }

    private static RuntimeFailure noSuchContainer(Refused e) {
        return new RuntimeFailure(RuntimeFailure.Kind.NO_SUCH_CONTAINER, e.reason(), e);
    }

    private static RuntimeFailure infrastructure(Refused e) {
        return new RuntimeFailure(RuntimeFailure.Kind.INFRASTRUCTURE, e.reason(), e);
    }
}
