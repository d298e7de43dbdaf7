package dev.mure.cli.progress;

import dev.mure.cli.progress.Picture.SlotLine;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;

/** For terminals: the same lines are redrawn in place. The only class that knows control sequences. */
public final class TerminalDisplay implements ProgressDisplay {
    private static final String ERASE_LINE = "\033[2K";
    private static final int STATE_WIDTH = 9;
    private static final int LONGEST_BAR = 50;
    private static final int SHORTEST_BAR = 10;

    private final PrintStream out;
    private final int columns;
    private List<String> drawn = List.of();

    /**
     * @param columns width of the terminal; lines are cut to it, because a line that wraps can't be redrawn
     */
    public TerminalDisplay(PrintStream out, int columns) {
        this.out = out;
        this.columns = columns;
    }

    @Override
    public void show(Picture picture) {
        List<String> lines = lines(picture);
        if (lines.equals(drawn)) {
            return;
        }
        StringBuilder text = new StringBuilder();
        if (!drawn.isEmpty()) {
            text.append("\033[").append(drawn.size()).append('A');
        }
        for (int i = 0; i < Math.max(lines.size(), drawn.size()); i++) {
            text.append('\r').append(ERASE_LINE).append(i < lines.size() ? lines.get(i) : "").append('\n');
        }
        int surplus = drawn.size() - lines.size();
        if (surplus > 0) {
            text.append("\033[").append(surplus).append('A');
        }
        drawn = lines;
        out.append(text);
        out.flush();
    }

    private List<String> lines(Picture picture) {
        List<String> lines = new ArrayList<>();
        if (!picture.rollback().isEmpty()) {
            lines.add(cut("rollback: " + picture.rollback()));
        }
        lines.add(cut(picture.overall()));
        int idWidth = 0;
        for (SlotLine slot : picture.slots()) {
            idWidth = Math.max(idWidth, slot.id().length());
        }
        for (SlotLine slot : picture.slots()) {
            lines.add(cut(slot.id() + ": " + words(slot, idWidth)));
        }
        for (String reason : picture.waitingFor()) {
            lines.add(cut("waiting: " + reason));
        }
        picture.left().ifPresent(left -> lines.add(cut("estimate: " + Picture.words(left))));
        String verify = Picture.words(picture.verification());
        if (!verify.isEmpty()) {
            lines.add(cut("verify: " + verify));
        }
        String end = Picture.rollbackEnd(picture.verification());
        if (!end.isEmpty()) {
            lines.add(cut(end));
        }
        return lines;
    }

    private String words(SlotLine slot, int idWidth) {
        if (!slot.error().isEmpty()) {
            return slot.error();
        }
        if (slot.state().isEmpty()) {
            return "";
        }
        String state = slot.state() + " ".repeat(Math.max(0, STATE_WIDTH - slot.state().length()));
        int room = columns - 1 - idWidth - ": ".length() - STATE_WIDTH - " [>]".length();
        if (room < SHORTEST_BAR) {
            return state;
        }
        int length = Math.min(LONGEST_BAR, room);
        int done = length * slot.position() / SlotLine.END;
        return state + " [" + "=".repeat(done) + ">" + " ".repeat(length - done) + "]";
    }

    private String cut(String line) {
        int room = Math.max(1, columns - 1);
        return line.codePointCount(0, line.length()) <= room
                ? line
                : line.substring(0, line.offsetByCodePoints(0, room));
    }
}
