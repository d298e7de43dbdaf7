package dev.mure.agent.runtime.process;

import dev.mure.agent.runtime.ContainerRequest;
import dev.mure.agent.runtime.NodeScope;
import dev.mure.agent.runtime.RuntimeFailure;
import dev.mure.v1.ContainerSpec;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What is started for a task, fixed when it was prepared and kept in its folder.
 *
 * @param command
 *            program and arguments, not empty
 * @param environment
 *            the whole environment; nothing is inherited from the agent
 * @param directory
 *            working directory, absolute
 * @param stopSignal
 *            without `SIG`, or a number
 * @param health
 *            its check
 * @param ports
 *            what it is said to listen on
 */
record ProcessPlan(String clusterId, String nodeId, String taskId, String serviceName, long revision, int slot,
        String image,
        List<String> command, Map<String, String> environment, String directory, String stopSignal,
        HealthCheck health, List<PublishedPort> ports) {

    private static final Pattern SIGNAL = Pattern.compile("(?:SIG)?([A-Z][A-Z0-9+-]{1,10}|[1-9][0-9]?)");

    /** Plans of agents that knew neither checks nor ports lack the last two. */
    ProcessPlan(String clusterId, String nodeId, String taskId, String serviceName, long revision, int slot,
            String image, List<String> command, Map<String, String> environment, String directory, String stopSignal,
            @Nullable HealthCheck health, @Nullable List<PublishedPort> ports) {
        this.clusterId = clusterId;
        this.nodeId = nodeId;
        this.taskId = taskId;
        this.serviceName = serviceName;
        this.revision = revision;
        this.slot = slot;
        this.image = image;
        this.command = command;
        this.environment = environment;
        this.directory = directory;
        this.stopSignal = stopSignal;
        this.health = Objects.requireNonNullElse(health, HealthCheck.NONE);
        this.ports = Objects.requireNonNullElse(ports, List.of());
    }

    static ProcessPlan of(NodeScope scope, ContainerRequest request, ImageConfig image, Path taskFolder)
            throws RuntimeFailure {
        ContainerSpec spec = request.spec();
        if (!spec.getUser().isEmpty() && !spec.getUser().equals(System.getProperty("user.name"))) {
            throw new RuntimeFailure(RuntimeFailure.Kind.APPLICATION, "user " + spec.getUser()
                    + ": the process runtime runs tasks as the agent's own user, " + System.getProperty("user.name"));
        }
        return new ProcessPlan(scope.clusterId(), scope.nodeId(), request.taskId(), request.serviceName(),
                request.revision(), request.slot(), spec.getImage(), command(spec, image),
                environment(scope, request, image, taskFolder), directory(spec, image), stopSignal(spec, image),
                HealthCheck.of(spec.getHealth(), image.healthcheck()),
                // Which one a program chose for itself only it knows.
                request.task().getPortsList().stream().filter(port -> port.getPublishedPort() != 0)
                        .map(PublishedPort::of)
                        .toList());
    }

    /** The working directory. */
    Path folder() {
        return Path.of(directory);
    }

    NodeScope scope() {
        return new NodeScope(clusterId, nodeId);
    }

    /**
     * The file of a command's program, looked up in the task's own PATH.
     *
     * @throws RuntimeFailure
     *             APPLICATION, in the words of a container engine, when there is nothing that could be started
     */
    Path program(List<String> words) throws RuntimeFailure {
        String name = words.getFirst();
        if (!Files.isDirectory(folder())) {
            throw refused("chdir to cwd (\"" + directory + "\"): no such directory");
        }
        if (name.contains("/")) {
            Path file = folder().resolve(name);
            if (!Files.exists(file)) {
                throw refused("exec: \"" + name + "\": stat " + name + ": no such file or directory");
            }
            if (!isProgram(file)) {
                throw refused("exec: \"" + name + "\": permission denied");
            }
            return file;
        }
        for (String folder : environment.getOrDefault("PATH", "").split(":", -1)) {
            Path file = folder().resolve(folder).resolve(name);
            if (isProgram(file)) {
                return file;
            }
        }
        throw refused("exec: \"" + name + "\": executable file not found in $PATH");
    }

    private static boolean isProgram(Path file) {
        return Files.isRegularFile(file) && Files.isExecutable(file);
    }

    private static RuntimeFailure refused(String why) {
        return new RuntimeFailure(RuntimeFailure.Kind.APPLICATION, why);
    }

    /** As Docker does it: an own command takes the place of entrypoint and arguments, own arguments only of the latter. */
    private static List<String> command(ContainerSpec spec, ImageConfig image) throws RuntimeFailure {
        List<String> command = new ArrayList<>();
        if (spec.getCommandCount() > 0) {
            command.addAll(spec.getCommandList());
            command.addAll(spec.getArgsList());
        } else {
            command.addAll(image.entrypoint());
            command.addAll(spec.getArgsCount() > 0 ? spec.getArgsList() : image.cmd());
        }
        if (command.isEmpty() || command.getFirst().isEmpty()) {
            throw new RuntimeFailure(RuntimeFailure.Kind.APPLICATION, "No command specified");
        }
        return List.copyOf(command);
    }

    private static Map<String, String> environment(NodeScope scope, ContainerRequest request, ImageConfig image,
            Path taskFolder) {
        Map<String, String> environment = new LinkedHashMap<>();
        environment.put("PATH", SystemPrograms.PATH);
        environment.put("HOME", taskFolder.toString());
        if (!request.spec().getHostname().isEmpty()) {
            environment.put("HOSTNAME", request.spec().getHostname());
        }
        environment.put("MURE_NODE_ID", scope.nodeId());
        environment.put("MURE_SERVICE_NAME", request.serviceName());
        environment.put("MURE_TASK_DIR", taskFolder.toString());
        environment.put("MURE_TASK_SLOT", Integer.toString(request.slot()));
        putAll(environment, image.env());
        putAll(environment, request.spec().getEnvList());
        // Last: the remains of a killed shim are found by it.
        environment.put(ProcFiles.TASK_ID_VARIABLE, request.taskId());
        return environment;
    }

    private static void putAll(Map<String, String> environment, List<String> assignments) {
        for (String assignment : assignments) {
            int equals = assignment.indexOf('=');
            if (equals > 0) {
                environment.put(assignment.substring(0, equals), assignment.substring(equals + 1));
            } else if (equals < 0) {
                environment.remove(assignment); // As Docker: a name alone takes the variable away.
            }
        }
    }

    private static String directory(ContainerSpec spec, ImageConfig image) {
        String wanted = spec.getDir().isEmpty() ? image.workingDir() : spec.getDir();
        return image.folder().resolve(wanted).normalize().toString();
    }

    private static String stopSignal(ContainerSpec spec, ImageConfig image) throws RuntimeFailure {
        String wanted = spec.getStopSignal().isEmpty() ? image.stopSignal() : spec.getStopSignal();
        if (wanted.isEmpty()) {
            return "TERM";
        }
        var matcher = SIGNAL.matcher(wanted);
        if (!matcher.matches()) {
            throw new RuntimeFailure(RuntimeFailure.Kind.APPLICATION, "Invalid signal: " + wanted);
        }
        return matcher.group(1);
    }
}
