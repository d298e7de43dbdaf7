package dev.mure.agent.task;

import dev.mure.agent.runtime.ContainerRef;
import dev.mure.agent.runtime.ContainerRequest;
import dev.mure.agent.runtime.ContainerRuntime;
import dev.mure.agent.runtime.ContainerState;
import dev.mure.agent.runtime.Deadline;
import dev.mure.agent.runtime.Health;
import dev.mure.agent.runtime.HeldContainer;
import dev.mure.agent.runtime.NodeScope;
import dev.mure.agent.runtime.OutputText;
import dev.mure.agent.runtime.RuntimeFailure;
import dev.mure.agent.task.Step.Action;
import dev.mure.agent.task.Step.Report;
import dev.mure.v1.Assignment;
import dev.mure.v1.ContainerStatus;
import dev.mure.v1.FailureKind;
import dev.mure.v1.TaskState;
import dev.mure.v1.TaskStatus;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps one task where it is wanted. Its virtual thread asks {@link TaskStep} what comes next and does it; a
 * {@link ContainerWatch} waits for news of the container while it runs. Orders, news and other tasks' ends only wake the
 * thread, which then looks at all.
 */
final class TaskSupervisor {

    private static final Logger log = LoggerFactory.getLogger(TaskSupervisor.class);

    /** From the end of a stop to the news of the container's end; when it takes longer, the news got lost. */
    private static final Duration NEWS_LIMIT = Duration.ofSeconds(5);
    /** Longer error texts are cut: they are replicated to every manager. */
    private static final int MAX_ERROR_CHARS = 1_000;
    /** How long the status of a failed task may wait for its last lines. */
    private static final Duration OUTPUT_LIMIT = Duration.ofSeconds(1);

    private final String taskId;
    private final NodeScope scope;
    private final ContainerRuntime runtime;
    private final StatusSink statuses;
    private final SupervisionSettings settings;
    private final Predicate<String> hasEnded;
    private final Predicate<String> handsOver;
    private final Consumer<TaskSupervisor> onEnd;
    private final Thread thread;
    private final Semaphore wakeUps = new Semaphore(0);

    private final ReentrantLock lock = new ReentrantLock();
    // Guarded by lock.
    private Assignment assignment = Assignment.getDefaultInstance();
    private TaskState observed = TaskState.TASK_STATE_NEW;
    private ContainerState container;
    /** Its state is that of the time when it was found. */
    private Optional<HeldContainer> made;
    private Optional<TaskFault> fault = Optional.empty();
    private Optional<ContainerWatch> watch = Optional.empty();
    private Action underWay = Action.WAIT;
    private boolean forgotten;
    private boolean closed;

    // Only the task's thread.
    private Backoff trouble;
    private boolean announced;
    /** The last status of a failed task, until its last lines are added. */
    private Optional<TaskStatus> withoutOutput = Optional.empty();

    // Written under lock, read without.
    private volatile boolean ended;
    private volatile boolean held;
    private volatile boolean done;
    private volatile boolean newOrder;
    private volatile String predecessor = "";

    /**
     * Made idle; {@link #start} begins the supervision.
     *
     * @param found
     *            the task's container, if the runtime holds one
     * @param hasEnded
     *            whether another task of this node has ended; must not block
     * @param handsOver
     *            whether a task of this node starts when that one has ended; must not block
     * @param onEnd
     *            called on the task's thread, without a lock, when the task has ended and again when it is done
     */
    TaskSupervisor(String taskId, NodeScope scope, ContainerRuntime runtime, StatusSink statuses,
            SupervisionSettings settings, Optional<HeldContainer> found, Predicate<String> hasEnded,
            Predicate<String> handsOver, Consumer<TaskSupervisor> onEnd) {
        this.taskId = taskId;
        this.scope = scope;
        this.runtime = runtime;
        this.statuses = statuses;
        this.settings = settings;
        this.hasEnded = hasEnded;
        this.handsOver = handsOver;
        this.onEnd = onEnd;
        this.container = found.map(HeldContainer::state).orElseGet(ContainerState.Absent::new);
        this.made = found;
        this.held = found.isPresent();
        this.trouble = Backoff.none(settings);
        this.thread = Thread.ofVirtual().name("task-" + taskId).unstarted(this::run);
    }

    String taskId() {
        return taskId;
    }

    void start() {
        thread.start();
    }

