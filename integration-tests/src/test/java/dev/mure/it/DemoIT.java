package dev.mure.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mure.it.cluster.CliResult;
import dev.mure.it.cluster.MureCli;
import dev.mure.it.cluster.RunningCli;
import dev.mure.it.cluster.SystemProcess;
import dev.mure.it.cluster.TestFolder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** {@code mure demo} tells its story, and leaves nothing behind however it ends. */
class DemoIT {

    private static final Duration PROMISED = Duration.ofSeconds(60);
    private static final Duration LIMIT = Duration.ofMinutes(2);
    private static final Pattern FOLDER = Pattern.compile("(/[^\0]*/mure-demo-[^/\0]+)/");

    /** All that the demo starts inherits it, except the tasks, which mention the demo's folder. */
    private final String mark = "demo-" + UUID.randomUUID();
    private final TestFolder home = TestFolder.create();
    private final MureCli mure = MureCli.withoutCluster(home).with("MURE_IT_MARK", mark);

    @AfterEach
    void removeTheHome() {
        home.close();
    }

    @Test
    void tellsItsStoryInLessThanAMinute() {
        RunningCli demo = mure.start("demo");
        Path folder = awaitFolder();
        CliResult result = demo.await(LIMIT);

        assertThat(result.exitCode()).as("exit code of %s", result).isZero();
        assertThat(result.out()).contains("converged", " \\_ ", "kill -9", "update paused due to failure");
        assertThat(result.took()).isLessThan(PROMISED);
        assertNothingIsLeft(folder);
    }

    @Test
    void cleansUpAfterCtrlC() {
        RunningCli demo = mure.start("demo");
        Path folder = awaitFolder();
        await("a task runs").atMost(LIMIT).pollInterval(Duration.ofMillis(100))
                .until(() -> SystemProcess.all().stream().anyMatch(process -> isTask(process, folder)));
        demo.interrupt();
        CliResult result = demo.await(LIMIT);

        assertThat(result.exitCode()).as("exit code of %s", result).isEqualTo(130);
        assertNothingIsLeft(folder);
    }

    private static boolean isTask(SystemProcess process, Path folder) {
        return !process.variable("MURE_TASK_ID").isEmpty() && process.mentions(folder + "/");
    }

    private Path awaitFolder() {
        return await("the demo starts managers").atMost(LIMIT).pollInterval(Duration.ofMillis(100))
                .until(this::folder, Optional::isPresent).orElseThrow();
    }

    private Optional<Path> folder() {
        return SystemProcess.all().stream().filter(process -> process.mentions(mark))
                .map(process -> FOLDER.matcher(process.commandLine())).filter(Matcher::find)
                .map(found -> Path.of(found.group(1))).findFirst();
    }

    private void assertNothingIsLeft(Path folder) {
        List<SystemProcess> left = SystemProcess.all().stream()
                .filter(process -> process.mentions(mark) || process.mentions(folder + "/")).toList();
        assertThat(left).as("processes of the demo").isEmpty();
        assertThat(Files.exists(folder)).as("%s is there", folder).isFalse();
    }
}
