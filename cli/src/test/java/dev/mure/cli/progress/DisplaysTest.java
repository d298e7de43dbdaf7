package dev.mure.cli.progress;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mure.cli.progress.Picture.SlotLine;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class DisplaysTest {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final PrintStream out = new PrintStream(bytes, false, StandardCharsets.UTF_8);

    private static Picture picture(int running, Picture.Verification verification, SlotLine... slots) {
        return new Picture("", "overall progress: " + running + " out of 2 tasks", List.of(slots), List.of(),
                Optional.empty(),
                verification);
    }

    private static SlotLine running(String id) {
        return new SlotLine(id, "running", 9, "");
    }

    private String shown() {
        out.flush();
        String text = bytes.toString(StandardCharsets.UTF_8);
        bytes.reset();
        return text;
    }

    @Test
    void writesALineForEachChangeWhereNothingCanBeRedrawn() {
        LineDisplay display = new LineDisplay(out);
        SlotLine failed = new SlotLine("2/2", "", 0, "task: non-zero exit (1)");

        display.show(picture(0, new Picture.NotYet(), SlotLine.blank("1/2"), SlotLine.blank("2/2")));
        assertThat(shown()).isEqualTo("overall progress: 0 out of 2 tasks\n1/2:  \n2/2:  \n");
        display.show(picture(0, new Picture.NotYet(), new SlotLine("1/2", "preparing", 6, ""), SlotLine.blank("2/2")));
        assertThat(shown()).isEmpty();
        display.show(picture(1, new Picture.NotYet(), running("1/2"), failed));
        assertThat(shown()).isEqualTo("overall progress: 1 out of 2 tasks\n2/2: task: non-zero exit (1)\n");
        display.show(picture(2, new Picture.Waiting(5), running("1/2"), running("2/2")));
        assertThat(shown()).isEqualTo(
                "overall progress: 2 out of 2 tasks\nverify: Waiting 5 seconds to verify that tasks are stable...\n");
        display.show(picture(2, new Picture.Waiting(4), running("1/2"), running("2/2")));
        assertThat(shown()).isEmpty();
        display.show(picture(1, new Picture.FailureDetected(), running("1/2"), failed));
        assertThat(shown()).isEqualTo(
                "overall progress: 1 out of 2 tasks\n2/2: task: non-zero exit (1)\nverify: Detected task failure\n");
        display.show(picture(2, new Picture.Converged("web", ""), running("1/2"), running("2/2")));
        assertThat(shown()).isEqualTo("overall progress: 2 out of 2 tasks\nverify: Service web converged\n");
    }

    @Test
    void redrawsOnATerminal() {
        TerminalDisplay display = new TerminalDisplay(out, 120);

        display.show(picture(1, new Picture.NotYet(), running("1/2"), new SlotLine("2/2", "new", 1, "")));
        assertThat(shown()).isEqualTo("""
                \r\033[2Koverall progress: 1 out of 2 tasks
                \r\033[2K1/2: running   [==================================================>]
                \r\033[2K2/2: new       [=====>                                             ]
                """);
        display.show(picture(1, new Picture.NotYet(), running("1/2"), new SlotLine("2/2", "new", 1, "")));
        assertThat(shown()).isEmpty();
        display.show(picture(2, new Picture.Waiting(5), running("1/2"), running("2/2")));
        assertThat(shown()).isEqualTo("""
                \033[3A\r\033[2Koverall progress: 2 out of 2 tasks
                \r\033[2K1/2: running   [==================================================>]
                \r\033[2K2/2: running   [==================================================>]
                \r\033[2Kverify: Waiting 5 seconds to verify that tasks are stable...
                """);
        display.show(picture(2, new Picture.NotYet()));
        assertThat(shown()).isEqualTo(
                "\033[4A\r\033[2Koverall progress: 2 out of 2 tasks\n\r\033[2K\n\r\033[2K\n\r\033[2K\n\033[3A");
    }

    @Test
    void keepsToTheWidthOfTheTerminal() {
        TerminalDisplay narrow = new TerminalDisplay(out, 40);
        narrow.show(picture(1, new Picture.Waiting(5), running("1/2"), new SlotLine("2/2", "", 0, "e".repeat(75))));
        assertThat(shown().lines()).allMatch(line -> line.replaceAll("\r|\033\\[[0-9]*[AK]", "").length() <= 39)
                .anyMatch(line -> line.endsWith("1/2: running   [=====================>]"));

        TerminalDisplay tiny = new TerminalDisplay(out, 20);
        tiny.show(picture(1, new Picture.NotYet(), running("1/2")));
        assertThat(shown()).isEqualTo("\r\033[2Koverall progress: 1\n\r\033[2K1/2: running  \n");
    }

    private static Picture waiting(int secondsLeft, String... reasons) {
        return new Picture("", "overall progress: 1 out of 2 tasks", List.of(), List.of(reasons),
                Optional.of(Duration.ofSeconds(secondsLeft)), new Picture.NotYet());
    }

    @Test
    void writesWhatBlocksAndTheEstimateOnlyWhenTheyAreNews() {
        LineDisplay display = new LineDisplay(out);

        display.show(waiting(80, "delay: 8s left until the next slot", "web.2 waits for a node"));
        assertThat(shown()).isEqualTo("""
                overall progress: 1 out of 2 tasks
                waiting: delay: 8s left until the next slot
                waiting: web.2 waits for a node
                estimate: about 1m20s left
                """);
        display.show(waiting(79, "delay: 7s left until the next slot", "web.2 waits for a node"));
        display.show(waiting(84, "delay: 6s left until the next slot"));
        assertThat(shown()).isEmpty();
        display.show(waiting(200, "web.2 waits for a node"));
        assertThat(shown()).isEqualTo("waiting: web.2 waits for a node\nestimate: about 3m20s left\n");
    }

    @Test
    void doesNotRepeatAnErrorThatStays() {
        LineDisplay display = new LineDisplay(out);
        SlotLine failed = new SlotLine("1/2", "", 0, "task: non-zero exit (1)");

        display.show(picture(0, new Picture.NotYet(), failed));
        display.show(picture(0, new Picture.NotYet(), SlotLine.blank("1/2")));
        display.show(picture(0, new Picture.NotYet(), failed));
        assertThat(shown()).isEqualTo("overall progress: 0 out of 2 tasks\n1/2: task: non-zero exit (1)\n");
    }

    @Test
    void tellsARollbackFromItsBeginningToItsEnd() {
        Picture begun =
                new Picture("manually requested rollback", "overall progress: rolling back update: 1 out of 2 tasks",
                        List.of(), List.of(), Optional.empty(), new Picture.NotYet());
        Picture done =
                new Picture("manually requested rollback", "overall progress: rolling back update: 2 out of 2 tasks",
                        List.of(), List.of(), Optional.empty(), new Picture.Converged("web", "rollback completed"));
        String text = """
                rollback: manually requested rollback
                overall progress: rolling back update: 1 out of 2 tasks
                overall progress: rolling back update: 2 out of 2 tasks
                verify: Service web converged
                rollback: rollback completed
                """;

        LineDisplay lines = new LineDisplay(out);
        lines.show(begun);
        lines.show(done);
        assertThat(shown()).isEqualTo(text);

        new TerminalDisplay(out, 100).show(done);
        assertThat(shown()).isEqualTo(text.replace("overall progress: rolling back update: 1 out of 2 tasks\n", "")
                .lines().map(line -> "\r\033[2K" + line + "\n").collect(java.util.stream.Collectors.joining()));
    }

    @Test
    void drawsWhatBlocksAndTheEstimateOnATerminal() {
        new TerminalDisplay(out, 100).show(waiting(80, "delay: 8s left until the next slot"));
        assertThat(shown()).isEqualTo("""
                \r\033[2Koverall progress: 1 out of 2 tasks
                \r\033[2Kwaiting: delay: 8s left until the next slot
                \r\033[2Kestimate: about 1m20s left
                """);
    }
}