    /**
     * Takes the newest order and what the managers know. Does not block.
     *
     * @return false when the supervision is over: the task needs a new one
     */
    boolean deliver(Assignment newest) {
        lock.lock();
        try {
            if (done) {
                return false;
            }
            newOrder = newest.getDesired().getState() != assignment.getDesired().getState();
            assignment = newest;
            predecessor = newest.getDesired().getStartAfterStopOf();
            forgotten = false;
            observed = TaskStates.further(observed, newest.getObserved());
            breakOffIfPointless();
        } finally {
            lock.unlock();
        }
        wake();
        return true;
    }

    /** The cluster's state no longer holds the task: its container goes, and nothing is reported. Does not block. */
    void forget() {
        lock.lock();
        try {
            forgotten = true;
            breakOffIfPointless();
        } finally {
            lock.unlock();
        }
        wake();
    }

    /** The cluster did not name the task. Without a container there is nothing that could get lost. Does not block. */
    void forgetIfAbsent() {
        lock.lock();
        try {
            forgotten |= container instanceof ContainerState.Absent && underWay == Action.WAIT;
        } finally {
            lock.unlock();
        }
        wake();
    }

    /** Something that this task may wait for has happened. Takes no lock. */
    void wake() {
        wakeUps.release();
    }

    /** Ends the supervision; the container goes on as it is. Does not block. */
    void close() {
        lock.lock();
        try {
            closed = true;
            watch.ifPresent(ContainerWatch::close);
        } finally {
            lock.unlock();
        }
        thread.interrupt();
    }

    /** Whether the task has ended and has no running container. */
    boolean hasEnded() {
        return ended;
    }

    /** Whether the runtime holds, or may hold, a container for it. */
    boolean isHeld() {
        return held;
    }

    /** Whether nothing is left of a task that the cluster's state no longer holds. */
    boolean isDone() {
        return done;
    }

    /** The task that has to end before this one starts; empty if none. */
    String predecessor() {
        return predecessor;
    }

    // --- The task's thread

    private void run() {
        try {
            while (true) {
                wakeUps.drainPermits();
                Action action = decide();
                if (ended && !announced) {
                    announced = true;
                    onEnd.accept(this);
                }
                reportFailure();
                if (done) {
                    onEnd.accept(this);
                    return;
                }
                if (action == Action.WAIT) {
                    trouble = Backoff.none(settings);
                    wakeUps.acquire();
                } else if (!trouble.isOver() && !newOrder) {
                    trouble.await(wakeUps);
                } else {
                    perform(action);
                }
            }
        } catch (InterruptedException e) {
            log.debug("Task {}: supervision closed", taskId);
        } catch (RuntimeException | Error e) {
            log.error("Task {}: supervision ended by a bug", taskId, e);
            throw e;
        }
    }

    private Action decide() throws InterruptedException {
        lock.lock();
        try {
            if (closed) {
                throw new InterruptedException();
            }
            watchIfRunning();
            Step step = TaskStep.next(facts());
            step.report().ifPresent(this::report);
            ended = TaskStates.ended(observed) && !mayRun(container);
            held = !(container instanceof ContainerState.Absent);
            done = forgotten && !held;
            return step.action();
        } finally {
            lock.unlock();
        }
    }

    private TaskFacts facts() {
        if (forgotten) {
            TaskState known = TaskStates.further(observed, TaskState.TASK_STATE_SHUTDOWN);
            return new TaskFacts(TaskState.TASK_STATE_REMOVE, known, container, health(), false, fault);
        }
        return new TaskFacts(assignment.getDesired().getState(), observed, container, health(),
                predecessor.isEmpty() || hasEnded.test(predecessor), fault);
    }

    private Health health() {
        return made.map(HeldContainer::health).orElseGet(Health.None::new);
    }

    private static boolean mayRun(ContainerState container) {
        return container instanceof ContainerState.Running || container instanceof ContainerState.Unknown;
    }

    private static boolean hasRun(ContainerState container) {
        return container instanceof ContainerState.Exited || container instanceof ContainerState.Lost;
    }

    private void report(Report report) {
        observed = report.state();
        TaskStatus.Builder status = TaskStatus.newBuilder()
                .setState(report.state())
                .setMessage(report.message())
                .setError(OutputText.cut(report.error(), MAX_ERROR_CHARS))
                .setFailure(report.failure());
        made.ifPresent(held -> status.setContainer(describe(held, container)));
        if (report.state() == TaskState.TASK_STATE_FAILED && hasRun(container)) {
            withoutOutput = Optional.of(status.build());
        } else {
            statuses.report(taskId, status.build(), Urgency.of(report.state(), handsOver.test(taskId)));
        }
    }

