package dev.mure.agent.runtime;

import dev.mure.v1.PortConfig;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/**
 * Containers that exist only here. A test makes calls block, or fail, ends containers, and reads what was called. Outlives
 * the agents that use it, as engines do.
 */
public final class FakeRuntime implements ContainerRuntime {

    // All guarded by this.
    private final Map<String, Fake> containers = new HashMap<>();
    private final List<String> calls = new ArrayList<>();
    private final Map<String, CompletableFuture<Void>> gates = new HashMap<>();
    private final Map<String, RuntimeFailure> failures = new HashMap<>();

    private final Map<String, List<String>> outputs = new HashMap<>();
    private final Map<String, Health> healths = new HashMap<>();
    private final Map<String, List<PortConfig>> ports = new HashMap<>();
    private final List<ContainerRequest> requests = new ArrayList<>();

    private static final class Fake {
        final NodeScope scope;
        ContainerState state = new ContainerState.Created();
        Health health = new Health.None();
        final CompletableFuture<ContainerState> end = new CompletableFuture<>();

        Fake(NodeScope scope) {
            this.scope = scope;
        }
    }

    // --- For tests

    /** All changing calls so far, for example `start a`. */
    public synchronized List<String> calls() {
        return List.copyOf(calls);
    }

    /** Makes such calls, for example `prepare a`, block from now on until {@link #open}. */
    public synchronized void block(String call) {
        gates.put(call, new CompletableFuture<>());
    }

    public synchronized void open(String call) {
        Objects.requireNonNull(gates.remove(call), call).complete(null);
    }

    /** Makes such calls fail from now on. */
    public synchronized void fail(String call, RuntimeFailure failure) {
        failures.put(call, failure);
    }

    public synchronized void heal(String call) {
        failures.remove(call);
    }

    /** What the task's container has written when it is asked. */
    public synchronized void output(String taskId, List<String> lines) {
        outputs.put(taskId, lines);
    }

    /** The health of the task's container, from its start on. */
    public synchronized void health(String taskId, Health health) {
        healths.put(taskId, health);
        Fake fake = containers.get(taskId);
        if (fake != null) {
            fake.health = health;
        }
        notifyAll();
    }

    /** What the task's container publishes while it runs. */
    public synchronized void ports(String taskId, List<PortConfig> published) {
        ports.put(taskId, published);
    }

    /** All that were prepared so far. */
    public synchronized List<ContainerRequest> requests() {
        return List.copyOf(requests);
    }

    /** As if an earlier agent had left it. */
    public synchronized void put(NodeScope scope, String taskId, ContainerState state) {
        Fake fake = new Fake(scope);
        fake.health = healths.getOrDefault(taskId, fake.health);
        containers.put(taskId, fake);
        become(fake, state);
    }

    /** The container ends, or vanishes. */
    public synchronized void end(String taskId, ContainerState state) {
        Fake fake = Objects.requireNonNull(containers.get(taskId), taskId);
        if (state instanceof ContainerState.Absent) {
            containers.remove(taskId);
        }
        become(fake, state);
    }

    public synchronized ContainerState state(String taskId) {
        Fake fake = containers.get(taskId);
        return fake == null ? new ContainerState.Absent() : fake.state;
    }

    // --- The port

    @Override
    public RuntimeDescription describe() {
        return new RuntimeDescription("fake", "1");
    }

    @Override
    public synchronized List<HeldContainer> inventory(NodeScope scope) throws RuntimeFailure {
        failIfTold("inventory");
        List<HeldContainer> held = new ArrayList<>();
        containers.forEach((taskId, fake) -> {
            if (fake.scope.equals(scope)) {
                held.add(held(taskId, fake));
            }
        });
        return held;
    }

    @Override
    public synchronized Optional<HeldContainer> find(NodeScope scope, String taskId) throws RuntimeFailure {
        failIfTold("find " + taskId);
        return Optional.ofNullable(containers.get(taskId)).filter(fake -> fake.scope.equals(scope))
                .map(fake -> held(taskId, fake));
    }

