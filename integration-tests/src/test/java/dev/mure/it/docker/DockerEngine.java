package dev.mure.it.docker;

import static org.awaitility.Awaitility.await;

import dev.mure.it.cluster.TestFolder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A container engine with the images of the tests: a {@code dockerd} of its own, or, where system property
 * {@code mure.docker} is {@code host}, the one that {@code DOCKER_HOST} names.
 */
public final class DockerEngine implements AutoCloseable {

    private static final Duration START_LIMIT = Duration.ofSeconds(60);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(30);
    private static final List<Path> PROGRAMS =
            List.of(Path.of("/usr/bin/dockerd"), Path.of("/usr/sbin/dockerd"), Path.of("/usr/local/bin/dockerd"));

    private final Path socket;
    private final @Nullable OwnDaemon daemon;

    private DockerEngine(Path socket, @Nullable OwnDaemon daemon) {
        this.socket = socket;
        this.daemon = daemon;
    }

    /** Why the tests can't have an engine here, in one line; empty when they can. */
    public static Optional<String> missing() {
        if (mode().equals("host")) {
            return hostSocket().isPresent()
                    ? Optional.empty()
                    : Optional.of("mure.docker=host, but DOCKER_HOST names no unix:// socket");
        }
        if (!"root".equals(System.getProperty("user.name"))) {
            return Optional.of("a private dockerd needs root");
        }
        if (program().isEmpty()) {
            return Optional.of("dockerd is not installed");
        }
        if (RedisImages.program().isEmpty()) {
            return Optional.of("redis-server, which the images are made of, is not installed");
        }
        return Optional.empty();
    }

    /** Whether having none is a failure: system property {@code mure.docker} is {@code required} or {@code host}. */
    public static boolean isRequired() {
        return !mode().isEmpty();
    }

    /** Starts an engine and makes the images. */
    public static DockerEngine start() {
        missing().ifPresent(why -> {
            throw new IllegalStateException(why);
        });
        DockerEngine engine = mode().equals("host")
                ? new DockerEngine(hostSocket().orElseThrow(), null)
                : own(OwnDaemon.start(program().orElseThrow()));
        try {
            RedisImages.make(engine.api());
            return engine;
        } catch (Throwable e) {
            engine.close();
            throw e;
        }
    }

    private static DockerEngine own(OwnDaemon daemon) {
        return new DockerEngine(daemon.socket(), daemon);
    }

    /** Where it listens. */
    public Path socket() {
        return socket;
    }

    /** The way past Mure. */
    public EngineApi api() {
        return new EngineApi(socket);
    }

    @Override
    public void close() {
        if (daemon == null) {
            EngineApi api = api();
            api.containers(EngineContainer.TASK_LABEL).forEach(container -> api.remove(container.id()));
        } else {
            daemon.close();
        }
    }

    private static String mode() {
        return System.getProperty("mure.docker", "");
    }

    private static Optional<Path> hostSocket() {
        return Optional.ofNullable(System.getenv("DOCKER_HOST")).filter(host -> host.startsWith("unix://"))
                .map(host -> Path.of(host.substring("unix://".length())));
    }

    private static Optional<Path> program() {
        return PROGRAMS.stream().filter(Files::isExecutable).findFirst();
    }

    /** A daemon that we started, with all that it has in one folder. */
    private static final class OwnDaemon implements AutoCloseable {

        private final TestFolder folder;
        private final Process process;
        private final Thread atExit = new Thread(this::stop, "stop-dockerd");

        private OwnDaemon(TestFolder folder, Process process) {
            this.folder = folder;
            this.process = process;
            Runtime.getRuntime().addShutdownHook(atExit);
        }

        static OwnDaemon start(Path program) {
            TestFolder folder = TestFolder.create();
            Path log = folder.path().resolve("dockerd.log");
            // Without bridge and packet filter: those are the machine's, and the tests need no network.
            List<String> command = List.of(program.toString(),
                    "--host", "unix://" + folder.path().resolve("docker.sock"),
                    "--data-root", folder.path().resolve("data").toString(),
                    "--exec-root", folder.path().resolve("exec").toString(),
                    "--pidfile", folder.path().resolve("pid").toString(),
                    "--config-file", emptyConfiguration(folder).toString(),
                    "--bridge", "none", "--iptables=false", "--ip-forward=false");
            try {
                Process process = new ProcessBuilder(command).redirectErrorStream(true)
                        .redirectOutput(log.toFile()).start();
                OwnDaemon daemon = new OwnDaemon(folder, process);
                daemon.awaitAnswer(log);
                return daemon;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        /** The machine's own configuration is for the machine's own daemon. */
        private static Path emptyConfiguration(TestFolder folder) {
            try {
                return Files.writeString(folder.path().resolve("daemon.json"), "{}\n");
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        private void awaitAnswer(Path log) {
            EngineApi api = new EngineApi(socket());
            try {
                await("dockerd answers").atMost(START_LIMIT).pollInterval(Duration.ofMillis(100))
                        .until(() -> !process.isAlive() || api.answers());
                if (!process.isAlive()) {
                    throw new IllegalStateException("dockerd did not start");
                }
            } catch (RuntimeException e) {
                String text = read(log);
                close();
                throw new IllegalStateException(e.getMessage() + "; it wrote:\n" + text, e);
            }
        }

        Path socket() {
            return folder.path().resolve("docker.sock");
        }

        @Override
        public void close() {
            Runtime.getRuntime().removeShutdownHook(atExit);
            stop();
            folder.close();
        }

        /** It stops its containers and its containerd itself; mounts may stay. */
        private void stop() {
            process.destroy();
            try {
                if (!process.waitFor(STOP_LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
                    process.destroyForcibly().waitFor();
                }
                for (String mount : mounts()) {
                    new ProcessBuilder("umount", "-l", mount).inheritIO().start().waitFor();
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException(e);
            }
        }

        /** Below our folder, the deepest first. */
        private List<String> mounts() throws IOException {
            try (Stream<String> lines = Files.lines(Path.of("/proc/self/mounts"), StandardCharsets.UTF_8)) {
                return lines.map(line -> line.split(" ")[1]).filter(point -> point.startsWith(folder.path() + "/"))
                        .toList().reversed();
            }
        }

        private static String read(Path log) {
            try {
                return Files.readString(log);
            } catch (IOException e) {
                return e.toString();
            }
        }
    }
}