    /** Not under the lock, and after the end was announced: whoever waits to start has no use for the output. */
    private void reportFailure() throws InterruptedException {
        if (withoutOutput.isPresent()) {
            statuses.report(taskId, withoutOutput.get().toBuilder().addAllLastOutput(lastOutput()).build(),
                    Urgency.AT_ONCE);
            withoutOutput = Optional.empty();
        }
    }

    private List<String> lastOutput() throws InterruptedException {
        ContainerRef ended = made();
        try {
            return OutputText.lastLines(Deadline.call("output of " + taskId, OUTPUT_LIMIT,
                    () -> runtime.logs(ended, OutputText.MAX_LINES)));
        } catch (RuntimeFailure e) {
            log.debug("Task {}: reported without its last lines", taskId, e);
            return List.of();
        }
    }

    private static ContainerStatus describe(HeldContainer held, ContainerState state) {
        ContainerStatus.Builder status = ContainerStatus.newBuilder().setId(held.container().id());
        held.imageDigest().ifPresent(status::setImageDigest);
        switch (state) {
            case ContainerState.Running(long pid) -> status.setPid(pid).addAllPorts(held.ports());
            case ContainerState.Exited(int code, _) -> status.setExitCode(code);
            case ContainerState.Unknown _,ContainerState.Absent _,ContainerState.Created _,ContainerState.Lost _ -> {
                // Nothing more to tell.
            }
        }
        return status.build();
    }

    private void perform(Action action) {
        try {
            begin(action);
            switch (action) {
                case LOOK -> found(runtime.find(scope, taskId));
                case PREPARE -> found(Optional.of(runtime.prepare(scope, request())));
                case START -> found(Optional.of(runtime.start(made())));
                case STOP -> stop();
                case REMOVE -> {
                    runtime.remove(made());
                    found(Optional.empty());
                }
                case WAIT -> throw new IllegalStateException("nothing to do");
            }
            if (action != Action.LOOK) { // It only tells what to try next.
                trouble = Backoff.none(settings);
            }
        } catch (RuntimeFailure e) {
            failed(action, e);
        } catch (InterruptedException e) {
            // An order made it pointless, or the agent ends: the next turn tells which.
            log.debug("Task {}: {} broken off", taskId, action);
        } finally {
            end();
        }
    }

    /** Refuses what an order made pointless since it was decided; from now on such an order interrupts this thread. */
    private void begin(Action action) throws InterruptedException {
        lock.lock();
        try {
            newOrder = false;
            if (TaskStep.next(facts()).action() != action) {
                throw new InterruptedException("pointless by now");
            }
            underWay = action;
            if (action == Action.PREPARE || action == Action.START) {
                container = new ContainerState.Unknown(); // If we never hear how it went, we have to look.
                held = true;
            }
        } finally {
            lock.unlock();
        }
    }

    private void end() {
        lock.lock();
        try {
            underWay = Action.WAIT;
            Thread.interrupted(); // Meant for what is over now.
        } finally {
            lock.unlock();
        }
    }

    private void breakOffIfPointless() {
        if (TaskStep.abandons(facts().desired(), underWay)) {
            thread.interrupt();
        }
    }

    /** Over when the end is known, which may be before the runtime answers. */
    private void stop() throws RuntimeFailure, InterruptedException {
        FutureTask<Boolean> call = stopCall(made(), grace());
        try {
            while (current() instanceof ContainerState.Running && !call.isDone()) {
                wakeUps.acquire();
            }
        } catch (InterruptedException e) {
            boolean _ = call.cancel(true);
            throw e;
        }
        if (!(current() instanceof ContainerState.Running)) {
            return;
        }
        answered(call);
        long deadline = System.nanoTime() + NEWS_LIMIT.toNanos();
        while (current() instanceof ContainerState.Running) {
            if (!wakeUps.tryAcquire(deadline - System.nanoTime(), TimeUnit.NANOSECONDS)) {
                become(new ContainerState.Unknown());
            }
        }
    }

    private FutureTask<Boolean> stopCall(ContainerRef made, Duration grace) {
        FutureTask<Boolean> call = new FutureTask<>(() -> {
            runtime.stop(made, grace);
            return true;
        }) {
            @Override
            protected void done() {
                wake();
            }
        };
        Thread.ofVirtual().name("task-" + taskId + "-stop").start(call);
        return call;
    }

