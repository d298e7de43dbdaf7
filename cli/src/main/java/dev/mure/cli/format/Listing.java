package dev.mure.cli.format;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import org.jspecify.annotations.Nullable;

/** Rows of named cells, printed as a table with fixed columns or as {@code --format} says. */
public final class Listing {

    /**
     * A cell of each row.
     *
     * @param field its name in templates and JSON
     * @param header its name in a table's first line
     * @param shown whether a table has it unless it is asked for
     */
    public record Column(String field, String header, boolean shown) {
        public Column(String field, String header) {
            this(field, header, true);
        }
    }

    private final List<Column> columns;
    private final List<String[]> rows = new ArrayList<>();

    public Listing(List<Column> columns) {
        this.columns = columns;
    }

    /** Adds a row: a cell per column. */
    public void add(String... cells) {
        if (cells.length != columns.size()) {
            throw new IllegalArgumentException("cells: " + cells.length + " (expected: " + columns.size() + ")");
        }
        rows.add(cells);
    }

    /**
     * The text to print.
     *
     * @param format value of {@code --format}: {@code table}, {@code table TEMPLATE}, {@code json}, a template; null or empty for
     *            the usual table
     * @throws IllegalArgumentException when the format is not understood, with a line that says why
     */
    public String print(@Nullable String format) {
        if (format == null || format.isEmpty() || format.equals("table")) {
            return usualTable();
        }
        if (format.equals("json")) {
            return json();
        }
        if (format.startsWith("table ")) {
            return tableOf(parse(format.substring("table ".length())));
        }
        Template template = parse(format);
        StringBuilder text = new StringBuilder();
        for (String[] row : rows) {
            text.append(template.render(fields(row))).append('\n');
        }
        return text.toString();
    }

    /** Whether a format prints a table, in which cells may be decorated. */
    public static boolean isTable(@Nullable String format) {
        return format == null || format.isEmpty() || format.equals("table") || format.startsWith("table ");
    }

    private String usualTable() {
        int shown = 0;
        for (Column column : columns) {
            shown += column.shown() ? 1 : 0;
        }
        Table table = new Table();
        String[] headers = new String[columns.size()];
        for (int i = 0; i < headers.length; i++) {
            headers[i] = columns.get(i).header();
        }
        table.row(shownOnly(headers, shown));
        for (String[] row : rows) {
            table.row(shownOnly(row, shown));
        }
        return table.print();
    }

    private String[] shownOnly(String[] cells, int shown) {
        String[] result = new String[shown];
        int next = 0;
        for (int i = 0; i < cells.length; i++) {
            if (columns.get(i).shown()) {
                result[next++] = cells[i];
            }
        }
        return result;
    }

    private String json() {
        StringBuilder text = new StringBuilder();
        for (String[] row : rows) {
            text.append(Json.compact(new TreeMap<>(fields(row)))).append('\n');
        }
        return text.toString();
    }

    private String tableOf(Template template) {
        Map<String, String> headers = new LinkedHashMap<>();
        for (Column column : columns) {
            headers.put(column.field(), column.header());
        }
        Table table = new Table();
        table.row(template.render(headers).split("\t", -1));
        for (String[] row : rows) {
            table.row(template.render(fields(row)).split("\t", -1));
        }
        return table.print();
    }

    private Template parse(String source) {
        Template template = Template.parse(source);
        for (String field : template.fields()) {
            StringBuilder known = new StringBuilder();
            boolean found = false;
            for (Column column : columns) {
                found |= column.field().equals(field);
                known.append(known.isEmpty() ? "." : ", .").append(column.field());
            }
            if (!found) {
                throw new IllegalArgumentException("no field ." + field + " (there are: " + known + ")");
            }
        }
        return template;
    }

    private Map<String, String> fields(String[] row) {
        Map<String, String> fields = new LinkedHashMap<>();
        for (int i = 0; i < row.length; i++) {
            fields.put(columns.get(i).field(), row[i]);
        }
        return fields;
    }
}
