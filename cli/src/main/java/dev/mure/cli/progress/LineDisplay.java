package dev.mure.cli.progress;

import dev.mure.cli.progress.Picture.SlotLine;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** For files and pipes: a line for each change that matters. States on the way to running are left out, as Docker does. */
public final class LineDisplay implements ProgressDisplay {
    /** An estimate that grew by less is no news. */
    private static final Duration SLACK = Duration.ofSeconds(5);

    private final PrintStream out;
    /** What each slot showed last, blanks left out, so that an error that stays is not told again. */
    private final Map<String, SlotLine> lastWords = new HashMap<>();
    private @Nullable Picture last;

    public LineDisplay(PrintStream out) {
        this.out = out;
    }

    @Override
    public void show(Picture picture) {
        List<String> lines = new ArrayList<>();
        Picture before = last;
        if (!picture.rollback().isEmpty() && (before == null || !before.rollback().equals(picture.rollback()))) {
            lines.add("rollback: " + picture.rollback());
        }
        if (before == null || !before.overall().equals(picture.overall())) {
            lines.add(picture.overall());
        }
        addSlots(picture, before, lines);
        for (String reason : picture.waitingFor()) {
            if (before == null || !isAmong(reason, before.waitingFor())) {
                lines.add("waiting: " + reason);
            }
        }
        if (isNews(picture.left(), before == null ? Optional.empty() : before.left())) {
            lines.add("estimate: " + Picture.words(picture.left().orElse(Duration.ZERO)));
        }
        if (begins(before, picture)) {
            lines.add("verify: " + Picture.words(picture.verification()));
            if (!Picture.rollbackEnd(picture.verification()).isEmpty()) {
                lines.add(Picture.rollbackEnd(picture.verification()));
            }
        }
        last = picture;
        if (!lines.isEmpty()) {
            out.append(String.join("\n", lines)).append('\n');
            out.flush();
        }
    }

    private void addSlots(Picture picture, @Nullable Picture before, List<String> lines) {
        for (int i = 0; i < picture.slots().size(); i++) {
            SlotLine slot = picture.slots().get(i);
            SlotLine spoken = lastWords.get(slot.id());
            boolean isNew = before == null || i >= before.slots().size();
            if (isNew || (!slot.error().isEmpty() && (spoken == null || !spoken.error().equals(slot.error())))) {
                // Two blanks, as Docker's output has them.
                lines.add(slot.id() + ": " + (slot.error().isEmpty() ? " " : slot.error()));
            }
            if (!slot.error().isEmpty() || slot.position() == SlotLine.END) {
                lastWords.put(slot.id(), slot);
            }
        }
    }

    /** Whether a reason stood there before; time that counts down is no news. */
    private static boolean isAmong(String reason, List<String> reasons) {
        for (String other : reasons) {
            if (Reason.of(other).subject().equals(Reason.of(reason).subject())) {
                return true;
            }
        }
        return false;
    }

    /** Whether an estimate is the first one, or much longer than it seemed a moment ago. */
    private static boolean isNews(Optional<Duration> left, Optional<Duration> before) {
        if (left.isEmpty() || before.isEmpty()) {
            return left.isPresent();
        }
        Duration grown = left.get().minus(before.get());
        return grown.compareTo(SLACK) > 0 && grown.compareTo(before.get().dividedBy(4)) > 0;
    }

    /** Whether the verification says something that it did not say before; seconds that count down are no news. */
    private static boolean begins(@Nullable Picture before, Picture now) {
        return !Picture.words(now.verification()).isEmpty()
                && (before == null || before.verification().getClass() != now.verification().getClass());
    }
}
