package dev.mure.agent;

import dev.mure.agent.runtime.process.ProcessRuntime;
import dev.mure.agent.session.WrongClusterException;
import dev.mure.agent.storage.ClusterFile;
import dev.mure.node.DataFolder;
import dev.mure.node.RandomId;
import dev.mure.trust.CertificateAuthority;
import dev.mure.trust.CredentialFile;
import dev.mure.trust.Credentials;
import dev.mure.trust.NodeIdentity;
import dev.mure.trust.NodeRole;
import dev.mure.trust.NodeTls;
import dev.mure.trust.grpc.EnrolmentRefusedException;
import dev.mure.trust.grpc.GrpcTls;
import io.grpc.Server;
import io.grpc.netty.NettyServerBuilder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;

/**
 * An agent in a temporary folder with a certificate of its own authority, that connects to a manager that serves nothing and soon stops:
 * the run from which the JDK makes its AOT cache, so that agents start in half the time.
 */
final class AotTraining {

    private static final Duration LENGTH = Duration.ofMillis(1_500);

    private AotTraining() {}

    /** Returns the exit code of the process. */
    static int run() {
        System.setProperty("mure.node", "training");
        try {
            Path folder = Files.createTempDirectory("mure-training");
            try {
                new CommandLine(new AgentOptions(Map.of())).parseArgs("--runtime", "process");
                look(folder);
                return 0;
            } finally {
                delete(folder);
            }
        } catch (IOException e) {
            return AgentMain.FAILED;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return AgentMain.FAILED;
        }
    }

    private static void look(Path path) throws IOException, InterruptedException {
        DataFolder folder = DataFolder.open(path);
        SecureRandom random = new SecureRandom();
        String cluster = RandomId.next(random);
        String nodeId = folder.nodeId(random);
        CertificateAuthority authority = CertificateAuthority.create(cluster, random, Instant.now());
        new CredentialFile(folder).write(Credentials.ofFirst(authority,
                new NodeIdentity(nodeId, NodeRole.WORKER, cluster), random, Instant.now()));
        NodeTls manager = new NodeTls(Credentials.ofFirst(authority,
                new NodeIdentity(RandomId.next(random), NodeRole.MANAGER, cluster), random, Instant.now()));
        Server server = NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .sslContext(GrpcTls.server(manager)).build().start();
        try {
            look(folder, new AgentEnrolment(folder, nodeId, "training", List.of("127.0.0.1:" + server.getPort()),
                    Optional.empty()));
        } finally {
            server.shutdownNow();
        }
    }

    private static void look(DataFolder folder, AgentEnrolment enrolment) throws IOException, InterruptedException {
        Agent agent = new Agent(enrolment,
                new ProcessRuntime(folder.resolve("images"), folder.resolve("process"), MureVersion.current()),
                ClusterFile.open(folder.resolve("agent")));
        Thread looking = Thread.ofPlatform().name("training").start(() -> {
            try {
                agent.run();
            } catch (InterruptedException | IOException | WrongClusterException | EnrolmentRefusedException e) {
                LoggerFactory.getLogger(AotTraining.class).debug("Trained");
            }
        });
        looking.join(LENGTH);
        looking.interrupt();
        looking.join();
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> paths = Files.walk(folder)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        }
    }
}
