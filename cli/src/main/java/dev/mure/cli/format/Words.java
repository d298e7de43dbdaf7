package dev.mure.cli.format;

import com.google.protobuf.Timestamp;
import dev.mure.v1.FailureKind;
import dev.mure.v1.Node;
import dev.mure.v1.NodeState;
import dev.mure.v1.PauseCause;
import dev.mure.v1.PortConfig;
import dev.mure.v1.RestartPolicy;
import dev.mure.v1.RolloutState;
import dev.mure.v1.TaskState;
import dev.mure.v1.UpdateConfig;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;

/** The words that users see for values of the schema, in Docker's spelling, lower case; and its ways with ids, images, times. */
public final class Words {
    private static final int SHORT_ID = 12;

    private Words() {}

    public static String of(TaskState state) {
        return switch (state) {
            case TASK_STATE_NEW -> "new";
            case TASK_STATE_PENDING -> "pending";
            case TASK_STATE_ASSIGNED -> "assigned";
            case TASK_STATE_ACCEPTED -> "accepted";
            case TASK_STATE_PREPARING -> "preparing";
            case TASK_STATE_READY -> "ready";
            case TASK_STATE_STARTING -> "starting";
            case TASK_STATE_RUNNING -> "running";
            case TASK_STATE_COMPLETE -> "complete";
            case TASK_STATE_SHUTDOWN -> "shutdown";
            case TASK_STATE_FAILED -> "failed";
            case TASK_STATE_REJECTED -> "rejected";
            case TASK_STATE_REMOVE -> "remove";
            case TASK_STATE_ORPHANED -> "orphaned";
            case UNRECOGNIZED -> "unknown";
        };
    }

    public static String of(RolloutState state) {
        return switch (state) {
            case ROLLOUT_STATE_UPDATING -> "updating";
            case ROLLOUT_STATE_PAUSED -> "paused";
            case ROLLOUT_STATE_COMPLETED -> "completed";
            case ROLLOUT_STATE_ROLLBACK_STARTED -> "rollback_started";
            case ROLLOUT_STATE_ROLLBACK_PAUSED -> "rollback_paused";
            case ROLLOUT_STATE_ROLLBACK_COMPLETED -> "rollback_completed";
            case ROLLOUT_STATE_UNSPECIFIED, UNRECOGNIZED -> "unknown";
        };
    }

    public static String of(UpdateConfig.FailureAction action) {
        return switch (action) {
            case PAUSE, FAILURE_ACTION_UNSPECIFIED -> "pause";
            case CONTINUE -> "continue";
            case ROLLBACK -> "rollback";
            case UNRECOGNIZED -> "unknown";
        };
    }

    public static String of(RestartPolicy.Condition condition) {
        return switch (condition) {
            case NONE -> "none";
            case ON_FAILURE -> "on-failure";
            case ANY, CONDITION_UNSPECIFIED -> "any";
            case UNRECOGNIZED -> "unknown";
        };
    }

    public static String of(NodeState state) {
        return switch (state) {
            case NODE_STATE_READY -> "ready";
            case NODE_STATE_DOWN -> "down";
            case NODE_STATE_UNKNOWN, UNRECOGNIZED -> "unknown";
        };
    }

    public static String of(Node.Availability availability) {
        return switch (availability) {
            case ACTIVE, AVAILABILITY_UNSPECIFIED -> "active";
            case PAUSE -> "pause";
            case DRAIN -> "drain";
            case UNRECOGNIZED -> "unknown";
        };
    }

    public static String of(UpdateConfig.Order order) {
        return switch (order) {
            case STOP_FIRST, ORDER_UNSPECIFIED -> "stop-first";
            case START_FIRST -> "start-first";
            case AUTO -> "auto";
            case UNRECOGNIZED -> "unknown";
        };
    }

    public static String of(PortConfig.Protocol protocol) {
        return switch (protocol) {
            case TCP, PROTOCOL_UNSPECIFIED -> "tcp";
            case UDP -> "udp";
            case UNRECOGNIZED -> "unknown";
        };
    }

    public static String of(PortConfig.PublishMode mode) {
        return switch (mode) {
            case HOST, PUBLISH_MODE_UNSPECIFIED -> "host";
            case UNRECOGNIZED -> "unknown";
        };
    }

    public static String of(FailureKind kind) {
        return switch (kind) {
            case FAILURE_KIND_NONE -> "none";
            case FAILURE_KIND_APPLICATION -> "application";
            case FAILURE_KIND_IMAGE -> "image";
            case FAILURE_KIND_INFRASTRUCTURE -> "infrastructure";
            case UNRECOGNIZED -> "unknown";
        };
    }

    public static String of(PauseCause cause) {
        return switch (cause) {
            case PAUSE_CAUSE_UNSPECIFIED -> "";
            case PAUSE_CAUSE_FAILURE -> "failure";
            case PAUSE_CAUSE_NO_PROGRESS -> "no progress";
            case PAUSE_CAUSE_REQUEST -> "request";
            case PAUSE_CAUSE_CANARY -> "canary";
            case PAUSE_CAUSE_STAGE -> "stage";
            case PAUSE_CAUSE_STEP -> "step";
            case UNRECOGNIZED -> "unknown";
        };
    }

    /** With a capital first letter, as tables show it. */
    public static String capital(String word) {
        return word.isEmpty() ? word : Character.toUpperCase(word.charAt(0)) + word.substring(1);
    }

    /** The first twelve characters. */
    public static String shortId(String id) {
        return id.length() <= SHORT_ID ? id : id.substring(0, SHORT_ID);
    }

    /** An image without its digest, if it has a tag. */
    public static String familiar(String image) {
        int at = image.indexOf('@');
        return at < 0 ? image : image.substring(0, at);
    }

    public static Duration of(com.google.protobuf.Duration duration) {
        return Duration.ofSeconds(duration.getSeconds(), duration.getNanos());
    }

    public static com.google.protobuf.Duration of(Duration duration) {
        return com.google.protobuf.Duration.newBuilder().setSeconds(duration.getSeconds()).setNanos(duration.getNano())
                .build();
    }

    /** A number as Go prints it: without an exponent, and without decimals where there are none. */
    public static BigDecimal decimal(float value) {
        BigDecimal decimal = new BigDecimal(Float.toString(value)).stripTrailingZeros();
        return decimal.scale() < 0 ? decimal.setScale(0) : decimal;
    }

    /** How long before {@code now} something was. */
    public static Duration since(Timestamp time, Instant now) {
        return Duration.between(Instant.ofEpochSecond(time.getSeconds(), time.getNanos()), now);
    }

    /** As Go writes it in JSON: UTC, and as many decimals as are needed. */
    public static String of(Timestamp time) {
        String seconds = Instant.ofEpochSecond(time.getSeconds()).toString();
        if (time.getNanos() == 0) {
            return seconds;
        }
        String nanos = Integer.toString(1_000_000_000 + time.getNanos());
        int end = nanos.length();
        while (nanos.charAt(end - 1) == '0') {
            end--;
        }
        return seconds.substring(0, seconds.length() - 1) + "." + nanos.substring(1, end) + "Z";
    }
}
