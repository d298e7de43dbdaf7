package dev.mure.it;

import dev.mure.it.cluster.AgentRuntime;
import dev.mure.it.cluster.ClusterShape;
import dev.mure.it.cluster.LocalCluster;
import java.nio.file.Path;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.TestExecutionExceptionHandler;

/**
 * One cluster for all tests of a class. A failure says where the processes' logs are kept, and shows their last lines.
 */
final class SharedCluster
        implements
            BeforeAllCallback,
            BeforeEachCallback,
            AfterAllCallback,
            TestExecutionExceptionHandler {

    private final ClusterShape shape;
    private final Supplier<AgentRuntime> runtime;
    private @Nullable LocalCluster cluster;

    private SharedCluster(ClusterShape shape, Supplier<AgentRuntime> runtime) {
        this.shape = shape;
        this.runtime = runtime;
    }

    static SharedCluster ofProcesses(ClusterShape shape) {
        return new SharedCluster(shape, AgentRuntime.Processes::new);
    }

    static SharedCluster ofDocker(ClusterShape shape, Supplier<Path> socket) {
        return new SharedCluster(shape, () -> new AgentRuntime.Docker(socket.get()));
    }

    static SharedCluster of(ClusterShape shape, Supplier<AgentRuntime> runtime) {
        return new SharedCluster(shape, runtime);
    }

    LocalCluster get() {
        return Objects.requireNonNull(cluster);
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        cluster = LocalCluster.start(shape, runtime.get());
    }

    @Override
    public void beforeEach(ExtensionContext context) {
        get().restore();
    }

    @Override
    public void handleTestExecutionException(ExtensionContext context, Throwable failure) {
        Path kept = Path.of("target", "it-logs", context.getRequiredTestClass().getSimpleName(),
                context.getRequiredTestMethod().getName()).toAbsolutePath();
        get().logs().copyTo(kept);
        throw new AssertionError(failure.getMessage() + "\nLogs: " + kept + get().logs().tails(), failure);
    }

    @Override
    public void afterAll(ExtensionContext context) {
        if (cluster != null) {
            cluster.close();
        }
    }
}
