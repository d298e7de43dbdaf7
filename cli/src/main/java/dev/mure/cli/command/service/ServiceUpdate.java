package dev.mure.cli.command.service;

import dev.mure.cli.command.Command;
import dev.mure.cli.command.Flags;
import dev.mure.cli.command.Invocation;
import dev.mure.cli.command.Specs;
import dev.mure.cli.process.ExitCode;
import dev.mure.v1.ServiceSpec;
import dev.mure.v1.UpdateServiceResponse;
import picocli.CommandLine.Model.CommandSpec;

/** {@code mure service update}. Without a flag it resumes a paused update. */
final class ServiceUpdate implements Command {
    @Override
    public CommandSpec spec() {
        Specs specs = Specs
                .command("[OPTIONS] SERVICE", "Change a service; its tasks are replaced as its update policy says.", "",
                        "Without flags it resumes a paused update.")
                .value("--image", "IMAGE", "New image.")
                .value("--args", "ARGS", "New arguments of the command, as one text.")
                .flag("--force", "Replace all tasks even if nothing else changed.")
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
        // Once before anything is sent, so that wrong flags are told even if no manager can be reached.
        SpecFlags.forUpdate(flags, ServiceSpec.getDefaultInstance(), invocation.environment());
        UpdateServiceResponse updated = ServiceChange.make(invocation, service,
                current -> SpecFlags.forUpdate(flags, current, invocation.environment()));
        invocation.out().append(service).append('\n');
        return Following.of(invocation, service, updated);
    }
}
