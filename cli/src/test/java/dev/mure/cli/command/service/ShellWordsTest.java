package dev.mure.cli.command.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.mure.cli.process.WrongUsage;
import org.junit.jupiter.api.Test;

class ShellWordsTest {

    @Test
    void splitsAsAShellDoes() {
        assertThat(ShellWords.split("--args", "")).isEmpty();
        assertThat(ShellWords.split("--args", "  top  -b ")).containsExactly("top", "-b");
        assertThat(ShellWords.split("--args", "sh -c 'echo \"a b\"'")).containsExactly("sh", "-c", "echo \"a b\"");
        assertThat(ShellWords.split("--args", "a\\ b \"c\\\"d\\e\" '' x''y")).containsExactly("a b", "c\"d\\e", "",
                "xy");
    }

    @Test
    void refusesWhatIsNotClosed() {
        assertThatExceptionOfType(WrongUsage.class).isThrownBy(() -> ShellWords.split("--args", "'a"))
                .withMessage("invalid value \"'a\" for --args: expected words as in a shell; a quote is not closed");
        assertThatExceptionOfType(WrongUsage.class).isThrownBy(() -> ShellWords.split("--args", "a\\"));
    }
}
