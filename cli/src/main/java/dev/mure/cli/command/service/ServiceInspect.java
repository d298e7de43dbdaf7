package dev.mure.cli.command.service;

import dev.mure.cli.command.Command;
import dev.mure.cli.command.Flags;
import dev.mure.cli.command.Formats;
import dev.mure.cli.command.Invocation;
import dev.mure.cli.command.Specs;
import dev.mure.cli.connect.Code;
import dev.mure.cli.connect.ControlException;
import dev.mure.cli.format.Json;
import dev.mure.cli.format.Template;
import dev.mure.cli.process.ExitCode;
import dev.mure.cli.process.WrongUsage;
import dev.mure.v1.GetServiceRequest;
import dev.mure.v1.ServiceView;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;

/** {@code mure service inspect}. What is found is printed even if something else is not. */
final class ServiceInspect implements Command {
    @Override
    public CommandSpec spec() {
        return Specs.command("[OPTIONS] SERVICE [SERVICE...]", "Show all about one or more services.")
                .value("-f", "--format", "FORMAT", "'json' or a template such as '{{json .UpdateStatus}}'.")
                .flag("--pretty", "Print for people.").build();
    }

    @Override
    public ExitCode run(Invocation invocation) {
        Flags flags = invocation.flags();
        List<String> names = flags.someArguments("SERVICE");
        String format = flags.value("--format");
        if (format != null && flags.isSet("--pretty")) {
            throw new WrongUsage("--format and --pretty can't be used together");
        }
        List<String> errors = new ArrayList<>();
        List<ServiceView> services = new ArrayList<>();
        for (String name : names) {
            try {
                services.add(invocation.client().getService(GetServiceRequest.newBuilder().setService(name).build())
                        .getService());
            } catch (ControlException e) {
                if (e.code() != Code.NOT_FOUND) {
                    throw e;
                }
                errors.add("no such service: " + name);
            }
        }
        if (flags.isSet("--pretty")) {
            for (ServiceView service : services) {
                invocation.out().append(PrettyService.print(service, invocation.environment().time().now()));
            }
        } else {
            printData(invocation, format, services);
        }
        for (String error : errors) {
            invocation.err().append("mure: ").append(error).append('\n');
        }
        return errors.isEmpty() ? ExitCode.OK : ExitCode.FAILURE;
    }

    private static void printData(Invocation invocation, @org.jspecify.annotations.Nullable String format,
            List<ServiceView> services) {
        List<Object> documents = new ArrayList<>();
        for (ServiceView service : services) {
            documents.add(ServiceDocument.of(service));
        }
        if (format == null || format.isEmpty()) {
            invocation.out().append(Json.indented(documents)).append('\n');
            return;
        }
        if (format.equals("json")) {
            invocation.out().append(Json.compact(documents)).append('\n');
            return;
        }
        try {
            Template template = Template.parse(format);
            for (Object document : documents) {
                invocation.out().append(template.render(document)).append('\n');
            }
        } catch (IllegalArgumentException e) {
            throw Formats.wrongTemplate(e);
        }
    }
}
