package dev.mure.agent.runtime.docker;

import com.github.dockerjava.api.command.CreateContainerCmd;
import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.model.Container;
import com.github.dockerjava.transport.DockerHttpClient.Request.Method;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.mure.agent.runtime.ContainerRef;
import dev.mure.agent.runtime.ContainerRequest;
import dev.mure.agent.runtime.ContainerRuntime;
import dev.mure.agent.runtime.ContainerState;
import dev.mure.agent.runtime.HeldContainer;
import dev.mure.agent.runtime.NodeScope;
import dev.mure.agent.runtime.RuntimeDescription;
import dev.mure.agent.runtime.RuntimeFailure;
import dev.mure.agent.runtime.docker.EngineConnection.Refused;
import dev.mure.v1.ContainerSpec;
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
 * <p>An image that the engine has is used without asking a registry: the container is created first, and the image pulled
 * only when the engine says that it has none.
 */
public final class DockerRuntime implements ContainerRuntime {

    private static final Duration PULL_PROGRESS_LIMIT = Duration.ofMinutes(5);
    private static final Duration ASK_LIMIT = Duration.ofSeconds(20);
    private static final Duration WORK_LIMIT = Duration.ofSeconds(60);
    /** Beyond the grace: for the kill and the engine's own work. */
    private static final Duration STOP_EXTRA = Duration.ofSeconds(30);
    /** Containers that are made or started at once; more only slow each other down. */
    private static final int MAX_WORK = 8;

