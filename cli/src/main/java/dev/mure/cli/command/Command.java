package dev.mure.cli.command;

import dev.mure.cli.process.ExitCode;
import picocli.CommandLine.Model.CommandSpec;

/** One thing that a user can ask for. Made only when it is asked for, or when help lists it. */
public interface Command {

    /** Its flags and help. Built by hand and not from annotations, whose reading costs more than the rest of the start. */
    CommandSpec spec();

    /** Does it. Failures are {@link dev.mure.cli.process.CommandFailure}s. */
    ExitCode run(Invocation invocation);
}
