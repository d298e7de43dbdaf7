package dev.mure.cli.command.swarm;

import dev.mure.cli.command.Command;
import dev.mure.cli.command.Flags;
import dev.mure.cli.command.Formats;
import dev.mure.cli.command.Invocation;
import dev.mure.cli.command.Specs;
import dev.mure.cli.format.HumanDuration;
import dev.mure.cli.format.Listing;
import dev.mure.cli.format.Words;
import dev.mure.cli.process.ExitCode;
import dev.mure.v1.GetSwarmStatusRequest;
import dev.mure.v1.GetSwarmStatusResponse;
import dev.mure.v1.ManagerStatus;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Model.CommandSpec;

/** {@code mure swarm status}: a few lines about the whole, then a table of the managers. */
final class SwarmStatus implements Command {
    @Override
    public CommandSpec spec() {
        return Formats.declareForTables(Specs.command("[OPTIONS]", "Show how the managers are.", "",
                "Answered by the leader; without one by the manager that is asked, as far as it can see."),
                "Print only the managers' names.").build();
    }

    @Override
    public ExitCode run(Invocation invocation) {
        Flags flags = invocation.flags();
        flags.noArguments();
        GetSwarmStatusResponse status = invocation.client().getSwarmStatus(GetSwarmStatusRequest.getDefaultInstance());
        Instant now = invocation.environment().time().now();
        if (flags.isSet("--quiet") && flags.value("--format") == null) {
            for (ManagerStatus manager : status.getManagersList()) {
                invocation.out().append(name(manager)).append('\n');
            }
            return ExitCode.OK;
        }
        if (flags.value("--format") == null) {
            invocation.out().append(summary(status, now));
        }
        return Formats.print(listing(status, now, Listing.isTable(flags.value("--format"))), invocation);
    }

    private static String summary(GetSwarmStatusResponse status, Instant now) {
        StringBuilder text = new StringBuilder();
        text.append("Cluster: ").append(status.getClusterId()).append('\n');
        text.append("Leader:  ").append(leader(status, now)).append('\n');
        text.append("Quorum:  ").append(quorum(status)).append("\n\n");
        return text.toString();
    }

    private static String leader(GetSwarmStatusResponse status, Instant now) {
        String term = ", term " + Long.toUnsignedString(status.getTerm());
        for (ManagerStatus manager : status.getManagersList()) {
            if (manager.getLeader()) {
                return name(manager) + (status.hasLeaderSince()
                        ? " for " + HumanDuration.print(Words.since(status.getLeaderSince(), now))
                                .toLowerCase(Locale.ROOT)
                        : "") + term;
            }
        }
        return "none known"
                + (status.hasNoLeaderSince() ? " since " + Words.of(status.getNoLeaderSince()) : "") + term;
    }

    private static String quorum(GetSwarmStatusResponse status) {
        int voters = 0;
        for (ManagerStatus manager : status.getManagersList()) {
            voters += manager.getVoter() ? 1 : 0;
        }
        int margin = status.getOnline() - status.getNeeded();
        String verdict = margin < 0
                ? "lost: " + -margin + " more must be online"
                : margin == 0 ? "none more may fail" : margin + " more may fail";
        return status.getOnline() + " of " + voters + " managers online, " + status.getNeeded() + " needed: " + verdict;
    }

    private static Listing listing(GetSwarmStatusResponse status, Instant now, boolean table) {
        Listing listing = new Listing(List.of(new Listing.Column("Name", "NAME"), new Listing.Column("Role", "ROLE"),
                new Listing.Column("Reachability", "REACHABILITY"), new Listing.Column("Lag", "LAG"),
                new Listing.Column("Address", "ADDRESS"), new Listing.Column("RaftAddress", "RAFT ADDRESS", false),
                new Listing.Column("ID", "ID", false), new Listing.Column("PeerID", "PEER ID", false),
                new Listing.Column("Self", "SELF", false)));
        for (ManagerStatus manager : status.getManagersList()) {
            listing.add(name(manager) + (table && manager.getSelf() ? " *" : ""), role(manager),
                    manager.getReachable() ? "Reachable" : unreachable(manager, now),
                    manager.hasLag() ? Long.toUnsignedString(manager.getLag()) : "", manager.getGrpcAddress(),
                    manager.getRaftAddress(), manager.getNodeId(), manager.getRaftPeerId(),
                    Boolean.toString(manager.getSelf()));
        }
        return listing;
    }

    private static String name(ManagerStatus manager) {
        return manager.getNodeName().isEmpty() ? manager.getRaftPeerId() : manager.getNodeName();
    }

    private static String role(ManagerStatus manager) {
        if (manager.getLeader()) {
            return "Leader";
        }
        return manager.getVoter() ? "Manager" : "Joining";
    }

    private static String unreachable(ManagerStatus manager, Instant now) {
        return manager.hasSilentSince()
                ? "Unreachable since " + HumanDuration.ago(Words.since(manager.getSilentSince(), now))
                : "Unreachable";
    }
}
