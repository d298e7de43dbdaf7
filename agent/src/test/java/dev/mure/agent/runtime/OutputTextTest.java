package dev.mure.agent.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class OutputTextTest {

    @Test
    void theLastLinesThatSaySomethingAreKept() {
        List<String> output = IntStream.rangeClosed(1, 15).mapToObj(i -> "line " + i).toList();
        assertThat(OutputText.lastLines(output)).hasSize(10).startsWith("line 6").endsWith("line 15");
        assertThat(OutputText.lastLines(List.of("a", "", "  ", "b"))).containsExactly("a", "b");
    }

    @Test
    void linesAreCutBetweenCharacters() {
        assertThat(OutputText.lastLines(List.of("x".repeat(400)))).containsExactly("x".repeat(400));
        assertThat(OutputText.lastLines(List.of("x".repeat(401)))).containsExactly("x".repeat(399) + "…");
        assertThat(OutputText.lastLines(List.of("x".repeat(398) + "\uD83D\uDE00y")))
                .containsExactly("x".repeat(398) + "…");
    }

    @Test
    void nothingIsLeftThatATerminalWouldObey() {
        assertThat(OutputText.lastLines(List.of("\u001B[1;31mred\u001B[0m\tand\u0007 \u009Bmore\r")))
                .containsExactly("red and more");
        assertThat(OutputText.oneLine("\u001B[2Ja\n\n b\tc\u0000\n")).isEqualTo("a b c");
    }

    @Test
    void aChecksOutputIsOneShortLine() {
        assertThat(OutputText.oneLine("no\nanswer \n")).isEqualTo("no answer");
        assertThat(OutputText.oneLine("word ".repeat(100))).hasSize(200).endsWith("…");
    }
}
