package dev.mure.it.golden;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A text that output must equal, with placeholders for what differs from run to run:
 * {@code <id>} (25 characters), {@code <short-id>} (12), {@code <age>}, {@code <node>}, {@code <version>},
 * {@code <manager-status>}. Tables are
 * written with bars between the cells, see {@link DockerTable#barred}.
 */
public final class GoldenText {

    private static final Pattern PLACEHOLDER = Pattern.compile("<([a-z-]+)>");
    private static final Map<String, String> PATTERNS = new TreeMap<>(Map.of(
            "id", "[0-9a-z]{25}",
            "short-id", "[0-9a-z]{12}",
            "age", "(?:[Ll]ess than a second|1 second|[0-9]+ seconds|[Aa]bout a minute|[0-9]+ minutes)",
            "node", "[am][1-9]",
            "manager-status", "(?:Leader|Reachable)",
            "version", "[0-9][0-9A-Za-z.+~-]*"));

    private final String name;
    private final List<String> lines;

    private GoldenText(String name, List<String> lines) {
        this.name = name;
        this.lines = lines;
    }

    /** A resource beside this class. */
    public static GoldenText load(String name) {
        try (InputStream in = GoldenText.class.getResourceAsStream(name)) {
            assertThat(in).as("golden text %s", name).isNotNull();
            return new GoldenText(name, new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Fails unless the output is this text. */
    public void assertMatches(String output) {
        List<String> printed = output.lines().toList();
        for (int i = 0; i < Math.min(lines.size(), printed.size()); i++) {
            assertThat(printed.get(i)).as("line %s of %s, in\n%s", i + 1, name, output).matches(pattern(lines.get(i)));
        }
        assertThat(printed).as("lines of %s", name).hasSameSizeAs(lines);
    }

    /** Fails unless the output is this table. */
    public void assertMatchesTable(String output) {
        assertMatches(DockerTable.parse(output).barred());
    }

    private static Pattern pattern(String line) {
        StringBuilder pattern = new StringBuilder();
        Matcher placeholders = PLACEHOLDER.matcher(line);
        int from = 0;
        while (placeholders.find()) {
            String what = PATTERNS.get(placeholders.group(1));
            assertThat(what).as("meaning of %s", placeholders.group()).isNotNull();
            pattern.append(Pattern.quote(line.substring(from, placeholders.start()))).append(what);
            from = placeholders.end();
        }
        return Pattern.compile(pattern.append(Pattern.quote(line.substring(from))).toString());
    }
}
