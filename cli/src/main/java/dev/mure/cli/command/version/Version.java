package dev.mure.cli.command.version;

import dev.mure.cli.command.Command;
import dev.mure.cli.command.Invocation;
import dev.mure.cli.command.Specs;
import dev.mure.cli.process.ExitCode;
import dev.mure.v1.Cluster;
import dev.mure.v1.Consistency;
import dev.mure.v1.GetClusterRequest;
import dev.mure.v1.GetClusterResponse;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;

/** {@code mure version}. */
public final class Version implements Command {

    /** The version of this program; {@code dev} when it does not run from its jar. */
    public static String ofThisProgram() {
        @Nullable String version = Version.class.getPackage().getImplementationVersion();
        return version == null ? "dev" : version;
    }

    @Override
    public CommandSpec spec() {
        return Specs.command("", "Print the versions of this program and of the cluster that it talks to.").build();
    }

    @Override
    public ExitCode run(Invocation invocation) {
        invocation.flags().noArguments();
        invocation.out()
                .append("Client:\n Version:       " + ofThisProgram() + "\n Java version:  "
                        + System.getProperty("java.version")
                        + "\n OS/Arch:       " + System.getProperty("os.name").toLowerCase(java.util.Locale.ROOT) + "/"
                        + System.getProperty("os.arch") + "\n");
        invocation.out().flush();
        GetClusterResponse response = invocation.client()
                .getCluster(GetClusterRequest.newBuilder().setConsistency(Consistency.CONSISTENCY_STALE).build());
        Cluster cluster = response.getCluster();
        invocation.out()
                .append("\nCluster:\n ID:            " + cluster.getId() + "\n Feature level: "
                        + cluster.getFeatureLevel() + "\n Leader:        "
                        + (response.getLeaderId().isEmpty() ? "none" : response.getLeaderId()) + "\n");
        return ExitCode.OK;
    }
}