    private final EngineConnection engine;
    private final ImagePuller puller;
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
        try {
            Optional<String> id = createUnlessImageIsMissing(scope, request);
            if (id.isEmpty()) {
                puller.pull(request.spec().getImage());
                id = createUnlessImageIsMissing(scope, request);
            }
            return created(request, id.orElseThrow(() -> new RuntimeFailure(RuntimeFailure.Kind.IMAGE,
                    "No such image: " + request.spec().getImage())));
        } catch (Refused e) {
            if (e.status() == 409) {
                // Made by a call whose answer we did not live to see.
                return find(scope, request.taskId()).orElseThrow(() -> infrastructure(e));
            }
            throw e.status() < 500
                    ? new RuntimeFailure(RuntimeFailure.Kind.APPLICATION, e.reason(), e)
                    : infrastructure(e);
        }
    }

    @Override
    public ContainerState.Running start(ContainerRef container) throws RuntimeFailure, InterruptedException {
        work.acquire();
        try {
            engine.run("start " + container.id(), WORK_LIMIT,
                    docker -> docker.startContainerCmd(container.id()).exec());
        } catch (Refused e) {
            if (e.status() != 304) { // 304: it runs already.
                throw startFailure(container, e);
            }
        } finally {
            work.release();
        }
        return new ContainerState.Running(inspect(container).map(DockerRuntime::pid).orElse(0L));
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
            return new ContainerState.Exited(end.get("StatusCode").getAsInt(), cause);
        } catch (Refused e) {
            if (e.status() == 404) {
                return new ContainerState.Absent();
            }
            throw infrastructure(e);
        }
    }

    @Override
    public void stop(ContainerRef container, Duration grace) throws RuntimeFailure, InterruptedException {
        int seconds = wholeSeconds(grace);
        try {
            engine.run("stop " + container.id(), Duration.ofSeconds(seconds).plus(STOP_EXTRA),
                    docker -> docker.stopContainerCmd(container.id()).withTimeout(seconds).exec());
        } catch (Refused e) {
            if (e.status() != 304 && e.status() != 404) {
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
            if (e.status() != 404) {
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
            throw e.status() == 404 ? noSuchContainer(e) : infrastructure(e);
        }
    }

    @Override
    public void close() {
        engine.close();
    }

    private Optional<String> createUnlessImageIsMissing(NodeScope scope, ContainerRequest request)
            throws Refused, RuntimeFailure, InterruptedException {
        work.acquire();
        try {
            return Optional.of(engine.call("create " + request.name(), WORK_LIMIT,
                    docker -> describe(docker.createContainerCmd(request.spec().getImage()), scope, request).exec()
                            .getId()));
        } catch (Refused e) {
            if (e.status() == 404 && e.reason().contains("No such image")) {
                return Optional.empty();
            }
            throw e;
        } finally {
            work.release();
        }
    }

    /** What is not said is left to image and engine, the network too: it may have none. */
    private static CreateContainerCmd describe(CreateContainerCmd create, NodeScope scope, ContainerRequest request) {
        ContainerSpec spec = request.spec();
        create.withName(request.name()).withLabels(ContainerLabels.of(scope, request));
        if (spec.getCommandCount() > 0) {
            create.withEntrypoint(spec.getCommandList());
        }
        if (spec.getArgsCount() > 0) {
            create.withCmd(spec.getArgsList());
        }
        if (spec.getEnvCount() > 0) {
            create.withEnv(spec.getEnvList());
        }
        if (!spec.getDir().isEmpty()) {
            create.withWorkingDir(spec.getDir());
        }
        if (!spec.getUser().isEmpty()) {
            create.withUser(spec.getUser());
        }
        if (!spec.getHostname().isEmpty()) {
            create.withHostName(spec.getHostname());
        }
        if (!spec.getStopSignal().isEmpty()) {
            create.withStopSignal(spec.getStopSignal());
        }
        if (spec.hasStopGracePeriod()) {
            // For whoever stops it by hand; we say it with each stop.
            create.withStopTimeout(wholeSeconds(Duration.ofSeconds(spec.getStopGracePeriod().getSeconds(),
                    spec.getStopGracePeriod().getNanos())));
        }
        return create;
    }

    private static HeldContainer created(ContainerRequest request, String id) {
        return new HeldContainer(new ContainerRef(request.taskId(), id), new ContainerState.Created());
    }

    private List<HeldContainer> list(Map<String, String> labels) throws RuntimeFailure, InterruptedException {
        try {
            List<Container> found = engine.call("list containers", ASK_LIMIT,
                    docker -> docker.listContainersCmd().withShowAll(true).withLabelFilter(labels).exec());
            List<HeldContainer> held = new ArrayList<>();
            for (Container container : found) {
                String taskId = container.getLabels().getOrDefault(ContainerLabels.TASK, "");
                ContainerRef ref = new ContainerRef(taskId, container.getId());
                inspect(ref).ifPresent(state -> held.add(new HeldContainer(ref, state(state))));
            }
            return held;
        } catch (Refused e) {
            throw infrastructure(e);
        }
    }

    /** Empty when it is gone. */
    private Optional<InspectContainerResponse.ContainerState> inspect(ContainerRef container)
            throws RuntimeFailure, InterruptedException {
        try {
            return Optional.of(engine.call("inspect " + container.id(), ASK_LIMIT,
                    docker -> docker.inspectContainerCmd(container.id()).exec().getState()));
        } catch (Refused e) {
            if (e.status() == 404) {
                return Optional.empty();
            }
            throw infrastructure(e);
        }
    }

    private static ContainerState state(InspectContainerResponse.ContainerState state) {
        return switch (Objects.requireNonNullElse(state.getStatus(), "")) {
            case "created" -> new ContainerState.Created();
            case "running", "paused", "restarting" -> new ContainerState.Running(pid(state));
            default -> new ContainerState.Exited(
                    state.getExitCodeLong() == null ? 0 : Math.toIntExact(state.getExitCodeLong()),
                    Objects.requireNonNullElse(state.getError(), ""));
        };
    }

    private static long pid(InspectContainerResponse.ContainerState state) {
        return state.getPidLong() == null ? 0 : state.getPidLong();
    }

    /** The engine counts in seconds: never less than was asked for. */
    private static int wholeSeconds(Duration grace) {
        return Math.toIntExact(grace.plusSeconds(1).minusNanos(1).toSeconds());
    }

    private static RuntimeFailure startFailure(ContainerRef container, Refused e) {
        if (e.status() == 404 && e.reason().contains("No such container: " + container.id())) {
            return noSuchContainer(e);
        }
        // What the OCI runtime refuses is the spec's or the image's fault, whatever status the engine gives to it.
        boolean refused = e.status() < 500 || e.reason().contains("OCI runtime");
        return new RuntimeFailure(refused ? RuntimeFailure.Kind.APPLICATION : RuntimeFailure.Kind.INFRASTRUCTURE,
                "starting container failed: " + e.reason(), e);
    }

    private static RuntimeFailure noSuchContainer(Refused e) {
        return new RuntimeFailure(RuntimeFailure.Kind.NO_SUCH_CONTAINER, e.reason(), e);
    }

    private static RuntimeFailure infrastructure(Refused e) {
        return new RuntimeFailure(RuntimeFailure.Kind.INFRASTRUCTURE, e.reason(), e);
    }
}
