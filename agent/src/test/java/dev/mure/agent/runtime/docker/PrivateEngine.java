package dev.mure.agent.runtime.docker;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.fail;

import dev.mure.agent.runtime.ContainerRuntimeContract;
import dev.mure.agent.runtime.RuntimeFailure;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/** A Docker Engine of our own, with its own socket and data, that is stopped and deleted at the end. Needs root. */
final class PrivateEngine {

    /** Has `sh`, `sleep` and what they need, taken from this machine: no registry can be asked in a test. */
    static final String IMAGE = "mure-test/shell:1";
    /** The same with the health check of the contract. */
    static final String CHECKED_IMAGE = "mure-test/checked:1";

    private static final String IP = "ip";
    private static final Duration START_LIMIT = Duration.ofSeconds(60);

    private static final String NO_BRIDGE = "none";

    private final Path folder;
    /** The network interface that connects containers, ours as well, or {@link #NO_BRIDGE}. */
    private final String bridge;
    private Process daemon;

    private PrivateEngine(Path folder, String bridge) throws IOException {
        this.folder = folder;
        this.bridge = bridge;
        this.daemon = launch();
    }

    /** Skips the calling test where none can be started, or fails it with {@code -Dmure.docker=required}. */
    static PrivateEngine startOrSkip() throws Exception {
        skipIfImpossible();
        return start(NO_BRIDGE);
    }

    /** One whose containers have a network, so that ports can be published. */
    static PrivateEngine startWithBridgeOrSkip() throws Exception {
        skipIfImpossible();
        int random = ThreadLocalRandom.current().nextInt(1 << 16);
        String bridge = "mure" + random;
        run(List.of(IP, "link", "add", bridge, "type", "bridge"));
        try {
            run(List.of(IP, "addr", "add", "10.201." + (random & 0xff) + ".1/24", "dev", bridge));
            run(List.of(IP, "link", "set", bridge, "up"));
            return start(bridge);
        } catch (Exception | Error e) {
            run(List.of(IP, "link", "delete", bridge));
            throw e;
        }
    }

    private static void skipIfImpossible() {
        Optional<String> obstacle = obstacle();
        if (obstacle.isPresent()) {
            String why = "needs a private dockerd: " + obstacle.get();
            if (System.getProperty("mure.docker", "auto").equals("required")) {
                fail(why);
            }
            Assumptions.abort(why);
        }
    }

    private static PrivateEngine start(String bridge) throws Exception {
        PrivateEngine engine = new PrivateEngine(Files.createTempDirectory("mure-engine"), bridge);
        try {
            engine.awaitReady();
            engine.importImage();
            return engine;
        } catch (Exception | Error e) {
            engine.halt();
            throw e;
        }
    }

    String address() {
        return "unix://" + folder.resolve("docker.sock");
    }

    /** Kills the engine as a crash would, and starts it again on the same data. */
    void crashAndRestart() throws Exception {
        long containerd = Long.parseLong(Files.readString(folder.resolve("exec/containerd/containerd.pid")).strip());
        daemon.destroyForcibly().waitFor();
        // It dies with its parent; a new engine must not take it for alive.
        await().atMost(START_LIMIT).until(() -> ProcessHandle.of(containerd).filter(ProcessHandle::isAlive).isEmpty());
        daemon = launch();
        awaitReady();
    }

    void stop() throws IOException, InterruptedException {
        halt();
        if (!bridge.equals(NO_BRIDGE)) {
            run(List.of(IP, "link", "delete", bridge));
        }
    }

    private void halt() throws IOException, InterruptedException {
        daemon.destroy();
        if (!daemon.waitFor(30, TimeUnit.SECONDS)) {
            daemon.destroyForcibly().waitFor();
        }
        unmount();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(java.util.Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }

    private static Optional<String> obstacle() {
        if (!System.getProperty("user.name").equals("root")) {
            return Optional.of("not root");
        }
        return Stream.of("dockerd", "docker", "tar", "ldd", IP)
                .filter(program -> find(program).isEmpty())
                .findFirst()
                .map(missing -> missing + " is not installed");
    }

    private static Optional<Path> find(String program) {
        return Stream
                .concat(Stream.of(System.getenv("PATH").split(File.pathSeparator, -1)), Stream.of("/usr/sbin", "/sbin"))
                .map(path -> Path.of(path, program))
                .filter(Files::isExecutable)
                .findFirst();
    }

    private Process launch() throws IOException {
        Files.deleteIfExists(folder.resolve("pid"));
        return new ProcessBuilder(find("dockerd").orElseThrow().toString(), "-H", address(), "--data-root",
                folder.resolve("data").toString(), "--exec-root", folder.resolve("exec").toString(), "--pidfile",
                folder.resolve("pid").toString(), "--bridge", bridge, "--iptables=false", "--ip6tables=false")
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(folder.resolve("log").toFile()))
                .start();
    }

    private void awaitReady() {
        try (DockerRuntime probe = new DockerRuntime(address())) {
            await().atMost(START_LIMIT).pollInterval(Duration.ofMillis(50)).until(() -> {
                if (!daemon.isAlive()) {
                    throw new IllegalStateException("dockerd ended: " + Files.readString(folder.resolve("log")));
                }
                try {
                    return !probe.describe().version().isEmpty();
                } catch (RuntimeFailure e) {
                    return false;
                }
            });
        }
    }

    /** A crashed engine leaves mounts behind. */
    private void unmount() throws IOException, InterruptedException {
        List<String> mounts = Files.readAllLines(Path.of("/proc/self/mounts")).stream()
                .map(line -> line.split(" ", -1)[1])
                .filter(mount -> mount.startsWith(folder + "/"))
                .toList();
        for (String mount : mounts.reversed()) {
            run(List.of("umount", "-l", mount));
        }
    }

    private void importImage() throws IOException, InterruptedException {
        Path root = Files.createDirectories(folder.resolve("image"));
        for (String program : List.of("sh", "sleep")) {
            Path file = find(program).orElseThrow().toRealPath();
            copy(file, root.resolve("bin").resolve(program));
            for (String word : run(List.of("ldd", file.toString())).split("\\s+", -1)) {
                if (word.startsWith("/")) {
                    copy(Path.of(word).toRealPath(), root.resolve(word.substring(1)));
                }
            }
        }
        Path archive = folder.resolve("image.tar");
        run(List.of("tar", "-C", root.toString(), "-cf", archive.toString(), "."));
        run(List.of("docker", "-H", address(), "import", "-c", "ENV PATH=/bin", archive.toString(), IMAGE));
        run(List.of("docker", "-H", address(), "import", "-c", "ENV PATH=/bin", "-c",
                "HEALTHCHECK --interval=100ms --retries=2 CMD " + ContainerRuntimeContract.CHECK, archive.toString(),
                CHECKED_IMAGE));
    }

    private static void copy(Path from, Path to) throws IOException {
        Files.createDirectories(to.getParent());
        Files.copy(from, to, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.COPY_ATTRIBUTES);
    }

    private static String run(List<String> command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(new ArrayList<>(command)).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IOException(command + ": " + output);
        }
        return output;
    }
}