    private static void answered(FutureTask<Boolean> call) throws RuntimeFailure, InterruptedException {
        try {
            boolean _ = call.get();
        } catch (ExecutionException e) {
            switch (e.getCause()) {
                case RuntimeFailure failure -> throw failure;
                case null, default -> throw new IllegalStateException(e.getCause());
            }
        }
    }

    private void failed(Action action, RuntimeFailure failure) {
        if (trouble.isFirst()) {
            log.warn("Task {}: {} failed: {}", taskId, action, OutputText.cut(failure.reason(), MAX_ERROR_CHARS));
        }
        lock.lock();
        try {
            if (failure.kind() == RuntimeFailure.Kind.NO_SUCH_CONTAINER) {
                container = new ContainerState.Absent();
                made = Optional.empty();
                return;
            }
            trouble = trouble.next();
            boolean engineAnswered = failure.kind() != RuntimeFailure.Kind.UNREACHABLE;
            switch (action) {
                case PREPARE, START -> {
                    if (engineAnswered) {
                        container =
                                action == Action.PREPARE ? new ContainerState.Absent() : new ContainerState.Created();
                    }
                    if (engineAnswered || trouble.lastsTooLong()) {
                        fault = Optional.of(new TaskFault(failure.reason(), blame(failure.kind())));
                    }
                }
                case LOOK -> {
                    if (trouble.lastsTooLong()) {
                        fault = Optional.of(new TaskFault(failure.reason(), blame(failure.kind())));
                    }
                }
                case STOP, REMOVE, WAIT -> {
                    // An order to end is never given up.
                }
            }
        } finally {
            lock.unlock();
        }
    }

    private static FailureKind blame(RuntimeFailure.Kind kind) {
        return switch (kind) {
            case IMAGE -> FailureKind.FAILURE_KIND_IMAGE;
            case APPLICATION -> FailureKind.FAILURE_KIND_APPLICATION;
            case INFRASTRUCTURE, UNREACHABLE, NO_SUCH_CONTAINER -> FailureKind.FAILURE_KIND_INFRASTRUCTURE;
        };
    }

    private void found(Optional<HeldContainer> now) {
        lock.lock();
        try {
            container = now.map(HeldContainer::state).orElseGet(ContainerState.Absent::new);
            made = now;
        } finally {
            lock.unlock();
        }
    }

    private void become(ContainerState state) {
        lock.lock();
        try {
            container = state;
        } finally {
            lock.unlock();
        }
    }

    private ContainerState current() {
        lock.lock();
        try {
            return container;
        } finally {
            lock.unlock();
        }
    }

    private ContainerRef made() {
        lock.lock();
        try {
            return made.map(HeldContainer::container)
                    .orElseThrow(() -> new IllegalStateException("task " + taskId + " has no container"));
        } finally {
            lock.unlock();
        }
    }

    private ContainerRequest request() {
        lock.lock();
        try {
            return new ContainerRequest(taskId, assignment.getServiceId(), assignment.getServiceName(),
                    assignment.getRevision(), assignment.getSlot(), assignment.getSpec(),
                    Optional.of(assignment.getImageDigest()).filter(digest -> !digest.isEmpty()));
        } finally {
            lock.unlock();
        }
    }

    private Duration grace() {
        lock.lock();
        try {
            var spec = assignment.getSpec().getContainer();
            return spec.hasStopGracePeriod()
                    ? Duration.ofSeconds(spec.getStopGracePeriod().getSeconds(), spec.getStopGracePeriod().getNanos())
                    : settings.defaultGrace();
        } finally {
            lock.unlock();
        }
    }

    // --- The watch's threads

    private void watchIfRunning() {
        if (container instanceof ContainerState.Running && watch.isEmpty() && made.isPresent()) {
            watch = Optional.of(
                    ContainerWatch.start(made.get().container(), made.get().health(), runtime, settings, new News()));
        }
    }

    private final class News implements ContainerWatch.News {

        @Override
        public void ended(ContainerState end) {
            lock.lock();
            try {
                container = end;
                watch = Optional.empty();
            } finally {
                lock.unlock();
            }
            wake();
        }

        @Override
        public void healthIs(Health now) {
            lock.lock();
            try {
                if (container instanceof ContainerState.Running) {
                    made = made.map(held -> held.withHealth(now));
                }
            } finally {
                lock.unlock();
            }
            wake();
        }
    }
}
