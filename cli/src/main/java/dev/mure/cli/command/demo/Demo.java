package dev.mure.cli.command.demo;

import dev.mure.cli.command.Command;
import dev.mure.cli.command.Invocation;
import dev.mure.cli.command.Specs;
import dev.mure.cli.process.ExitCode;
import picocli.CommandLine.Model.CommandSpec;

/** {@code mure demo}. */
public final class Demo implements Command {
    @Override
    public CommandSpec spec() {
        return Specs.command("[OPTIONS]", "Show on this machine what Mure does: a cluster, updates, a killed leader.")
                .build();
    }

    @Override
    public ExitCode run(Invocation invocation) {
        return ExitCode.OK;
    }
}
