package dev.mure.manager.api;

import static dev.mure.manager.api.SpecValidation.checkDuration;
import static dev.mure.manager.api.SpecValidation.checkLabels;
import static dev.mure.manager.api.SpecValidation.checkText;
import static dev.mure.manager.api.SpecValidation.quoted;
import static dev.mure.manager.api.SpecValidation.require;

import com.google.protobuf.Duration;
import com.google.protobuf.util.Durations;
import dev.mure.manager.leader.Refusal;
import dev.mure.manager.planning.Constraints;
import dev.mure.v1.ContainerSpec;
import dev.mure.v1.HealthConfig;
import dev.mure.v1.Placement;
import dev.mure.v1.PortConfig;
import dev.mure.v1.ResourceAmounts;
import dev.mure.v1.Resources;
import dev.mure.v1.RestartPolicy;
import dev.mure.v1.TaskSpec;
import java.math.BigDecimal;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** Checks what each task of a service is to run (update-semantics §15). */
final class TaskSpecValidation {

    /** The kernel's limit. */
    private static final int MAX_HOSTNAME = 64;
    private static final int MAX_PORT = 65_535;
    private static final long MIN_NANO_CPUS = 1_000_000;
    private static final long MIN_MEMORY_BYTES = 4L << 20;
    /** More is a mistake, and reservations that stay below can be added up. */
    private static final long MAX_NANO_CPUS = 1_000_000L * 1_000_000_000;
    private static final long MAX_MEMORY_BYTES = 1L << 50;
    private static final Duration MIN_HEALTH_TIME = Durations.fromMillis(1);

    private static final Pattern HOSTNAME = Pattern.compile("[a-zA-Z0-9](?:[a-zA-Z0-9.-]*[a-zA-Z0-9])?");
    private static final Pattern SIGNAL =
            Pattern.compile("(?:SIG)?(?:HUP|INT|QUIT|ILL|TRAP|ABRT|IOT|BUS|FPE|KILL|USR1|SEGV|USR2|PIPE"
                    + "|ALRM|TERM|STKFLT|CHLD|CLD|CONT|STOP|TSTP|TTIN|TTOU|URG|XCPU|XFSZ|VTALRM|PROF|WINCH|IO|POLL|PWR|SYS"
                    + "|RTMIN(?:\\+(?:[1-9]|1[0-5]))?|RTMAX(?:-(?:[1-9]|1[0-4]))?)|[1-9]|[1-5][0-9]|6[0-4]");

    private TaskSpecValidation() {}

    /**
     * Checks a task spec.
     *
     * @throws Refusal with the first fault found
     */
    static void check(TaskSpec task) throws Refusal {
        checkContainer(task.getContainer());
        checkRestart(task.getRestart());
        checkPlacement(task.getPlacement());
        checkResources(task.getResources());
        checkPorts(task.getPortsList());
    }

    private static void checkContainer(ContainerSpec container) throws Refusal {
        require(!container.getImage().isEmpty(), "image: image reference must be provided, for example redis:3.0.6");
        require(ImageReference.isValid(container.getImage()), "image: " + quoted(container.getImage())
                + " is not a valid repository/tag: use [HOST[:PORT]/]NAME[:TAG][@DIGEST], the name in lower case");
        checkText("command", container.getCommandList());
        checkText("args", container.getArgsList());
        checkText("env", container.getEnvList());
        for (String variable : container.getEnvList()) {
            require(variable.indexOf('=') > 0, "env: " + quoted(variable) + " is not of the form KEY=value");
        }
        checkText("dir", List.of(container.getDir()));
        require(container.getDir().isEmpty() || container.getDir().startsWith("/"),
                "dir: " + quoted(container.getDir()) + " must be an absolute path");
        checkText("user", List.of(container.getUser()));
        require(container.getHostname().isEmpty()
                || (container.getHostname().length() <= MAX_HOSTNAME
                        && HOSTNAME.matcher(container.getHostname()).matches()),
                "hostname: " + quoted(container.getHostname()) + " is not a valid host name of at most " + MAX_HOSTNAME
                        + " characters");
        checkLabels("container labels", container.getLabelsList());
        require(container.getStopSignal().isEmpty() || SIGNAL.matcher(container.getStopSignal()).matches(),
                "stop-signal: " + quoted(container.getStopSignal())
                        + " is not a signal: use a name such as SIGTERM or a number");
        checkDuration("stop-grace-period", container.getStopGracePeriod());
        checkHealth(container.getHealth());
    }

