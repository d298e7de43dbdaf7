package dev.mure.agent.runtime.docker;

import dev.mure.agent.runtime.RuntimeFailure.Kind;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Who is to blame for what an engine says. By the words, since engines give the same status to most of them; they are those of
 * Docker Engine 20.10 to 28 and of the registries' specification.
 */
final class EngineErrors {

    /** The registry was reached and won't give that image: another node would hear the same. */
    private static final Pattern REGISTRY_SAYS_NO = Pattern.compile(
            "manifest unknown|name unknown|not found: |not found$|does not exist|no matching manifest"
                    + "|access denied|access to the resource is denied|^denied: |: denied: |unauthorized|403 forbidden"
                    + "|authentication required|no basic auth credentials|invalid reference|repository name must");
    private static final Pattern MACHINE_TROUBLE = Pattern.compile(
            "no space left|disk quota|read-only file system|input/output error|cannot allocate memory"
                    + "|resource temporarily unavailable|too many open files|device or resource busy"
                    + "|timeout|timed out|deadline exceeded|connection refused|connection reset|no such host"
                    + "|network is unreachable|toomanyrequests|too many requests|http status: 5\\d\\d"
                    + "|cgroup|container networking|failed to create endpoint");
    /** What another node may have, whatever status the engine gives to it. */
    private static final Pattern NODE_LACKS = Pattern.compile(
            "port is already allocated|address already in use|cannot assign requested address|external connectivity"
                    + "|range of cpus is from");
    /** The kernel was asked to run the command and refused. */
    private static final Pattern COMMAND = Pattern.compile(
            "exec: \".*\": |executable file not found|exec format error|exec user process");
    private static final Pattern SPEC = Pattern.compile(
            "oci runtime|unable to find user|unable to find group|no matching entries in passwd file|cannot mkdir");

    private static final int SERVER_ERROR = 500;

    private EngineErrors() {}

    /** A pull that failed. */
    static Kind ofPull(ImageName image, String reason) {
        String words = withoutName(reason.toLowerCase(Locale.ROOT), image.name());
        return !MACHINE_TROUBLE.matcher(words).find() && REGISTRY_SAYS_NO.matcher(words).find()
                ? Kind.IMAGE
                : Kind.INFRASTRUCTURE;
    }

    /** A container that the engine, which has the image, did not create. */
    static Kind ofCreate(int status, String reason) {
        return reason.toLowerCase(Locale.ROOT).contains("invalid reference")
                ? Kind.IMAGE
                : ofStart(status, reason);
    }

    /** A container that the engine did not start. */
    static Kind ofStart(int status, String reason) {
        String words = reason.toLowerCase(Locale.ROOT);
        if (COMMAND.matcher(words).find()) {
            return Kind.APPLICATION;
        }
        if (NODE_LACKS.matcher(words).find()) {
            return Kind.INFRASTRUCTURE;
        }
        if (status < SERVER_ERROR) {
            return Kind.APPLICATION;
        }
        // What the OCI runtime refuses is the spec's or the image's fault, unless it is the machine that is in its way.
        return SPEC.matcher(words).find() && !MACHINE_TROUBLE.matcher(words).find()
                ? Kind.APPLICATION
                : Kind.INFRASTRUCTURE;
    }

    /** An image may be called `timeout`. */
    private static String withoutName(String words, String name) {
        return MACHINE_TROUBLE.matcher(name).find() || REGISTRY_SAYS_NO.matcher(name).find()
                ? words.replace(name, "")
                : words;
    }
}
