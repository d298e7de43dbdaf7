package dev.mure.agent;

import dev.mure.agent.runtime.ContainerRuntime;
import dev.mure.agent.runtime.docker.DockerRuntime;
import dev.mure.agent.runtime.process.ProcessRuntime;
import dev.mure.node.DataFolder;
import dev.mure.node.HostName;
import dev.mure.trust.GivenToken;
import dev.mure.trust.JoinToken;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The command line of `mure agent`. */
@Command(name = "mure agent", mixinStandardHelpOptions = true, versionProvider = MureVersion.class, sortOptions = false,
        usageHelpAutoWidth = true, description = "Runs the containers of this node for the cluster that it joins.",
        footer = {
            "", "Without --data-dir: $MURE_DATA_DIR, else /var/lib/mure for root and ~/.local/share/mure for others.",
            "A node that joins needs a token: get one on a manager with 'mure swarm join-token worker'. An agent on a manager's",
            "data folder needs none."})
final class AgentOptions {

    enum RuntimeName {
        docker, process
    }

    private static final Pattern ADDRESS = Pattern.compile("(?:[^\\s:/,]+|\\[[0-9a-fA-F:.%]+]):([0-9]{1,5})");
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_.-]{0,254}");
    private static final int MAX_PORT = 65_535;

    @Option(names = "--data-dir", paramLabel = "DIR",
            description = "Where the node keeps what it knows. A manager and an agent with the same folder are one node.")
    private @Nullable Path dataDir;

    @Option(names = "--name", paramLabel = "NAME", description = "Name of the node. Default: the host name.")
    private @Nullable String name;

    @Option(names = "--join", paramLabel = "HOST:PORT", split = ",", defaultValue = "127.0.0.1:7370",
            description = "Managers to join by. All others are learned from them. Default: ${DEFAULT-VALUE}")
    private List<String> join =
            List.of();

    @Option(names = "--token", paramLabel = "TOKEN",
            description = "Join token, needed once. Other users of the machine see a command line: --token-file or the variable"
                    + " is better. Default: $MURE_JOIN_TOKEN")
    private @Nullable String token;

    @Option(names = "--token-file", paramLabel = "FILE", description = "File that holds the join token.")
    private @Nullable Path tokenFile;

    @Option(names = "--runtime", paramLabel = "docker|process", required = true,
            description = "What runs containers: a Docker Engine, or plain processes without isolation.")
    private RuntimeName runtime =
            RuntimeName.docker;

    @Option(names = "--images", paramLabel = "DIR",
            description = "process: the folder of the images, NAME/TAG/image.json. Default: images in the data folder.")
    private @Nullable Path images;

    @Option(names = "--docker-host", paramLabel = "unix://PATH",
            description = "docker: address of the engine. Default: $DOCKER_HOST, else unix:///var/run/docker.sock")
    private @Nullable String dockerHost;

    private final Map<String, String> environment;

    @Spec
    private @Nullable CommandSpec spec;

    AgentOptions(Map<String, String> environment) {
        this.environment = environment;
    }

    /** Checks what the parser can't. */
    void validate() {
        for (String address : join) {
            var matcher = ADDRESS.matcher(address);
            if (!matcher.matches() || Integer.parseInt(matcher.group(1)) > MAX_PORT) {
                throw wrong("Invalid value for option '--join': '" + address + "' (expected: HOST:PORT)");
            }
        }
        if (name != null && !NAME.matcher(name).matches()) {
            throw wrong("Invalid value for option '--name': '" + name + "' (expected: letters, digits and -_.)");
        }
        try {
            Optional<JoinToken> _ = token();
        } catch (IllegalArgumentException e) {
            throw wrong(String.valueOf(e.getMessage()));
        }
        if (runtime == RuntimeName.docker && images != null) {
            throw wrong("Option '--images' is for --runtime process");
        }
        if (runtime == RuntimeName.process && dockerHost != null) {
            throw wrong("Option '--docker-host' is for --runtime docker");
        }
        if (runtime == RuntimeName.docker && !isEngine(dockerHost())) {
            throw wrong("Invalid address of the container engine: '" + dockerHost()
                    + "' (expected: unix:///PATH or tcp://HOST:PORT)");
        }
    }

    Path dataDir() {
        return dataDir != null
                ? dataDir
                : DataFolder.defaultPath(environment, System.getProperty("user.name", ""),
                        Path.of(System.getProperty("user.home", "/")));
    }

    String name() {
        return name == null ? HostName.ofThisMachine() : name;
    }

    List<String> join() {
        return List.copyOf(join);
    }

    /** The join token, where one was given. */
    Optional<JoinToken> token() {
        return GivenToken.find(Optional.ofNullable(token), Optional.ofNullable(tokenFile), environment);
    }

    RuntimeName runtime() {
        return runtime;
    }

    /** Opens the chosen runtime; its state is below {@code state}. */
    ContainerRuntime openRuntime(Path state) throws IOException {
        return switch (runtime) {
            case docker -> new DockerRuntime(dockerHost());
            case process -> new ProcessRuntime(Optional.ofNullable(images).orElse(dataDir().resolve("images")),
                    state.resolve("process"), MureVersion.current());
        };
    }

    private String dockerHost() {
        return dockerHost != null
                ? dockerHost
                : environment.getOrDefault("DOCKER_HOST", "unix:///var/run/docker.sock");
    }

    private static boolean isEngine(String address) {
        try {
            URI uri = URI.create(address);
            return ("unix".equals(uri.getScheme()) && uri.getPath() != null && uri.getPath().length() > 1)
                    || ("tcp".equals(uri.getScheme()) && uri.getHost() != null && uri.getPort() > 0);
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private ParameterException wrong(String message) {
        if (spec == null) {
            throw new IllegalStateException("not parsed yet");
        }
        return new ParameterException(spec.commandLine(), message);
    }
}