    private static void checkHealth(HealthConfig health) throws Refusal {
        checkText("health-cmd", health.getTestList());
        checkHealthTime("health-interval", health.getInterval());
        checkHealthTime("health-timeout", health.getTimeout());
        checkHealthTime("health-start-period", health.getStartPeriod());
        checkHealthTime("health-start-interval", health.getStartInterval());
        require(health.getRetries() >= 0, "health-retries: " + Integer.toUnsignedString(health.getRetries())
                + " is too many");
        String kind = health.getTestCount() == 0 ? "" : health.getTest(0);
        switch (kind) {
            case "" -> require(health.getTestCount() == 0, "health-cmd: the first word must be NONE, CMD or CMD-SHELL");
            case "NONE" -> require(health.equals(HealthConfig.newBuilder().addTest("NONE").build()),
                    "no-healthcheck: conflicts with every other health option: leave one of them out");
            case "CMD" -> require(health.getTestCount() > 1 && !health.getTest(1).isEmpty(),
                    "health-cmd: CMD needs the words of a command");
            case "CMD-SHELL" -> require(health.getTestCount() == 2 && !health.getTest(1).isBlank(),
                    "health-cmd: CMD-SHELL needs one line for the shell");
            default -> throw new Refusal(Refusal.Kind.INVALID,
                    "health-cmd: " + quoted(kind) + " is not a kind of check: use NONE, CMD or CMD-SHELL");
        }
    }

    private static void checkHealthTime(String where, Duration time) throws Refusal {
        checkDuration(where, time);
        require(Durations.compare(time, Durations.ZERO) == 0 || Durations.compare(time, MIN_HEALTH_TIME) >= 0,
                where + ": " + Durations.toString(time) + " is too short: use 0 or at least 1ms");
    }

    private static void checkRestart(RestartPolicy restart) throws Refusal {
        require(restart.getCondition() != RestartPolicy.Condition.UNRECOGNIZED,
                "restart condition: not known to this manager: use NONE, ON_FAILURE or ANY");
        checkDuration("restart-delay", restart.getDelay());
        checkDuration("restart-window", restart.getWindow());
        checkDuration("restart-max-delay", restart.getMaxDelay());
    }

    private static void checkPlacement(Placement placement) throws Refusal {
        checkText("constraint", placement.getConstraintsList());
        for (String constraint : placement.getConstraintsList()) {
            Optional<String> fault = Constraints.fault(constraint);
            if (fault.isPresent()) {
                throw new Refusal(Refusal.Kind.INVALID, "constraint: " + fault.get());
            }
        }
    }

    private static void checkResources(Resources resources) throws Refusal {
        ResourceAmounts limits = resources.getLimits();
        ResourceAmounts reservations = resources.getReservations();
        checkAmounts("limit-", limits);
        checkAmounts("reserve-", reservations);
        require(limits.getNanoCpus() == 0 || reservations.getNanoCpus() <= limits.getNanoCpus(), "reserve-cpu: "
                + cpus(reservations.getNanoCpus()) + " is more than the limit-cpu of " + cpus(limits.getNanoCpus()));
        require(limits.getMemoryBytes() == 0 || reservations.getMemoryBytes() <= limits.getMemoryBytes(),
                "reserve-memory: " + reservations.getMemoryBytes() + " is more than the limit-memory of "
                        + limits.getMemoryBytes() + " bytes");
    }

    private static void checkAmounts(String flags, ResourceAmounts amounts) throws Refusal {
        long nanoCpus = amounts.getNanoCpus();
        require(nanoCpus == 0 || nanoCpus >= MIN_NANO_CPUS,
                flags + "cpu: invalid cpu value " + cpus(nanoCpus) + ": Must be at least 0.001");
        require(nanoCpus <= MAX_NANO_CPUS, flags + "cpu: invalid cpu value " + cpus(nanoCpus) + ": Must be at most "
                + cpus(MAX_NANO_CPUS));
        long bytes = amounts.getMemoryBytes();
        require(bytes == 0 || bytes >= MIN_MEMORY_BYTES,
                flags + "memory: invalid memory value " + bytes + ": Must be at least 4MiB");
        require(bytes <= MAX_MEMORY_BYTES, flags + "memory: invalid memory value " + bytes + ": Must be at most 1PiB");
    }

    private static String cpus(long nanoCpus) {
        return BigDecimal.valueOf(nanoCpus, 9).stripTrailingZeros().toPlainString();
    }

    private static void checkPorts(List<PortConfig> ports) throws Refusal {
        Set<PortConfig> given = new HashSet<>();
        Set<String> published = new HashSet<>();
        for (PortConfig port : ports) {
            require(port.getProtocol() != PortConfig.Protocol.UNRECOGNIZED,
                    "publish: the protocol is not known to this manager: use TCP or UDP");
            checkPortNumber("target", port.getTargetPort());
            if (port.getPublishedPort() != 0) {
                checkPortNumber("published", port.getPublishedPort());
            }
            require(port.getMode() == PortConfig.PublishMode.HOST, "publish: port " + port.getTargetPort()
                    + " needs mode=host: this manager has no other way to publish a port");
            PortConfig full = SpecDefaults.complete(port);
            String protocol = full.getProtocol().name().toLowerCase(Locale.ROOT);
            require(given.add(full), "publish: target port " + port.getTargetPort() + '/' + protocol
                    + " is given twice");
            require(port.getPublishedPort() == 0 || published.add(port.getPublishedPort() + "/" + protocol),
                    "publish: duplicate published ports provided: " + port.getPublishedPort() + '/' + protocol);
        }
    }

    private static void checkPortNumber(String which, int port) throws Refusal {
        require(port >= 1 && port <= MAX_PORT, "publish: the " + which + " port "
                + Integer.toUnsignedString(port) + " is not possible: use 1 to " + MAX_PORT);
    }
}
