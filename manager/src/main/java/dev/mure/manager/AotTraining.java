package dev.mure.manager;

import dev.mure.manager.api.ManagerChannels;
import dev.mure.manager.raft.PeerTls;
import dev.mure.manager.raft.RaftMember;
import dev.mure.manager.raft.RaftSettings;
import dev.mure.manager.raft.RaftStartException;
import dev.mure.node.DataFolder;
import dev.mure.node.RandomId;
import dev.mure.trust.NodeRole;
import dev.mure.trust.NodeTls;
import dev.mure.trust.grpc.GrpcTls;
import dev.mure.v1.GetTermRequest;
import dev.mure.v1.PeerGrpc;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import picocli.CommandLine;

/**
 * A manager of a cluster of its own, in a temporary folder, that leads once and stops: the run from which the JDK makes its AOT cache,
 * so that managers start in half the time.
 */
final class AotTraining {

    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final String LOOPBACK = "127.0.0.1";

    private AotTraining() {}

    /** Returns the exit code of the process. */
    static int run() {
        try {
            Path folder = Files.createTempDirectory("mure-training");
            try {
                leadOnce(DataFolder.open(folder));
                return 0;
            } finally {
                delete(folder);
            }
        } catch (IOException | CannotStartException | RaftStartException | TimeoutException e) {
            return 1;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return 1;
        }
    }

    private static void leadOnce(DataFolder folder)
            throws IOException, CannotStartException, RaftStartException, TimeoutException, InterruptedException {
        SecureRandom random = new SecureRandom();
        ManagerOptions options =
                new ManagerOptions(folder.path(), "training", Optional.empty(), LOOPBACK, freePort(), freePort(),
                        Optional.empty(), 150, true, List.of(), Optional.empty());
        new CommandLine(new ManagerCommand()).parseArgs("--init", "--data-dir", folder.path().toString());
        String nodeId = folder.nodeId(random);
        NodeTls tls = new NodeTls(new NewCluster(folder, options.name(), random).found(RandomId.next(random), nodeId,
                Instant.now()));
        RaftMember member = RaftMember.initialise(
                RaftSettings.of(folder.path(), LOOPBACK, options.raftPort(), options.raftAddress()),
                new PeerTls(tls.keyManager(), tls.accepting(Set.of(NodeRole.MANAGER))),
                tls.credentials().identity().clusterId(), nodeId);
        ManagerChannels channels = new ManagerChannels(GrpcTls.client(tls), System::nanoTime);
        Manager manager = new Manager(options, folder, tls, member, channels, random);
        manager.start();
        member.feed().awaitIndex(1, PATIENCE);
        PeerGrpc.newBlockingStub(channels.to(options.grpcAddress())).withDeadlineAfter(PATIENCE.toSeconds(),
                TimeUnit.SECONDS).getTerm(GetTermRequest.getDefaultInstance());
        manager.stop();
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> paths = Files.walk(folder)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        }
    }
}
