package dev.mure.agent.task;

import dev.mure.agent.runtime.ContainerRef;
import dev.mure.agent.runtime.ContainerRuntime;
import dev.mure.agent.runtime.ContainerState;
import dev.mure.agent.runtime.Health;
import dev.mure.agent.runtime.RuntimeFailure;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Waits for news of one running container: a virtual thread for its end, and another one for its health if it has a check.
 * Trouble with the engine is outlasted.
 */
final class ContainerWatch implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(ContainerWatch.class);

    private final ContainerRef container;
    private final ContainerRuntime runtime;
    private final SupervisionSettings settings;
    private final News news;
    private final Thread end;
    private final Thread health;

    /** Takes the news, on the watch's threads; must not block. */
    interface News {

        /** The container does not run any more. Nothing comes after it. */
        void ended(ContainerState end);

        void healthIs(Health health);
    }

    private ContainerWatch(ContainerRef container, Health seen, ContainerRuntime runtime,
            SupervisionSettings settings, News news) {
        this.container = container;
        this.runtime = runtime;
        this.settings = settings;
        this.news = news;
        this.end = Thread.ofVirtual().name("task-" + container.taskId() + "-end").unstarted(this::awaitEnd);
        this.health =
                Thread.ofVirtual().name("task-" + container.taskId() + "-health").unstarted(() -> awaitHealth(seen));
    }

    /**
     * Begins to watch a running container.
     *
     * @param seen
     *            its health as it is known
     */
    static ContainerWatch start(ContainerRef container, Health seen, ContainerRuntime runtime,
            SupervisionSettings settings, News news) {
        ContainerWatch watch = new ContainerWatch(container, seen, runtime, settings, news);
        watch.end.start();
        if (!(seen instanceof Health.None)) {
            watch.health.start();
        }
        return watch;
    }

    /** Ends the watching; at most the news that is being told still comes. Does not block. */
    @Override
    public void close() {
        end.interrupt();
        health.interrupt();
    }

    private void awaitEnd() {
        try {
            ContainerState state = outlast("end", () -> runtime.await(container))
                    .orElseGet(ContainerState.Absent::new);
            health.interrupt();
            news.ended(state);
        } catch (InterruptedException e) {
            log.debug("Task {}: no longer watched", container.taskId());
        }
    }

    private void awaitHealth(Health seen) {
        try {
            Health known = seen;
            while (true) {
                Health before = known;
                Optional<Health> next = outlast("health", () -> runtime.awaitHealth(container, before))
                        .flatMap(answer -> answer);
                if (next.isEmpty()) {
                    return; // Its end is the other thread's news.
                }
                known = next.get();
                news.healthIs(known);
            }
        } catch (InterruptedException e) {
            log.debug("Task {}: health no longer watched", container.taskId());
        }
    }

    private interface Wait<T> {
        T call() throws RuntimeFailure, InterruptedException;
    }

    /** The answer, however long the engine can't give it; empty when the container is gone. */
    private <T> Optional<T> outlast(String what, Wait<T> wait) throws InterruptedException {
        Backoff pause = Backoff.none(settings);
        while (true) {
            try {
                return Optional.of(wait.call());
            } catch (RuntimeFailure e) {
                if (e.kind() == RuntimeFailure.Kind.NO_SUCH_CONTAINER) {
                    return Optional.empty();
                }
                log.debug("Task {}: waiting for its {} failed, trying again", container.taskId(), what, e);
                pause = pause.next();
                pause.sleep();
            }
        }
    }
}
