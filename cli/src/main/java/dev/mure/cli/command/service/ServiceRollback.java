package dev.mure.cli.command.service;

import dev.mure.cli.command.Command;
import dev.mure.cli.command.Flags;
import dev.mure.cli.command.Invocation;
import dev.mure.cli.command.Specs;
import dev.mure.cli.command.following.Following;
import dev.mure.cli.process.ExitCode;
import dev.mure.cli.progress.Goal;
import dev.mure.v1.RollbackServiceRequest;
import dev.mure.v1.RollbackServiceResponse;
import picocli.CommandLine.Model.CommandSpec;

/** {@code mure service rollback}. */
final class ServiceRollback implements Command {
    @Override
    public CommandSpec spec() {
        return Specs.command("[OPTIONS] SERVICE", "Take a service back to an older revision.", "",
                "Without --to it is the newest stable one with another spec than the current one: one whose rollout completed. Replicas,"
                        + " labels and policies stay as they are. Ends with 10 when it is paused, 12 when it fails.")
                .value("--to", "REVISION", "Number of the revision to go to, of those that 'service history' lists.")
                .flag("-d", "--detach", "Do not wait until the service is as asked.")
                .flag("-q", "--quiet", "Print no progress.").build();
    }

    @Override
    public ExitCode run(Invocation invocation) {
        Flags flags = invocation.flags();
        String service = flags.onlyArgument("SERVICE");
        return rollBack(invocation, service, flags.has("--to") ? flags.number("--to") : 0);
    }

    /**
     * Takes a service back and follows that.
     *
     * @param toRevision 0 = the newest stable one with another spec than the current one
     */
    static ExitCode rollBack(Invocation invocation, String service, long toRevision) {
        RollbackServiceResponse response = invocation.client().rollbackService(RollbackServiceRequest.newBuilder()
                .setRequest(invocation.newRequest(0)).setService(service).setToRevision(toRevision).build());
        invocation.out().append(service).append('\n');
        if (response.getUnchanged()) {
            invocation.out().append("revision " + response.getRevision() + " runs already, nothing was changed\n");
            return ExitCode.OK;
        }
        return Following.of(invocation, service, response.getId(), response.getIndex(),
                new Goal.TakenBack(response.getRevision()));
    }
}
