package dev.mure.it.cluster;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What really runs: the processes of tasks under a folder, read from the system and not from Mure. They are known by the
 * variable that the process runtime gives them.
 */
public final class TaskProcesses {

    private static final String TASK_ID = "MURE_TASK_ID=";

    private TaskProcesses() {
    }

    /** By task id: the numbers of its living processes. */
    public static Map<String, SortedSet<Long>> under(Path folder) {
        Map<String, SortedSet<Long>> tasks = new TreeMap<>();
        for (Found found : find(folder)) {
            tasks.computeIfAbsent(found.taskId(), _ -> new TreeSet<>()).add(found.pid());
        }
        return tasks;
    }

    /** Kills them all, for the end of a test: nothing may outlive it. */
    static void killAll(Path folder) {
        for (List<Found> left = find(folder); !left.isEmpty(); left = find(folder)) {
            for (Found found : left) {
                Signals.send("KILL", found.pid());
            }
        }
    }

    /** Numbers of all living processes whose environment mentions the text. */
    public static List<Long> mentioning(String text) {
        List<Long> pids = new ArrayList<>();
        try (var entries = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
            for (Path entry : entries) {
                if (environment(entry).contains(text) && isAlive(entry)) {
                    pids.add(Long.parseLong(entry.getFileName().toString()));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return pids;
    }

    private record Found(long pid, String taskId) {
    }

    private static List<Found> find(Path folder) {
        List<Found> found = new ArrayList<>();
        try (var entries = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
            for (Path entry : entries) {
                String environment = environment(entry);
                // The folder keeps clusters apart that run on this machine at the same time.
                if (environment.contains(TASK_ID) && environment.contains(folder.toString()) && isAlive(entry)) {
                    found.add(new Found(Long.parseLong(entry.getFileName().toString()), taskId(environment)));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return found;
    }

    private static String taskId(String environment) {
        for (String variable : environment.split("\0")) {
            if (variable.startsWith(TASK_ID)) {
                return variable.substring(TASK_ID.length());
            }
        }
        return "";
    }

    /** Empty for processes that ended meanwhile and for those of other users. */
    private static String environment(Path process) {
        try {
            return Files.readString(process.resolve("environ"), StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            return "";
        }
    }

    /** Not one that is dead and only waits to be collected. */
    private static boolean isAlive(Path process) {
        try {
            String stat = Files.readString(process.resolve("stat"), StandardCharsets.ISO_8859_1);
            char state = stat.charAt(stat.lastIndexOf(')') + 2);
            return state != 'Z' && state != 'X';
        } catch (IOException e) {
            return false;
        }
    }
}
