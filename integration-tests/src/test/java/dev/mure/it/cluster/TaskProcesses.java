package dev.mure.it.cluster;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What really runs: the processes of tasks under a folder, read from the system and not from Mure. They are known by the
 * variable that the process runtime gives them.
 */
final class TaskProcesses {

    private static final String TASK_ID = "MURE_TASK_ID";

    private TaskProcesses() {}

    /**
     * By id, the tasks that have a living process, with the numbers of those that lead a group. The others come and go as
     * the task's program likes.
     */
    static Map<String, SortedSet<Long>> under(Path folder) {
        Map<String, SortedSet<Long>> tasks = new TreeMap<>();
        for (SystemProcess process : find(folder)) {
            SortedSet<Long> leaders = tasks.computeIfAbsent(process.variable(TASK_ID), _ -> new TreeSet<>());
            if (process.leadsGroup()) {
                leaders.add(process.pid());
            }
        }
        return tasks;
    }

    /** Kills them all, for the end of a test: nothing may outlive it. */
    static void killAll(Path folder) {
        for (List<SystemProcess> left = find(folder); !left.isEmpty(); left = find(folder)) {
            left.forEach(process -> Signals.send("KILL", process.pid()));
        }
    }

    /** The folder keeps clusters apart that run on this machine at the same time. */
    private static List<SystemProcess> find(Path folder) {
        return SystemProcess.all().stream()
                .filter(process -> process.environment().contains(folder + "/"))
                .filter(process -> !process.variable(TASK_ID).isEmpty())
                .toList();
    }
}
