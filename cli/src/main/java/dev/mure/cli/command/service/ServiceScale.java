package dev.mure.cli.command.service;

import dev.mure.cli.command.Command;
import dev.mure.cli.command.Flags;
import dev.mure.cli.command.Invocation;
import dev.mure.cli.command.Specs;
import dev.mure.cli.command.following.Following;
import dev.mure.cli.process.CommandFailure;
import dev.mure.cli.process.ExitCode;
import dev.mure.v1.ServiceSpec;
import dev.mure.v1.UpdateServiceResponse;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;

/** {@code mure service scale}. */
final class ServiceScale implements Command {

    private record Wish(String service, int replicas) {
        static Wish parse(String argument) {
            int equals = argument.lastIndexOf('=');
            if (equals <= 0) {
                throw Flags.invalid("SERVICE=REPLICAS", argument,
                        "a service and its number of tasks, for example web=3");
            }
            String service = argument.substring(0, equals);
            return new Wish(service,
                    Flags.count("the replicas of " + service, argument.substring(equals + 1), SpecFlags.MAX_REPLICAS));
        }

        ServiceSpec apply(ServiceSpec current) {
            if (current.hasGlobal()) {
                throw new CommandFailure(ExitCode.FAILURE, service + ": scale can only be used with replicated mode");
            }
            ServiceSpec.Builder spec = current.toBuilder();
            spec.getReplicatedBuilder().setReplicas(replicas);
            return spec.build();
        }
    }

    private record Done(String service, UpdateServiceResponse response) {}

    @Override
    public CommandSpec spec() {
        return Specs
                .command("[OPTIONS] SERVICE=REPLICAS [SERVICE=REPLICAS...]",
                        "Change the number of tasks of one or more services.")
                .flag("-d", "--detach", "Do not wait until the services are as asked.")
                .flag("-q", "--quiet", "Print no progress.").build();
    }

    @Override
    public ExitCode run(Invocation invocation) {
        List<Wish> wishes = new ArrayList<>();
        for (String argument : invocation.flags().someArguments("SERVICE=REPLICAS")) {
            wishes.add(Wish.parse(argument));
        }
        ExitCode exitCode = ExitCode.OK;
        List<Done> done = new ArrayList<>();
        for (Wish wish : wishes) {
            try {
                done.add(new Done(wish.service(), ServiceChange.make(invocation, wish.service(), wish::apply)));
                invocation.out().append(wish.service() + " scaled to " + wish.replicas() + "\n");
            } catch (CommandFailure e) {
                if (e.exitCode() != ExitCode.FAILURE) {
                    throw e;
                }
                invocation.err().append("mure: ").append(e.getMessage()).append("\n");
                exitCode = ExitCode.FAILURE;
            }
        }
        for (Done service : done) {
            ExitCode followed = Following.of(invocation, service.service(), service.response());
            exitCode = exitCode == ExitCode.OK ? followed : exitCode;
        }
        return exitCode;
    }
}
