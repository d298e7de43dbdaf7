package dev.mure.manager;

import dev.mure.manager.api.Statuses;
import dev.mure.node.DataFolder;
import dev.mure.node.HostName;
import dev.mure.trust.GivenToken;
import dev.mure.trust.JoinToken;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The command line of {@code mure manager}. */
@Command(name = "mure manager", mixinStandardHelpOptions = true, sortOptions = false, usageHelpAutoWidth = true,
        description = "Runs a manager: it keeps the cluster's state together with the other managers.", footer = {
            "",
            "The data folder says who this manager is. On a folder that already belongs to a cluster --init and --join are",
            "ignored. Whoever joins needs a token: get one on a manager with 'mure swarm join-token manager'. Between nodes",
            "everything is TLS 1.3 with certificates of the cluster's own authority."})
final class ManagerCommand implements Callable<Integer> {

    private static final String LOOPBACK = "127.0.0.1";

    @Option(names = "--data-dir", paramLabel = "DIR",
            description = "Data folder of this node; an agent on the same folder is the same node (default: $MURE_DATA_DIR, else"
                    + " /var/lib/mure for root, else ~/.local/share/mure).")
    private Optional<Path> dataDir = Optional.empty();

    @Option(names = "--name", paramLabel = "NAME", description = "Name of this node (default: the host name).")
    private Optional<String> name =
            Optional.empty();

    @Option(names = "--advertise", paramLabel = "HOST", defaultValue = LOOPBACK,
            description = "Host name or address at which the other managers and the agents reach this one (default:"
                    + " ${DEFAULT-VALUE}).")
    private String advertise = LOOPBACK;

    @Option(names = "--listen", paramLabel = "HOST",
            description = "Address to listen on (default: loopback if --advertise is on it, else all addresses).")
    private Optional<String> listen = Optional.empty();

    @Option(names = "--grpc-port", paramLabel = "PORT", defaultValue = "7370",
            description = "For agents, programs and managers (default: ${DEFAULT-VALUE}).")
    private int grpcPort;

    @Option(names = "--raft-port", paramLabel = "PORT", defaultValue = "7371",
            description = "For the replication among managers (default: ${DEFAULT-VALUE}).")
    private int raftPort;

    @Option(names = "--http-port", paramLabel = "PORT",
            description = "Serves HTTP on loopback too, besides the Unix socket in the data folder.")
    private Optional<Integer> httpPort =
            Optional.empty();

    @Option(names = "--init", description = "Makes a new cluster.")
    private boolean init;

    @Option(names = "--join", split = ",", paramLabel = "HOST:PORT",
            description = "Joins the cluster of these managers (their gRPC ports).")
    private List<String> join =
            List.of();

    @Option(names = "--token", paramLabel = "TOKEN",
            description = "Join token for managers, needed once (default: $MURE_JOIN_TOKEN). Other users of the machine see"
                    + " a command line: --token-file or the variable is better.")
    private Optional<String> token = Optional.empty();

    @Option(names = "--token-file", paramLabel = "FILE", description = "File that holds the join token.")
    private Optional<Path> tokenFile =
            Optional.empty();

    @Option(names = "--election-timeout", paramLabel = "MILLIS", defaultValue = "150",
            description = "Without a leader's sign of life for this time to twice this time a manager stands for election"
                    + " (default: ${DEFAULT-VALUE}).")
    private int electionTimeoutMillis;

    @Override
    public Integer call() throws Exception {
        ManagerOptions options = new ManagerOptions(
                dataDir.orElseGet(DataFolder::defaultPath),
                name.orElseGet(HostName::ofThisMachine),
                listen,
                advertise,
                grpcPort,
                raftPort,
                httpPort,
                electionTimeoutMillis,
                init,
                join,
                token());
        options.validate();
        return new ManagerProcess(options).run();
    }

    private Optional<JoinToken> token() throws WrongUsageException {
        try {
            return GivenToken.find(token, tokenFile, System.getenv());
        } catch (IllegalArgumentException e) {
            throw new WrongUsageException(Statuses.line(e));
        }
    }
}
