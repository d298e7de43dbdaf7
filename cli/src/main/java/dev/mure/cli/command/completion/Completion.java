package dev.mure.cli.command.completion;

import dev.mure.cli.command.Command;
import dev.mure.cli.command.Flags;
import dev.mure.cli.command.Invocation;
import dev.mure.cli.command.Specs;
import dev.mure.cli.process.ExitCode;
import java.util.function.Supplier;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

/** {@code mure completion}. */
public final class Completion implements Command {
    private final Supplier<CommandLine> allCommands;

    /**
     * @param allCommands makes the model of everything that can be completed
     */
    public Completion(Supplier<CommandLine> allCommands) {
        this.allCommands = allCommands;
    }

    @Override
    public CommandSpec spec() {
        return Specs.command("bash|zsh", "Print a script that completes commands and flags.", "",
                "Put 'source <(mure completion bash)' into ~/.bashrc, or the same with zsh into ~/.zshrc.").build();
    }

    @Override
    public ExitCode run(Invocation invocation) {
        String shell = invocation.flags().onlyArgument("bash|zsh");
        String script = AutoComplete.bash("mure", allCommands.get());
        switch (shell) {
            case "bash" -> invocation.out().append(script);
            // The script is for bash; zsh runs it through its own adapter, which the script loads itself once compinit ran.
            case "zsh" -> invocation.out().append("autoload -U +X compinit && compinit\n").append(script);
            default -> throw Flags.invalid("the shell", shell, "bash or zsh");
        }
        return ExitCode.OK;
    }
}
