package dev.mure.agent.runtime.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What the kernel tells about processes below `/proc`. */
final class ProcFiles {

    static final String TASK_ID_VARIABLE = "MURE_TASK_ID";

    private static final Path PROC = Path.of("/proc");
    /** Of the kernel's clock ticks as programs see them (USER_HZ), the same on all machines that Linux runs Java on. */
    private static final long NANOS_PER_TICK = 10_000_000;
    // Fields of /proc/PID/stat that follow the name in parentheses, which may hold anything.
    private static final int STATE = 0;
    private static final int SESSION = 3;
    private static final int START = 19;

    private ProcFiles() {}

    /** The id of this boot of the machine. */
    static String bootId() {
        try {
            return Files.readString(PROC.resolve("sys/kernel/random/boot_id")).strip();
        } catch (IOException e) {
            throw new UncheckedIOException("the process runtime needs Linux with /proc", e);
        }
    }

    /** When that process was started; empty if it is gone or only waits to be buried. */
    static Optional<Long> startTicks(long pid) {
        return stat(pid).filter(fields -> !isDead(fields)).map(fields -> Long.parseLong(fields[START]));
    }

    /** Nanoseconds since that moment of this boot; to the hundredth of a second. */
    static long nanosSince(long ticks) throws IOException {
        String uptime = Files.readString(PROC.resolve("uptime"));
        return Math.max(0, Math.round(Double.parseDouble(uptime.substring(0, uptime.indexOf(' '))) * 1e9)
                - ticks * NANOS_PER_TICK);
    }

    /** The living processes of that session which belong to that task, by their environment. */
    static List<Long> members(long session, String taskId) {
        List<Long> members = new ArrayList<>();
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(PROC, "[0-9]*")) {
            for (Path process : processes) {
                long pid = Long.parseLong(process.getFileName().toString());
                Optional<String[]> fields = stat(pid).filter(found -> !isDead(found));
                if (fields.isPresent() && Long.parseLong(fields.get()[SESSION]) == session && isOf(process, taskId)) {
                    members.add(pid);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("can't read /proc", e);
        }
        return members;
    }

    private static boolean isDead(String[] fields) {
        return fields[STATE].equals("Z") || fields[STATE].equals("X");
    }

    private static boolean isOf(Path process, String taskId) {
        try {
            String environment = Files.readString(process.resolve("environ"), StandardCharsets.ISO_8859_1);
            return List.of(environment.split("\0", -1)).contains(TASK_ID_VARIABLE + "=" + taskId);
        } catch (IOException e) {
            return false; // Gone, or not ours.
        }
    }

    private static Optional<String[]> stat(long pid) {
        try {
            String stat =
                    Files.readString(PROC.resolve(Long.toString(pid)).resolve("stat"), StandardCharsets.ISO_8859_1);
            return Optional.of(stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1));
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
