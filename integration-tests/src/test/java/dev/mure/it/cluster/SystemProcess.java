package dev.mure.it.cluster;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A living process of this machine, as the system shows it.
 *
 * @param environment
 *            its variables, each with a NUL after it; empty for processes of other users
 * @param commandLine
 *            its program and arguments, each with a NUL after it
 */
public record SystemProcess(long pid, String environment, String commandLine) {

    /** All there are now. */
    public static List<SystemProcess> all() {
        List<SystemProcess> processes = new ArrayList<>();
        try (var entries = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
            for (Path entry : entries) {
                SystemProcess process = new SystemProcess(Long.parseLong(entry.getFileName().toString()),
                        read(entry.resolve("environ")), read(entry.resolve("cmdline")));
                if (isAlive(entry)) {
                    processes.add(process);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return processes;
    }

    /** Whether its environment or its command line has the text. */
    public boolean mentions(String text) {
        return environment.contains(text) || commandLine.contains(text);
    }

    /** Value of a variable; empty if it has none. */
    public String variable(String name) {
        for (String variable : environment.split("\0")) {
            if (variable.startsWith(name + "=")) {
                return variable.substring(name.length() + 1);
            }
        }
        return "";
    }

    /** Empty for a process that ended meanwhile. */
    private static String read(Path file) {
        try {
            return Files.readString(file, StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            return "";
        }
    }

    /** Not one that is dead and only waits to be collected. */
    private static boolean isAlive(Path process) {
        String stat = read(process.resolve("stat"));
        int name = stat.lastIndexOf(')');
        return name >= 0 && stat.charAt(name + 2) != 'Z' && stat.charAt(name + 2) != 'X';
    }
}
