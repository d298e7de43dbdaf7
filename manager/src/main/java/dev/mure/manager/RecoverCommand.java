package dev.mure.manager;

import dev.mure.manager.api.Statuses;
import dev.mure.manager.raft.ForcedRecovery;
import dev.mure.manager.raft.PeerTls;
import dev.mure.manager.raft.RaftIdentity;
import dev.mure.manager.raft.RaftSettings;
import dev.mure.manager.raft.RaftStartException;
import dev.mure.node.DataFolder;
import dev.mure.trust.NodeRole;
import dev.mure.trust.NodeTls;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code mure manager recover}: what a manager's folder holds, and a new cluster out of it. */
@Command(name = "recover", mixinStandardHelpOptions = true, sortOptions = false, usageHelpAutoWidth = true,
        description = {"Shows how much of the cluster's log this manager has, and makes a cluster of one out of it.",
            "",
            "For a cluster that has lost more than half of its managers for good. The manager must not run."},
        footer = {"",
            "Compare on all managers that are left, and take the one with the highest term, then the highest index: what it does not",
            "have is lost. Services, tasks and agents stay. The other managers must not be started again with their old folders."})
final class RecoverCommand implements Callable<Integer> {

    private final PrintStream out;

    @Option(names = "--data-dir", paramLabel = "DIR", description = "Data folder of the manager.")
    private Optional<Path> dataDir = Optional.empty();

    @Option(names = "--advertise", paramLabel = "HOST", defaultValue = "127.0.0.1",
            description = "As the manager was started with (default: ${DEFAULT-VALUE}).")
    private String advertise = "127.0.0.1";

    @Option(names = "--raft-port", paramLabel = "PORT", defaultValue = "7371",
            description = "As the manager was started with (default: ${DEFAULT-VALUE}).")
    private int raftPort;

    @Option(names = "--force-new-cluster", description = "Makes this manager the only one.")
    private boolean forceNewCluster;

    RecoverCommand(PrintStream out) {
        this.out = out;
    }

    @Override
    public Integer call() throws CannotStartException, InterruptedException {
        try {
            Path path = dataDir.orElseGet(DataFolder::defaultPath);
            if (!Files.isDirectory(path)) {
                throw new CannotStartException(path + " is not there: name the manager's folder with --data-dir");
            }
            DataFolder folder = DataFolder.open(path);
            Optional<FileLock> claimed = folder.lock("manager");
            if (claimed.isEmpty()) {
                throw new CannotStartException("a manager runs on " + folder.path() + ": stop it first");
            }
            RaftSettings settings =
                    RaftSettings.of(folder.path(), advertise, raftPort, advertise + ":" + raftPort);
            if (RaftIdentity.load(settings).isEmpty()) {
                throw new CannotStartException(folder.path() + " belongs to no cluster: there is nothing to recover");
            }
            NodeTls tls = new NodeTls(ManagerCertificate.ofMember(folder));
            PeerTls peers =
                    new PeerTls(tls.keyManager(), tls.accepting(Set.of(NodeRole.MANAGER)), certificate -> false);
            if (forceNewCluster) {
                describe(ForcedRecovery.forceNewCluster(settings, peers));
                out.println("This manager is the only one. Start it as usual, and join new ones.");
            } else {
                describe(ForcedRecovery.look(settings, peers));
                out.println("Nothing was changed. --force-new-cluster makes this manager the only one.");
            }
            return 0;
        } catch (IOException e) {
            throw new CannotStartException(Statuses.line(e));
        } catch (RaftStartException e) {
            throw new CannotStartException(Statuses.line(e), e.exitCode());
        }
    }

    private void describe(ForcedRecovery.Survivor survivor) {
        out.println("Cluster:    " + survivor.identity().clusterId());
        out.println("Manager:    " + survivor.identity().peerId());
        out.println("Last entry: term " + survivor.lastTerm() + ", index " + survivor.lastIndex());
        out.println("Managers:   " + survivor.voters().stream()
                .map(voter -> voter.peerId() + " (" + voter.address() + ")")
                .collect(Collectors.joining(", ")));
    }
}
