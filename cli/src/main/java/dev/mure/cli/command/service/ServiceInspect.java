package dev.mure.cli.command.service;

import dev.mure.cli.command.Command;
import dev.mure.cli.command.Documents;
import dev.mure.cli.command.Flags;
import dev.mure.cli.command.Invocation;
import dev.mure.cli.command.Specs;
import dev.mure.cli.command.StaleReads;
import dev.mure.cli.connect.Code;
import dev.mure.cli.connect.ControlException;
import dev.mure.cli.process.ExitCode;
import dev.mure.v1.GetServiceRequest;
import dev.mure.v1.GetServiceResponse;
import dev.mure.v1.ServiceView;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;

/** {@code mure service inspect}. What is found is printed even if something else is not. */
final class ServiceInspect implements Command {
    @Override
    public CommandSpec spec() {
        return StaleReads.declare(Documents
                .declare(Specs.command("[OPTIONS] SERVICE [SERVICE...]", "Show all about one or more services."),
                        "{{json .UpdateStatus}}"))
                .value("--revision", "N", "Show what an older revision runs, of those that 'service history' lists.")
                .build();
    }

    @Override
    public ExitCode run(Invocation invocation) {
        Flags flags = invocation.flags();
        List<String> names = flags.someArguments("SERVICE");
        boolean pretty = Documents.isPretty(flags);
        long revision = flags.has("--revision") ? flags.number("--revision") : 0;
        List<String> errors = new ArrayList<>();
        List<Object> documents = new ArrayList<>();
        for (String name : names) {
            try {
                GetServiceResponse response = invocation.client()
                        .getService(GetServiceRequest.newBuilder().setService(name).setRevision(revision)
                                .setConsistency(StaleReads.consistency(flags)).build());
                StaleReads.mark(invocation, response.getStaleness(), response.getIndex());
                ServiceView service = response.getService();
                if (pretty) {
                    invocation.out().append(PrettyService.print(service, invocation.environment().time().now()));
                } else {
                    documents.add(ServiceDocument.of(service));
                }
            } catch (ControlException e) {
                if (e.code() != Code.NOT_FOUND) {
                    throw e;
                }
                // With a revision it may be that which is unknown; the manager's words tell.
                errors.add(revision == 0 ? "no such service: " + name : e.getMessage());
            }
        }
        if (!pretty) {
            Documents.print(invocation, documents);
        }
        for (String error : errors) {
            invocation.err().append("mure: ").append(error).append('\n');
        }
        return errors.isEmpty() ? ExitCode.OK : ExitCode.FAILURE;
    }
}
