package dev.mure.cli.command.service;

import dev.mure.cli.command.Command;
import dev.mure.cli.command.Flags;
import dev.mure.cli.command.Invocation;
import dev.mure.cli.command.Specs;
import dev.mure.cli.command.following.Following;
import dev.mure.cli.connect.Code;
import dev.mure.cli.connect.ControlException;
import dev.mure.cli.process.ExitCode;
import dev.mure.cli.process.WrongUsage;
import dev.mure.cli.progress.Goal;
import dev.mure.v1.CreateServiceRequest;
import dev.mure.v1.CreateServiceResponse;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;

/** {@code mure service create}. */
final class ServiceCreate implements Command {
    private static final String EXITS =
            "Waits until all tasks run. Ends with 13 when for the update's progress deadline no further task does.";
    private static final int MAX_INVENTED_NAMES = 5;

    @Override
    public CommandSpec spec() {
        Specs specs = Specs
                .command("[OPTIONS] IMAGE [COMMAND] [ARG...]",
                        "Create a service: a number of tasks that run the same image.", "", EXITS)
                .value("--name", "NAME", "Name of the service; one is made up if it is not given.")
                .value("--mode", "MODE", "replicated (default): a number of tasks; or global: one task on each node.")
                .list("--constraint", "KEY==VALUE",
                        "Run only on nodes where this holds, for example node.labels.zone==a. May be repeated.")
                .list("-p", "--publish", "PORT",
                        "Publish a port on the task's node: mode=host,target=80,published=8080. May be repeated.")
                .list("-e", "--env", "KEY=VALUE",
                        "Environment variable; KEY alone takes the value that it has here. May be repeated.")
                .list("--env-file", "FILE", "File with lines KEY=VALUE. May be repeated.")
                .list("-l", "--label", "KEY=VALUE", "Label of the service. May be repeated.")
                .list("--container-label", "KEY=VALUE", "Label of its containers. May be repeated.");
        return SpecFlags.declare(specs).stopAtFirstArgument().build();
    }

    @Override
    public ExitCode run(Invocation invocation) {
        Flags flags = invocation.flags();
        if (flags.someArguments("IMAGE").getFirst().isEmpty()) {
            throw new WrongUsage("missing argument: IMAGE");
        }
        CreateServiceResponse created = create(invocation, flags.value("--name"));
        invocation.out().append(created.getId()).append('\n');
        return Following.of(invocation, created.getId(), created.getId(), created.getIndex(), new Goal.Stable());
    }

    private static CreateServiceResponse create(Invocation invocation, @Nullable String name) {
        for (int tries = 1;; tries++) {
            String wanted = name != null ? name : RandomName.make(RandomGenerator.getDefault());
            try {
                return invocation.client()
                        .createService(CreateServiceRequest.newBuilder().setRequest(invocation.newRequest(0))
                                .setSpec(SpecFlags.forCreate(invocation.flags(), wanted, invocation.environment()))
                                .build());
            } catch (ControlException e) {
                if (name != null || e.code() != Code.ALREADY_EXISTS || tries == MAX_INVENTED_NAMES) {
                    throw e;
                }
            }
        }
    }
}
