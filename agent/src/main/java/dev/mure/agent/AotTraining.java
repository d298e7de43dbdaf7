package dev.mure.agent;

import dev.mure.agent.runtime.process.ProcessRuntime;
import dev.mure.agent.session.WrongClusterException;
import dev.mure.agent.storage.ClusterFile;
import dev.mure.node.RandomId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;

/**
 * An agent in a temporary folder that looks for a manager where none is and soon stops: the run from which the JDK makes its AOT
 * cache, so that agents start in half the time.
 */
final class AotTraining {

    private static final Duration LENGTH = Duration.ofMillis(1_500);
    private static final String NOBODY = "127.0.0.1:1";

    private AotTraining() {}

    /** Returns the exit code of the process. */
    static int run() {
        System.setProperty("mure.node", "training");
        try {
            Path folder = Files.createTempDirectory("mure-training");
            try {
                new CommandLine(new AgentOptions(Map.of())).parseArgs("--runtime", "process");
                look(folder);
                return 0;
            } finally {
                delete(folder);
            }
        } catch (IOException e) {
            return AgentMain.FAILED;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return AgentMain.FAILED;
        }
    }

    private static void look(Path folder) throws IOException, InterruptedException {
        Agent agent = new Agent(RandomId.next(new SecureRandom()), "training", List.of(NOBODY),
                new ProcessRuntime(folder.resolve("images"), folder.resolve("process"), MureVersion.current()),
                ClusterFile.open(folder));
        Thread looking = Thread.ofPlatform().name("training").start(() -> {
            try {
                agent.run();
            } catch (InterruptedException | IOException | WrongClusterException e) {
                LoggerFactory.getLogger(AotTraining.class).debug("Trained");
            }
        });
        looking.join(LENGTH);
        looking.interrupt();
        looking.join();
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> paths = Files.walk(folder)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        }
    }
}
