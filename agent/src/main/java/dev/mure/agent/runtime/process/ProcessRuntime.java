package dev.mure.agent.runtime.process;

import dev.mure.agent.runtime.ContainerRef;
import dev.mure.agent.runtime.ContainerRequest;
import dev.mure.agent.runtime.ContainerRuntime;
import dev.mure.agent.runtime.ContainerState;
import dev.mure.agent.runtime.Deadline;
import dev.mure.agent.runtime.Health;
import dev.mure.agent.runtime.HeldContainer;
import dev.mure.agent.runtime.NodeScope;
import dev.mure.agent.runtime.RuntimeDescription;
import dev.mure.agent.runtime.RuntimeFailure;
import dev.mure.v1.ResourceAmounts;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs tasks as processes of the agent's user. Each has a folder with its plan, its identity, its output and, in the end,
 * its exit code; a shell shim that outlives the agent writes the last three.
 */
public final class ProcessRuntime implements ContainerRuntime {

    private static final Logger log = LoggerFactory.getLogger(ProcessRuntime.class);

    private static final Pattern TASK_ID = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_-]{0,99}");
    private static final Duration START_LIMIT = Duration.ofSeconds(10);
    private static final Duration KILL_LIMIT = Duration.ofSeconds(10);
    /** A process that is not our child can't be waited for, only looked at. */
    private static final Duration ADOPTED_LOOK = Duration.ofMillis(50);
    private static final Duration COMMAND_LOOK = Duration.ofMillis(5);
    private static final int COMMAND_LOOKS = 400;
    private static final Duration LOG_LOOK = Duration.ofSeconds(10);

    private final Path images;
    private final Path folders;
    private final Path shim;
    private final String version;
    /** The beginning of a command line that runs the rest in a session of its own, as if nobody had started us. */
    private final List<String> detached;
    private final Thread logCutter;
    /** By task: the shims that this agent started. */
    private final ConcurrentHashMap<String, Process> children = new ConcurrentHashMap<>();
    /** By task: those whose health somebody asked for. */
    private final ConcurrentHashMap<String, HealthMonitor> monitors = new ConcurrentHashMap<>();

    /**
     * Makes the folder if need be.
     *
     * @param images
     *            the folder of the images
     * @param folders
     *            where the tasks' folders are; one runtime at a time may use it
     * @param version
     *            Mure's own
     */
    public ProcessRuntime(Path images, Path folders, String version) throws IOException {
        this.images = images.toAbsolutePath();
        this.folders = folders.toAbsolutePath();
        this.version = version;
        this.detached = SystemPrograms.detached();
        Files.createDirectories(this.folders);
        this.shim = installShim();
        deleteUnfinished();
        this.logCutter = Thread.ofVirtual().name("process-logs").start(this::cutLogs);
    }

    @Override
    public RuntimeDescription describe() {
        return new RuntimeDescription("process", version);
    }

    @Override
    public List<HeldContainer> inventory(NodeScope scope) throws RuntimeFailure {
        List<HeldContainer> held = new ArrayList<>();
        try (var entries = Files.newDirectoryStream(folders)) {
            for (Path entry : entries) {
                if (TASK_ID.matcher(entry.getFileName().toString()).matches() && Files.isDirectory(entry)) {
                    find(scope, entry.getFileName().toString()).ifPresent(held::add);
                }
            }
        } catch (IOException e) {
            throw trouble(folders, e);
        }
        return held;
    }

    @Override
    public Optional<HeldContainer> find(NodeScope scope, String taskId) throws RuntimeFailure {
        TaskFolder folder = folder(taskId);
        try {
            Optional<ProcessPlan> plan = folder.plan().filter(found -> found.scope().equals(scope));
            return plan.isPresent() ? Optional.of(held(folder, plan.get())) : Optional.empty();
        } catch (IOException | UncheckedIOException e) {
            throw trouble(folder.path(), e);
        }
    }

    @Override
    public HeldContainer prepare(NodeScope scope, ContainerRequest request) throws RuntimeFailure {
        TaskFolder folder = folder(request.taskId());
        try {
            if (!folder.exists()) {
                ImageConfig image = ImageConfig.load(images, request.spec().getImage());
                folder.create(ProcessPlan.of(scope, request, image, folder.path()));
                ResourceAmounts limits = request.task().getResources().getLimits();
                if (limits.getNanoCpus() > 0 || limits.getMemoryBytes() > 0) {
                    log.info("Task {}: its limits are not enforced, since plain processes are not confined",
                            request.taskId());
                }
            }
            return held(folder, plan(folder));
        } catch (IOException | UncheckedIOException e) {
            throw trouble(folder.path(), e);
        }
    }

    @Override
    public HeldContainer start(ContainerRef container) throws RuntimeFailure, InterruptedException {
        TaskFolder folder = folder(container.taskId());
        try {
            ProcessPlan plan = plan(folder);
            if (folder.state() instanceof ContainerState.Created) {
                Path program = program(plan);
                Process process = launch(folder, plan, program);
                children.put(container.taskId(), process);
                var _ = process.onExit().thenRun(() -> children.remove(container.taskId(), process));
                awaitStarted(process, container.taskId());
            }
            if (folder.shim().isEmpty()) {
                throw new RuntimeFailure(RuntimeFailure.Kind.INFRASTRUCTURE,
                        "starting container failed: the shim did not start" + lastWords(folder));
            }
            return held(folder, plan);
        } catch (IOException | UncheckedIOException e) {
            throw new RuntimeFailure(RuntimeFailure.Kind.INFRASTRUCTURE, "starting container failed: " + e.getMessage(),
                    e);
        }
    }

    @Override
    public ContainerState await(ContainerRef container) throws RuntimeFailure, InterruptedException {
        TaskFolder folder = folder(container.taskId());
        try {
            while (runs(folder)) {
                awaitEnd(container.taskId(), folder, Duration.ofDays(1));
            }
            ContainerState end = folder.state();
            if (end instanceof ContainerState.Lost) {
                killRemains(container.taskId(), folder);
            }
            return end;
        } catch (IOException | UncheckedIOException e) {
            throw trouble(folder.path(), e);
        }
    }

    @Override
    public Optional<Health> awaitHealth(ContainerRef container, Health seen)
            throws RuntimeFailure, InterruptedException {
        TaskFolder folder = folder(container.taskId());
        try {
            ProcessPlan plan = plan(folder);
            if (plan.health().isNone()) {
                var _ = await(container);
                return Optional.empty();
            }
            HealthMonitor fresh = new HealthMonitor(folder, plan, detached);
            HealthMonitor known = monitors.putIfAbsent(container.taskId(), fresh);
            return (known == null ? fresh : known).await(seen);
        } catch (IOException | UncheckedIOException e) {
            throw trouble(folder.path(), e);
        }
    }

    @Override
    public void stop(ContainerRef container, Duration grace) throws RuntimeFailure, InterruptedException {
        TaskFolder folder = folder(container.taskId());
        try {
            if (runs(folder) && !grace.isZero()) {
                signal(folder, plan(folder).stopSignal());
                awaitEnd(container.taskId(), folder, grace);
            }
            if (runs(folder)) {
                signal(folder, "KILL");
                awaitEnd(container.taskId(), folder, KILL_LIMIT);
            }
            if (runs(folder)) {
                throw new RuntimeFailure(RuntimeFailure.Kind.UNREACHABLE,
                        "task " + container.taskId() + " does not end after SIGKILL");
            }
            killRemains(container.taskId(), folder);
        } catch (IOException | UncheckedIOException e) {
            throw trouble(folder.path(), e);
        }
    }

    @Override
    public void remove(ContainerRef container) throws RuntimeFailure, InterruptedException {
        stop(container, Duration.ZERO);
        TaskFolder folder = folder(container.taskId());
        monitors.remove(container.taskId());
        try {
            folder.delete();
        } catch (IOException | UncheckedIOException e) {
            throw trouble(folder.path(), e);
        }
    }

    @Override
    public List<String> logs(ContainerRef container, int lines) throws RuntimeFailure {
        TaskFolder folder = folder(container.taskId());
        try {
            return folder.output().tail(lines);
        } catch (IOException e) {
            throw trouble(folder.path(), e);
        }
    }

    @Override
    public void close() {
        logCutter.interrupt();
    }

    private TaskFolder folder(String taskId) throws RuntimeFailure {
        if (!TASK_ID.matcher(taskId).matches()) {
            throw new RuntimeFailure(RuntimeFailure.Kind.APPLICATION, "not a task id: " + taskId);
        }
        return new TaskFolder(folders.resolve(taskId));
    }

    private HeldContainer held(TaskFolder folder, ProcessPlan plan) throws IOException {
        ContainerState state = folder.state();
        HealthMonitor monitor = monitors.get(plan.taskId());
        Health health = monitor == null ? folder.health(plan.health()) : monitor.health();
        return new HeldContainer(new ContainerRef(plan.taskId(), plan.taskId()), state, health, Optional.empty(),
                state instanceof ContainerState.Running
                        ? plan.ports().stream().map(PublishedPort::config).toList()
                        : List.of());
    }

    private static Path program(ProcessPlan plan) throws RuntimeFailure {
        try {
            return plan.program(plan.command());
        } catch (RuntimeFailure e) {
            throw new RuntimeFailure(e.kind(), "starting container failed: " + e.reason(), e);
        }
    }

    private static ProcessPlan plan(TaskFolder folder) throws IOException, RuntimeFailure {
        return folder.plan()
                .orElseThrow(() -> new RuntimeFailure(RuntimeFailure.Kind.NO_SUCH_CONTAINER,
                        "No such container: " + folder.path().getFileName()));
    }

    private Process launch(TaskFolder folder, ProcessPlan plan, Path program) throws IOException {
        List<String> command = new ArrayList<>(detached);
        command.addAll(List.of("/bin/sh", shim.toString(), folder.path().toString()));
        command.add(program.toString());
        command.addAll(plan.command().subList(1, plan.command().size()));
        ProcessBuilder builder = new ProcessBuilder(command).directory(Path.of(plan.directory()).toFile())
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                .redirectError(ProcessBuilder.Redirect.appendTo(folder.output().file().toFile()));
        builder.environment().clear();
        builder.environment().putAll(plan.environment());
        return builder.start();
    }

    /** The shim says a word when its identity is written, or ends without one. */
    private static void awaitStarted(Process process, String taskId) throws RuntimeFailure, InterruptedException {
        String word = Deadline.call("start-" + taskId, START_LIMIT, () -> {
            try (BufferedReader output = process.inputReader(StandardCharsets.UTF_8)) {
                return Objects.requireNonNullElse(output.readLine(), "");
            }
        });
        log.debug("Task {}: shim {} says '{}'", taskId, process.pid(), word);
    }

    private String lastWords(TaskFolder folder) throws IOException {
        List<String> lines = folder.output().tail(1);
        return lines.isEmpty() ? "" : ": " + lines.getFirst();
    }

    /** Returns when the task's process has ended or the time is up. */
    private void awaitEnd(String taskId, TaskFolder folder, Duration limit) throws IOException, InterruptedException {
        Process child = children.get(taskId);
        if (child != null) {
            try {
                child.onExit().get(limit.toNanos(), TimeUnit.NANOSECONDS);
            } catch (TimeoutException e) {
                log.debug("Task {} still runs after {}", taskId, limit);
            } catch (ExecutionException e) {
                throw new IllegalStateException(e);
            }
            return;
        }
        long deadline = System.nanoTime() + limit.toNanos();
        while (System.nanoTime() < deadline && runs(folder)) {
            Thread.sleep(ADOPTED_LOOK);
        }
    }

    private static boolean runs(TaskFolder folder) {
        return folder.state() instanceof ContainerState.Running;
    }

    /** To the command and all that it started, as far as that stayed in its group. */
    private static void signal(TaskFolder folder, String signal) throws IOException, InterruptedException {
        // A shim that an agent started in its last moment may not have come to it yet.
        for (int looks = 0; folder.command().isEmpty() && runs(folder) && looks < COMMAND_LOOKS; looks++) {
            Thread.sleep(COMMAND_LOOK);
        }
        Optional<ProcessIdentity> command = folder.command().filter(ProcessIdentity::isAlive);
        if (command.isPresent()) {
            Signals.toGroup(signal, command.get().pid());
        }
    }

    /** A killed shim leaves its command behind. */
    private static void killRemains(String taskId, TaskFolder folder) throws IOException, InterruptedException {
        Optional<ProcessIdentity> command = folder.command().filter(ProcessIdentity::isOfThisBoot);
        if (command.isPresent() && !runs(folder)) {
            for (long pid : ProcFiles.members(command.get().pid(), taskId)) {
                Signals.toProcess("KILL", pid);
            }
        }
    }

    private Path installShim() throws IOException {
        Path installed = folders.resolve("shim.sh");
        Path unfinished = folders.resolve(".shim.sh.new");
        try (InputStream text = Objects.requireNonNull(ProcessRuntime.class.getResourceAsStream("shim.sh"))) {
            Files.copy(text, unfinished, StandardCopyOption.REPLACE_EXISTING);
        }
        // A rename, since the shims of an earlier agent still read the old file.
        Files.move(unfinished, installed, StandardCopyOption.ATOMIC_MOVE);
        return installed;
    }

    /** What was being made or removed when an earlier agent was killed. */
    private void deleteUnfinished() throws IOException {
        try (var entries = Files.newDirectoryStream(folders, ".*")) {
            for (Path entry : entries) {
                TaskFolder.delete(entry);
            }
        }
    }

    private void cutLogs() {
        try {
            while (true) {
                Thread.sleep(LOG_LOOK);
                try (var entries = Files.newDirectoryStream(folders, Files::isDirectory)) {
                    for (Path entry : entries) {
                        new TaskFolder(entry).output().cut();
                    }
                } catch (IOException e) {
                    log.warn("Can't shorten the output of tasks: {}", e.getMessage());
                }
            }
        } catch (InterruptedException e) {
            log.debug("Closed");
        }
    }

    private static RuntimeFailure trouble(Path path, Exception e) {
        return new RuntimeFailure(RuntimeFailure.Kind.INFRASTRUCTURE, path + ": " + e.getMessage(), e);
    }
}