    @Override
    public HeldContainer prepare(NodeScope scope, ContainerRequest request)
            throws RuntimeFailure, InterruptedException {
        enter("prepare " + request.taskId());
        synchronized (this) {
            requests.add(request);
            return held(request.taskId(), containers.computeIfAbsent(request.taskId(), _ -> new Fake(scope)));
        }
    }

    @Override
    public HeldContainer start(ContainerRef container) throws RuntimeFailure, InterruptedException {
        enter("start " + container.taskId());
        synchronized (this) {
            Fake fake = existing(container);
            fake.health = healths.getOrDefault(container.taskId(), fake.health);
            become(fake, new ContainerState.Running(100));
            return held(container.taskId(), fake);
        }
    }

    @Override
    public ContainerState await(ContainerRef container) throws RuntimeFailure, InterruptedException {
        CompletableFuture<ContainerState> end;
        synchronized (this) {
            failIfTold("await " + container.taskId());
            end = existing(container).end;
        }
        try {
            return end.get();
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public synchronized Optional<Health> awaitHealth(ContainerRef container, Health seen)
            throws RuntimeFailure, InterruptedException {
        while (true) {
            Fake fake = existing(container);
            if (!(fake.state instanceof ContainerState.Running)) {
                return Optional.empty();
            }
            if (!fake.health.equals(seen)) {
                return Optional.of(fake.health);
            }
            wait();
        }
    }

    @Override
    public void stop(ContainerRef container, Duration grace) throws RuntimeFailure, InterruptedException {
        enter("stop " + container.taskId());
        synchronized (this) {
            become(existing(container), new ContainerState.Exited(0, ""));
        }
    }

    @Override
    public void remove(ContainerRef container) throws RuntimeFailure, InterruptedException {
        enter("remove " + container.taskId());
        synchronized (this) {
            containers.remove(container.taskId());
        }
    }

    @Override
    public List<String> logs(ContainerRef container, int lines) throws RuntimeFailure, InterruptedException {
        CompletableFuture<Void> gate;
        synchronized (this) {
            failIfTold("logs " + container.taskId());
            gate = gates.getOrDefault("logs " + container.taskId(), CompletableFuture.completedFuture(null));
        }
        try {
            gate.get();
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        }
        synchronized (this) {
            List<String> all = outputs.getOrDefault(container.taskId(), List.of());
            return all.subList(Math.max(0, all.size() - lines), all.size());
        }
    }

    @Override
    public void close() {
        // Nothing to let go of.
    }

    private void enter(String call) throws RuntimeFailure, InterruptedException {
        CompletableFuture<Void> gate;
        synchronized (this) {
            calls.add(call);
            gate = gates.getOrDefault(call, CompletableFuture.completedFuture(null));
        }
        try {
            gate.get();
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        }
        synchronized (this) {
            failIfTold(call);
        }
    }

    private void failIfTold(String call) throws RuntimeFailure {
        RuntimeFailure failure = failures.get(call);
        if (failure != null) {
            throw failure;
        }
    }

    private Fake existing(ContainerRef container) throws RuntimeFailure {
        Fake fake = containers.get(container.taskId());
        if (fake == null) {
            throw new RuntimeFailure(RuntimeFailure.Kind.NO_SUCH_CONTAINER, "No such container: " + container.taskId());
        }
        return fake;
    }

    private void become(Fake fake, ContainerState state) {
        fake.state = state;
        notifyAll();
        if (!(state instanceof ContainerState.Running) && !(state instanceof ContainerState.Created)) {
            fake.end.complete(state);
        }
    }

    private HeldContainer held(String taskId, Fake fake) {
        return new HeldContainer(new ContainerRef(taskId, "container-" + taskId), fake.state, fake.health,
                Optional.of("sha256:" + taskId),
                fake.state instanceof ContainerState.Running ? ports.getOrDefault(taskId, List.of()) : List.of());
    }
}
