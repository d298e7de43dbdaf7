package dev.mure.it.cluster;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A living process of this machine, as the system shows it.
 *
 * @param environment
 *            its variables, each with a NUL after it; empty for processes of other users
 * @param commandLine
 *            its program and arguments, each with a NUL after it
 * @param leadsGroup
 *            whether it is the one after which its process group is named
 */
public record SystemProcess(long pid, String environment, String commandLine, boolean leadsGroup) {

    /** All there are now. */
    public static List<SystemProcess> all() {
        List<SystemProcess> processes = new ArrayList<>();
        try (var entries = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
            for (Path entry : entries) {
                String environment = read(entry.resolve("environ"));
                String commandLine = read(entry.resolve("cmdline"));
                // Read last, so that what was read before is of one that lives.
                Stat.parse(read(entry.resolve("stat"))).filter(Stat::isAlive).ifPresent(stat -> processes
                        .add(new SystemProcess(stat.pid(), environment, commandLine, stat.pid() == stat.group())));
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

    /** The first words of {@code /proc/PID/stat}: number, (name), state, parent, group. */
    private record Stat(long pid, char state, long group) {

        static Optional<Stat> parse(String text) {
            int name = text.lastIndexOf(')');
            if (name < 0) {
                return Optional.empty();
            }
            String[] words = text.substring(name + 2).split(" ", 4);
            return Optional.of(new Stat(Long.parseLong(text.substring(0, text.indexOf(' '))), words[0].charAt(0),
                    Long.parseLong(words[2])));
        }

        /** Not one that is dead and only waits to be collected. */
        boolean isAlive() {
            return state != 'Z' && state != 'X';
        }
    }
}
