package dev.mure.cli.format;

import java.util.ArrayList;
import java.util.List;

/** Text in columns as Docker lays it out: cells at least ten wide, three spaces between them, the last one not padded. */
public final class Table {
    private static final int MIN_WIDTH = 10;
    private static final int PADDING = 3;

    private final List<String[]> rows = new ArrayList<>();

    /** Adds a row. Rows may differ in length. */
    public Table row(String... cells) {
        rows.add(cells);
        return this;
    }

    /** All rows, each with a line end. */
    public String print() {
        int[] widths = widths();
        StringBuilder text = new StringBuilder();
        for (String[] row : rows) {
            for (int i = 0; i < row.length; i++) {
                text.append(row[i]);
                if (i < row.length - 1) {
                    for (int spaces = widths[i] - length(row[i]); spaces > 0; spaces--) {
                        text.append(' ');
                    }
                }
            }
            text.append('\n');
        }
        return text.toString();
    }

    private int[] widths() {
        int columns = 0;
        for (String[] row : rows) {
            columns = Math.max(columns, row.length);
        }
        int[] widths = new int[columns];
        for (String[] row : rows) {
            for (int i = 0; i < row.length - 1; i++) {
                widths[i] = Math.max(Math.max(widths[i], MIN_WIDTH), length(row[i]) + PADDING);
            }
        }
        return widths;
    }

    private static int length(String cell) {
        return cell.codePointCount(0, cell.length());
    }
}
