package dev.mure.cli.command.swarm;

import dev.mure.cli.command.Command;
import dev.mure.cli.command.Flags;
import dev.mure.cli.command.Invocation;
import dev.mure.cli.command.Specs;
import dev.mure.cli.process.ExitCode;
import dev.mure.cli.process.WrongUsage;
import dev.mure.v1.CertificateRole;
import dev.mure.v1.GetJoinTokenRequest;
import dev.mure.v1.GetJoinTokenResponse;
import dev.mure.v1.RotateJoinTokenRequest;
import picocli.CommandLine.Model.CommandSpec;

/** {@code mure swarm join-token}, in Docker's words. */
final class SwarmJoinToken implements Command {
    @Override
    public CommandSpec spec() {
        return Specs
                .command("[OPTIONS] (worker|manager)", "Print how a machine joins, with the token that it needs.", "",
                        "Whoever has the token can join, until it is rotated. Machines that joined stay.")
                .flag("-q", "--quiet", "Print the token only.")
                .flag("--rotate", "Make the token useless and print a new one.").build();
    }

    @Override
    public ExitCode run(Invocation invocation) {
        Flags flags = invocation.flags();
        String name = flags.onlyArgument("worker|manager");
        CertificateRole role = switch (name) {
            case "worker" -> CertificateRole.CERTIFICATE_ROLE_WORKER;
            case "manager" -> CertificateRole.CERTIFICATE_ROLE_MANAGER;
            default -> throw new WrongUsage("unknown role " + name + ": expected worker or manager");
        };
        boolean quiet = flags.isSet("--quiet");
        StringBuilder text = new StringBuilder();
        if (flags.isSet("--rotate")) {
            invocation.client().rotateJoinToken(RotateJoinTokenRequest.newBuilder()
                    .setRequest(invocation.newRequest(0)).setRole(role).build());
            if (!quiet) {
                text.append("Successfully rotated ").append(name).append(" join token.\n\n");
            }
        }
        GetJoinTokenResponse answer =
                invocation.client().getJoinToken(GetJoinTokenRequest.newBuilder().setRole(role).build());
        if (quiet) {
            text.append(answer.getToken()).append('\n');
        } else {
            text.append("To add a ").append(name).append(" to this swarm, run the following command:\n\n    ")
                    .append(name.equals("worker") ? "mure agent --runtime docker" : "mure manager").append(" --join ")
                    .append(answer.getManagerAddressesCount() > 0 ? answer.getManagerAddresses(0) : "HOST:PORT")
                    .append(" --token ").append(answer.getToken()).append("\n\n");
        }
        invocation.out().append(text);
        return ExitCode.OK;
    }
}
