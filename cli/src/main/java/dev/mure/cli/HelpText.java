package dev.mure.cli;

import java.util.List;

import picocli.CommandLine.Help;
import picocli.CommandLine.Help.Ansi.IStyle;
import picocli.CommandLine.Help.Ansi.Text;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;

/** Help in which a flag that may be given as {@code --flag=false} is shown as {@code --flag}. */
final class HelpText extends Help {
    HelpText(CommandSpec spec, ColorScheme colorScheme) {
        super(spec, colorScheme);
    }

    @Override
    public IParamLabelRenderer parameterLabelRenderer() {
        IParamLabelRenderer usual = super.parameterLabelRenderer();
        return new IParamLabelRenderer() {
            @Override
            public Text renderParameterLabel(ArgSpec option, Ansi ansi, List<IStyle> styles) {
                return option.type() == boolean.class
                        ? Ansi.OFF.text("")
                        : usual.renderParameterLabel(option, ansi, styles);
            }

            @Override
            public String separator() {
                return usual.separator();
            }
        };
    }
}
