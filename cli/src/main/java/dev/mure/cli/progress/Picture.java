package dev.mure.cli.progress;

import dev.mure.cli.format.GoDuration;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What there is to see of a service on its way, at one moment.
 *
 * @param rollback why it is rolled back, in Docker's words; empty if it is not
 * @param overall for example {@code overall progress: 1 out of 3 tasks}
 * @param slots a line per slot; none when there are too many to show
 * @param waitingFor what keeps the rollout from going on, one line each
 * @param left time until the rollout completes if nothing goes wrong, as far as it is known
 * @param verification whether the tasks are being watched after all run
 */
public record Picture(String rollback, String overall, List<SlotLine> slots, List<String> waitingFor,
        Optional<Duration> left, Verification verification) {
    public Picture {
        slots = List.copyOf(slots);
        waitingFor = List.copyOf(waitingFor);
    }

    /**
     * A slot.
     *
     * @param id for example {@code 1/3}
     * @param state of the task with the wanted revision; empty while there is none
     * @param position of that state on the way to running, 0 to {@link #END}
     * @param error what is wrong; shown instead of the state
     */
    public record SlotLine(String id, String state, int position, String error) {
        /** Position of a running task. */
        public static final int END = 9;

        static SlotLine blank(String id) {
            return new SlotLine(id, "", 0, "");
        }
    }

    /** Watching that running tasks stay so. */
    public sealed interface Verification {}

    /** Not all tasks run. */
    public record NotYet() implements Verification {}

    /** They have to go on for so many seconds, rounded up. */
    public record Waiting(long seconds) implements Verification {}

    /** One of them ended while it was watched. */
    public record FailureDetected() implements Verification {}

    /**
     * Done.
     *
     * @param service its name
     * @param rollback how a rollback ended, in Docker's words; empty if it was none
     */
    public record Converged(String service, String rollback) implements Verification {}

    /** The words after {@code verify: }; empty when there is nothing to say. */
    static String words(Verification verification) {
        return switch (verification) {
            case NotYet() -> "";
            case Waiting(long seconds) -> "Waiting " + seconds + " seconds to verify that tasks are stable...";
            case FailureDetected() -> "Detected task failure";
            case Converged(String service, _) -> "Service " + service + " converged";
        };
    }

    /** The line that ends a rollback; empty when there is none. */
    static String rollbackEnd(Verification verification) {
        return verification instanceof Converged(_, String rollback) && !rollback.isEmpty()
                ? "rollback: " + rollback
                : "";
    }

    /** The words after {@code estimate: }. */
    static String words(Duration left) {
        return "about " + GoDuration.print(Duration.ofSeconds(left.toSeconds())) + " left";
    }
}
