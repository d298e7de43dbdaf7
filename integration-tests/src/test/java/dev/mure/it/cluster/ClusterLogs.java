package dev.mure.it.cluster;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** What the processes of a cluster wrote. */
public record ClusterLogs(List<MureProcess> processes) {

    private static final int TAIL_LINES = 30;

    /** The last lines of each. */
    public String tails() {
        StringBuilder tails = new StringBuilder();
        for (MureProcess process : processes) {
            List<String> lines = process.log().lines().toList();
            tails.append("\n=== ").append(process.name()).append(process.isAlive() ? " (runs)" : " (ended)")
                    .append('\n');
            lines.subList(Math.max(0, lines.size() - TAIL_LINES), lines.size())
                    .forEach(line -> tails.append(line).append('\n'));
        }
        return tails.toString();
    }

    /** Keeps all of it for a reader after the test. */
    public void copyTo(Path folder) {
        try {
            Files.createDirectories(folder);
            for (MureProcess process : processes) {
                Files.writeString(folder.resolve(process.name() + ".log"), process.log());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
