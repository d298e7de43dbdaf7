package dev.mure.cli.command.service;

import dev.mure.cli.command.Command;
import dev.mure.cli.command.Flags;
import dev.mure.cli.command.Invocation;
import dev.mure.cli.command.Specs;
import dev.mure.cli.command.following.Following;
import dev.mure.cli.process.ExitCode;
import dev.mure.cli.process.WrongUsage;
import dev.mure.v1.PlanUpdateRequest;
import dev.mure.v1.PlanUpdateResponse;
import dev.mure.v1.ServiceSpec;
import dev.mure.v1.UpdateServiceResponse;
import picocli.CommandLine.Model.CommandSpec;

/** {@code mure service update}. Without a flag it resumes a paused update. */
final class ServiceUpdate implements Command {
    @Override
    public CommandSpec spec() {
        Specs specs = Specs
                .command("[OPTIONS] SERVICE", "Change a service; its tasks are replaced as its update policy says.", "",
                        "Without flags it resumes a paused update. Ends with 10 when the update is paused, 11 when it was"
                                + " rolled back, 12 when the rollback failed too, 13 when it made no progress.")
                .value("--image", "IMAGE", "New image.")
                .value("--args", "ARGS", "New arguments of the command, as one text.")
                .flag("--force", "Replace all tasks even if nothing else changed.")
                .flag("--rollback", "Take the service back, as 'service rollback' does.")
                .flag("--plan",
                        "Change nothing; print what would change, in which waves, how long it would take and what would"
                                + " block it. Ends with 1 if something would.")
                .value("--if-revision", "N", "Change nothing unless N is the service's current revision.")
                .list("--constraint-add", "KEY==VALUE",
                        "Run only on nodes where this holds as well. May be repeated.")
                .list("--constraint-rm", "KEY==VALUE", "Remove a constraint. May be repeated.")
                .list("--publish-add", "PORT",
                        "Publish a port on the task's node: mode=host,target=80,published=8080. May be repeated.")
                .list("--publish-rm", "PORT", "Publish a port of the container no more: 80 or 80/udp. May be repeated.")
                .list("--env-add", "KEY=VALUE", "Add or change an environment variable. May be repeated.")
                .list("--env-rm", "KEY", "Remove an environment variable. May be repeated.")
                .list("--label-add", "KEY=VALUE", "Add or change a label of the service. May be repeated.")
                .list("--label-rm", "KEY", "Remove a label of the service. May be repeated.")
                .list("--container-label-add", "KEY=VALUE", "Add or change a label of its containers. May be repeated.")
                .list("--container-label-rm", "KEY", "Remove a label of its containers. May be repeated.");
        return SpecFlags.declare(specs).build();
    }

    @Override
    public ExitCode run(Invocation invocation) {
        Flags flags = invocation.flags();
        String service = flags.onlyArgument("SERVICE");
        if (flags.isSet("--rollback")) {
            if (flags.hasOtherThan("--rollback", "--detach", "--quiet")) {
                throw new WrongUsage("other flags may not be combined with --rollback");
            }
            return ServiceRollback.rollBack(invocation, service, 0);
        }
        long ifRevision = flags.has("--if-revision") ? flags.number("--if-revision") : 0;
        // Once before anything is sent, so that wrong flags are told even if no manager can be reached.
        SpecFlags.forUpdate(flags, ServiceSpec.getDefaultInstance(), invocation.environment());
        ServiceChange.Change change = current -> SpecFlags.forUpdate(flags, current, invocation.environment());
        if (flags.isSet("--plan")) {
            PlanUpdateResponse plan = invocation.client().planUpdate(PlanUpdateRequest.newBuilder()
                    .setUpdate(ServiceChange.read(invocation, service, change, ifRevision)).build());
            invocation.out().append(PlanText.print(service, plan));
            return plan.getBlockersCount() == 0 ? ExitCode.OK : ExitCode.FAILURE;
        }
        UpdateServiceResponse updated = ServiceChange.make(invocation, service, change, ifRevision);
        invocation.out().append(service).append('\n');
        return Following.of(invocation, service, updated);
    }
}
