package dev.mure.cli.progress;

import dev.mure.cli.progress.Picture.SlotLine;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** For files and pipes: a line for each change that matters. States on the way to running are left out, as Docker does. */
public final class LineDisplay implements ProgressDisplay {
    private final PrintStream out;
    private @Nullable Picture last;

    public LineDisplay(PrintStream out) {
        this.out = out;
    }

    @Override
    public void show(Picture picture) {
        List<String> lines = new ArrayList<>();
        Picture before = last;
        if (before == null || !before.overall().equals(picture.overall())) {
            lines.add(picture.overall());
        }
        for (int i = 0; i < picture.slots().size(); i++) {
            SlotLine slot = picture.slots().get(i);
            SlotLine slotBefore = before == null || i >= before.slots().size() ? null : before.slots().get(i);
            if (slotBefore == null || (!slot.error().isEmpty() && !slot.error().equals(slotBefore.error()))) {
                // Two blanks, as Docker's output has them.
                lines.add(slot.id() + ": " + (slot.error().isEmpty() ? " " : slot.error()));
            }
        }
        if (begins(before, picture)) {
            lines.add("verify: " + Picture.words(picture.verification()));
        }
        last = picture;
        if (!lines.isEmpty()) {
            out.append(String.join("\n", lines)).append('\n');
            out.flush();
        }
    }

    /** Whether the verification says something that it did not say before; seconds that count down are no news. */
    private static boolean begins(@Nullable Picture before, Picture now) {
        return !Picture.words(now.verification()).isEmpty()
                && (before == null || before.verification().getClass() != now.verification().getClass());
    }
}
