package dev.mure.cli.command;

import dev.mure.cli.process.Environment;
import dev.mure.cli.process.ExitCode;

/** The whole command line, for commands that run others. */
@FunctionalInterface
public interface Program {
    /** Runs one command inside this process. */
    ExitCode run(Environment environment, String... arguments);
}
