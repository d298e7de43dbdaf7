package dev.mure.agent.runtime;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Runs containers. All methods block, may be called from many threads, and end early with {@link InterruptedException} when
 * the calling thread is interrupted. All but {@link #await} and {@link #awaitHealth} have a deadline of their own and then
 * fail with {@link RuntimeFailure.Kind#UNREACHABLE}.
 *
 * <p>A container outlives the agent: it ends by itself, by {@link #stop}, or with the machine. Every method may be repeated
 * after an unknown outcome: what is done already is left as it is.
 */
public interface ContainerRuntime extends AutoCloseable {

    /** Asks the engine who it is; also the way to find out whether it is there. */
    RuntimeDescription describe() throws RuntimeFailure, InterruptedException;

    /** All containers of that cluster and node, ended ones included; never those of others. */
    List<HeldContainer> inventory(NodeScope scope) throws RuntimeFailure, InterruptedException;

    /** The container of one task, if it has one. */
    Optional<HeldContainer> find(NodeScope scope, String taskId) throws RuntimeFailure, InterruptedException;

    /**
     * Makes the image present, by a pull if need be, and creates the container. When the task already has one, that is the
     * answer, whatever its state. After an interruption the container may exist: {@link #find} tells.
     */
    HeldContainer prepare(NodeScope scope, ContainerRequest request) throws RuntimeFailure, InterruptedException;

    /**
     * Starts a container that was seen {@code Created}. One that runs already is left as it is. Answers with what it is then:
     * running, or ended already.
     */
    HeldContainer start(ContainerRef container) throws RuntimeFailure, InterruptedException;

    /** Waits, as long as it takes, until the container does not run. Never answers {@code Running} or {@code Created}. */
    ContainerState await(ContainerRef container) throws RuntimeFailure, InterruptedException;

    /**
     * Waits, as long as it takes, until the health of a running container is another one than {@code seen}. Empty when the
     * container does not run. One thread per container: a runtime may do the checks only while somebody waits here.
     */
    Optional<Health> awaitHealth(ContainerRef container, Health seen) throws RuntimeFailure, InterruptedException;

    /**
     * Asks the container to end with its stop signal, and kills it when it still runs after {@code grace}. When this
     * returns, it does not run. A container that is gone counts as stopped.
     */
    void stop(ContainerRef container, Duration grace) throws RuntimeFailure, InterruptedException;

    /** Removes the container and its output; kills it when it runs. A container that is gone counts as removed. */
    void remove(ContainerRef container) throws RuntimeFailure, InterruptedException;

    /** The last lines that the container wrote, oldest first; at most {@code lines}. */
    List<String> logs(ContainerRef container, int lines) throws RuntimeFailure, InterruptedException;

    /** Lets go of connections and threads. Containers go on. */
    @Override
    void close();
}
