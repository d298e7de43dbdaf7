package dev.mure.it.golden;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;

/**
 * A table as Docker's command line prints one: cells start under their header, each column is as wide as its longest cell
 * and three blanks, at least ten characters.
 *
 * @param header
 *            names of the columns
 * @param rows
 *            cells, without the blanks after them
 */
public record DockerTable(List<String> header, List<List<String>> rows) {

    private static final int LEAST_WIDTH = 10;
    private static final int GAP = 3;

    /** Reads a table; fails when it is not laid out as it has to be. */
    public static DockerTable parse(String text) {
        List<String> lines = text.lines().toList();
        assertThat(lines).as("lines of a table").isNotEmpty();
        List<Integer> starts = starts(lines.getFirst());
        List<List<String>> cells = lines.stream().map(line -> cells(line, starts)).toList();
        for (int column = 0; column + 1 < starts.size(); column++) {
            int number = column;
            int longest = cells.stream().mapToInt(row -> row.get(number).length()).max().orElse(0);
            assertThat(starts.get(column + 1) - starts.get(column))
                    .as("width of column %s in\n%s", cells.getFirst().get(column), text)
                    .isEqualTo(Math.max(LEAST_WIDTH, longest + GAP));
        }
        return new DockerTable(cells.getFirst(), cells.subList(1, cells.size()));
    }

    /** All lines with the cells parted by bars, as golden texts have them. */
    public String barred() {
        StringBuilder text = new StringBuilder(String.join(" | ", header)).append('\n');
        rows.forEach(row -> text.append(String.join(" | ", row).stripTrailing()).append('\n'));
        return text.toString();
    }

    /** Cells of one column. */
    public List<String> column(String name) {
        int index = header.indexOf(name);
        assertThat(index).as("column %s among %s", name, header).isNotNegative();
        return rows.stream().map(row -> row.get(index)).toList();
    }

    /** Where the columns begin: names are parted by at least two blanks, and may have one inside. */
    private static List<Integer> starts(String header) {
        List<Integer> starts = new ArrayList<>(List.of(0));
        for (int i = 2; i < header.length(); i++) {
            if (header.charAt(i) != ' ' && header.charAt(i - 1) == ' ' && header.charAt(i - 2) == ' ') {
                starts.add(i);
            }
        }
        return starts;
    }

    private static List<String> cells(String line, List<Integer> starts) {
        List<String> cells = new ArrayList<>();
        for (int i = 0; i < starts.size(); i++) {
            int from = Math.min(starts.get(i), line.length());
            int to = i + 1 < starts.size() ? Math.min(starts.get(i + 1), line.length()) : line.length();
            assertThat(from == 0 || from == line.length() || line.charAt(from - 1) == ' ')
                    .as("a blank before column %s of: %s", i + 1, line).isTrue();
            cells.add(line.substring(from, to).stripTrailing());
        }
        return cells;
    }
}
