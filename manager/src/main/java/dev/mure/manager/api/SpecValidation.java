package dev.mure.manager.api;

import com.google.protobuf.Duration;
import com.google.protobuf.util.Durations;
import dev.mure.manager.leader.Refusal;
import dev.mure.v1.Label;
import dev.mure.v1.ServiceSpec;
import dev.mure.v1.Share;
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
    /** Longer waits are mistakes, and sums of shorter ones can't overflow a clock in milliseconds. */
    private static final Duration MAX_DURATION = Durations.fromDays(3650);

    private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9](?:[a-zA-Z0-9_-]*[a-zA-Z0-9])?");

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
        TaskSpecValidation.check(spec.getTask());
        new UpdateConfigValidation("update-").check(spec.getUpdate());
        new UpdateConfigValidation("rollback-").check(spec.getRollback());
        if (spec.hasMaxUnavailable()) {
            checkShare("max-unavailable", spec.getMaxUnavailable(), 1);
        }
    }

    private static void checkName(String name) throws Refusal {
        require(!name.isEmpty(), "name: a service needs a name");
        require(name.length() <= MAX_NAME,
                "name: " + quoted(name) + " is too long: a service name has at most " + MAX_NAME + " characters");
        require(NAME.matcher(name).matches(), "name: " + quoted(name)
                + " must be valid as a DNS name component: letters, digits, '-' and '_', first and last a letter or digit");
    }

    static void checkDuration(String where, Duration duration) throws Refusal {
        require(Durations.isValid(duration), where + ": not a valid duration");
        require(!Durations.isNegative(duration), where + ": " + Durations.toString(duration) + " cannot be negative");
        require(Durations.compare(duration, MAX_DURATION) <= 0,
                where + ": " + Durations.toString(duration) + " is too long: at most 3650 days");
    }

    static void checkLabels(String where, List<Label> labels) throws Refusal {
        Set<String> keys = new HashSet<>();
        for (Label label : labels) {
            require(!label.getKey().isEmpty(), where + ": a label needs a key");
            require(keys.add(label.getKey()), where + ": " + quoted(label.getKey()) + " is given twice");
            checkText(where, List.of(label.getKey(), label.getValue()));
        }
    }

    /**
     * Checks a number of slots that is given.
     *
     * @param least the smallest count allowed; a percentage is at least 1 in any case
     */
    static void checkShare(String where, Share share, int least) throws Refusal {
        switch (share.getKindCase()) {
            case COUNT -> checkCount(where, share.getCount(), least);
            case PERCENT -> {
                String given = Integer.toUnsignedString(share.getPercent()) + '%';
                require(share.getPercent() >= 1 && share.getPercent() <= 100,
                        where + ": " + given + " is not possible: use 1% to 100%, or a number of slots");
            }
            case KIND_NOT_SET ->
                    throw new Refusal(Refusal.Kind.INVALID, where + ": give a number of slots or a percentage");
        }
    }

    private static void checkCount(String where, int count, int least) throws Refusal {
        require(Integer.compareUnsigned(count, MAX_REPLICAS) <= 0, where + ": " + Integer.toUnsignedString(count)
                + " is too many: at most " + MAX_REPLICAS + (least == 0 ? ", 0 for all at once" : ""));
        require(count >= least, where + ": " + count + " is too few: at least " + least);
    }

    /** The kernel ends strings at NUL: what follows would be lost without a word. */
    static void checkText(String where, List<String> texts) throws Refusal {
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
