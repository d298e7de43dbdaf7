package dev.mure.cli.command.service;

import dev.mure.cli.command.Command;
import dev.mure.cli.command.Invocation;
import dev.mure.cli.command.Specs;
import dev.mure.cli.connect.ControlException;
import dev.mure.cli.process.ExitCode;
import dev.mure.v1.RemoveServiceRequest;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;

/** {@code mure service rm}. */
final class ServiceRemove implements Command {
    @Override
    public CommandSpec spec() {
        return Specs.command("SERVICE [SERVICE...]", "Remove one or more services and their tasks.").aliases("remove")
                .build();
    }

    @Override
    public ExitCode run(Invocation invocation) {
        List<String> services = invocation.flags().someArguments("SERVICE");
        ExitCode exitCode = ExitCode.OK;
        for (String service : services) {
            try {
                invocation.client()
                        .removeService(RemoveServiceRequest.newBuilder().setRequest(invocation.newRequest(0))
                                .setService(service).build());
                invocation.out().append(service).append('\n');
            } catch (ControlException e) {
                if (e.exitCode() != ExitCode.FAILURE) {
                    throw e;
                }
                invocation.err().append("mure: ").append(e.getMessage()).append('\n');
                exitCode = ExitCode.FAILURE;
            }
        }
        return exitCode;
    }
}
