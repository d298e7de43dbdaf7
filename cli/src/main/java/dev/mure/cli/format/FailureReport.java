package dev.mure.cli.format;

import dev.mure.v1.FailureKind;
import dev.mure.v1.RolloutFailure;
import java.util.ArrayList;
import java.util.List;

/** What is known of a task that did not get good, for people. */
public final class FailureReport {
    private FailureReport() {}

    /**
     * A line that says which slot failed where and why, then the task's last output; no line if nothing is known of a failure.
     *
     * @param service its name
     */
    public static List<String> of(String service, RolloutFailure failure) {
        List<String> lines = new ArrayList<>();
        if (!isKnown(failure)) {
            return lines;
        }
        lines.add(service + "." + failure.getSlot()
                + (failure.getNodeName().isEmpty() ? "" : " on " + failure.getNodeName())
                + ": " + error(failure));
        for (String line : failure.getLastOutputList()) {
            lines.add("  | " + line);
        }
        return lines;
    }

    /** Whether it says anything. */
    public static boolean isKnown(RolloutFailure failure) {
        return !failure.equals(RolloutFailure.getDefaultInstance());
    }

    private static String error(RolloutFailure failure) {
        String error = failure.getError().replace('\n', ' ');
        return (error.isEmpty() ? "failed" : error) + (failure.getKind() == FailureKind.FAILURE_KIND_INFRASTRUCTURE
                ? " (trouble of the node or the registry, not of the image)"
                : "");
    }
}
