package dev.mure.it;

import dev.mure.it.cluster.AgentRuntime;
import dev.mure.it.cluster.ClusterShape;
import dev.mure.it.cluster.LocalCluster;
import dev.mure.it.cluster.Network;
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
public final class SharedCluster
        implements
            BeforeAllCallback,
            BeforeEachCallback,
            AfterAllCallback,
            TestExecutionExceptionHandler {

    private final ClusterShape shape;
    private final Supplier<AgentRuntime> runtime;
    private final Supplier<? extends Network> network;
    private @Nullable LocalCluster cluster;

    private SharedCluster(ClusterShape shape, Supplier<AgentRuntime> runtime, Supplier<? extends Network> network) {
        this.shape = shape;
        this.runtime = runtime;
        this.network = network;
    }

    public static SharedCluster ofProcesses(ClusterShape shape) {
        return ofProcesses(shape, Network.Loopback::new);
    }

    public static SharedCluster ofProcesses(ClusterShape shape, Supplier<? extends Network> network) {
        return new SharedCluster(shape, AgentRuntime.Processes::new, network);
    }

    static SharedCluster ofDocker(ClusterShape shape, Supplier<Path> socket) {
        return of(shape, () -> new AgentRuntime.Docker(socket.get()));
    }

    static SharedCluster of(ClusterShape shape, Supplier<AgentRuntime> runtime) {
        return new SharedCluster(shape, runtime, Network.Loopback::new);
    }

    public LocalCluster get() {
        return Objects.requireNonNull(cluster);
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        cluster = LocalCluster.start(shape, runtime.get(), network.get());
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
