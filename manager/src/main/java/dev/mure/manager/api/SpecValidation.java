package dev.mure.manager.api;

import com.google.protobuf.Duration;
import com.google.protobuf.util.Durations;
import dev.mure.manager.leader.Refusal;
import dev.mure.v1.ContainerSpec;
import dev.mure.v1.Label;
import dev.mure.v1.RestartPolicy;
import dev.mure.v1.ServiceSpec;
import dev.mure.v1.TaskSpec;
import dev.mure.v1.UpdateConfig;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/** Checks what a user asks for, before defaults are filled in. Each fault is one line that says what, where and what to do. */
final class SpecValidation {

    /** A request and the transaction made of it stay below this. */
    static final int MAX_REQUEST_BYTES = 1 << 20;

    static final int MAX_REPLICAS = 100_000;
    private static final int MAX_NAME = 63;
    /** The kernel's limit. */
    private static final int MAX_HOSTNAME = 64;
    /** Longer waits are mistakes, and sums of shorter ones can't overflow a clock in milliseconds. */
    private static final Duration MAX_DURATION = Durations.fromDays(3650);

    private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9](?:[a-zA-Z0-9_-]*[a-zA-Z0-9])?");
    private static final Pattern HOSTNAME = Pattern.compile("[a-zA-Z0-9](?:[a-zA-Z0-9.-]*[a-zA-Z0-9])?");
    private static final Pattern SIGNAL =
            Pattern.compile("(?:SIG)?(?:HUP|INT|QUIT|ILL|TRAP|ABRT|IOT|BUS|FPE|KILL|USR1|SEGV|USR2|PIPE"
                    + "|ALRM|TERM|STKFLT|CHLD|CLD|CONT|STOP|TSTP|TTIN|TTOU|URG|XCPU|XFSZ|VTALRM|PROF|WINCH|IO|POLL|PWR|SYS"
                    + "|RTMIN(?:\\+(?:[1-9]|1[0-5]))?|RTMAX(?:-(?:[1-9]|1[0-4]))?)|[1-9]|[1-5][0-9]|6[0-4]");

    private SpecValidation() {}

    /**
     * Checks a whole spec.
     *
     * @throws Refusal with the first fault found
     */
    static void check(ServiceSpec spec) throws Refusal {
        require(spec.getSerializedSize() <= MAX_REQUEST_BYTES - 4096, "the service spec has " + spec.getSerializedSize()
                + " bytes: at most 1 MiB can be stored");
        checkName(spec.getName());
        checkLabels("labels", spec.getLabelsList());
        int replicas = spec.getReplicated().getReplicas();
        require(Integer.compareUnsigned(replicas, MAX_REPLICAS) <= 0,
                "replicas: " + Integer.toUnsignedString(replicas) + " is too many: at most " + MAX_REPLICAS);
        checkTask(spec.getTask());
        checkUpdate(spec.getUpdate());
    }

    private static void checkName(String name) throws Refusal {
        require(!name.isEmpty(), "name: a service needs a name");
        require(name.length() <= MAX_NAME,
                "name: " + quoted(name) + " is too long: a service name has at most " + MAX_NAME + " characters");
        require(NAME.matcher(name).matches(), "name: " + quoted(name)
                + " must be valid as a DNS name component: letters, digits, '-' and '_', first and last a letter or digit");
    }

    private static void checkTask(TaskSpec task) throws Refusal {
        checkContainer(task.getContainer());
        RestartPolicy restart = task.getRestart();
        require(restart.getCondition() != RestartPolicy.Condition.UNRECOGNIZED,
                "restart condition: not known to this manager: use NONE, ON_FAILURE or ANY");
        checkDuration("restart-delay", restart.getDelay());
        checkDuration("restart-window", restart.getWindow());
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
    }

    private static void checkUpdate(UpdateConfig update) throws Refusal {
        require(Integer.compareUnsigned(update.getParallelism().getCount(), MAX_REPLICAS) <= 0, "update-parallelism: "
                + Integer.toUnsignedString(update.getParallelism().getCount()) + " is too many: at most " + MAX_REPLICAS
                + ", 0 for all at once");
        checkDuration("update-delay", update.getDelay());
        checkDuration("update-monitor", update.getMonitor());
        require(update.getFailureAction() != UpdateConfig.FailureAction.UNRECOGNIZED,
                "update-failure-action: not known to this manager: use PAUSE or CONTINUE");
        float ratio = update.getMaxFailureRatio();
        require(ratio >= 0 && ratio <= 1,
                "update-max-failure-ratio: " + ratio + " cannot be less than 0 or bigger than 1");
    }

    private static void checkDuration(String where, Duration duration) throws Refusal {
        require(Durations.isValid(duration), where + ": not a valid duration");
        require(!Durations.isNegative(duration), where + ": " + Durations.toString(duration) + " cannot be negative");
        require(Durations.compare(duration, MAX_DURATION) <= 0,
                where + ": " + Durations.toString(duration) + " is too long: at most 3650 days");
    }

    private static void checkLabels(String where, List<Label> labels) throws Refusal {
        Set<String> keys = new HashSet<>();
        for (Label label : labels) {
            require(!label.getKey().isEmpty(), where + ": a label needs a key");
            require(keys.add(label.getKey()), where + ": " + quoted(label.getKey()) + " is given twice");
            checkText(where, List.of(label.getKey(), label.getValue()));
        }
    }

    /** The kernel ends strings at NUL: what follows would be lost without a word. */
    private static void checkText(String where, List<String> texts) throws Refusal {
        for (String text : texts) {
            require(text.indexOf('\0') < 0, where + ": " + quoted(text) + " holds a NUL character");
        }
    }

    static void require(boolean holds, String message) throws Refusal {
        if (!holds) {
            throw new Refusal(Refusal.Kind.INVALID, message);
        }
    }

    /** In quotes, on one line and short, whatever a client sent. */
    static String quoted(String text) {
        String line = text.codePoints()
                .limit(80)
                .map(c -> Character.isISOControl(c) ? '?' : c)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
        return '"' + line + (text.codePointCount(0, text.length()) > 80 ? "…" : "") + '"';
    }
}
