package dev.mure.cli.progress;

import dev.mure.cli.format.CrashLoop;
import dev.mure.cli.format.Words;
import dev.mure.cli.progress.Picture.SlotLine;
import dev.mure.v1.ServiceProgress;
import dev.mure.v1.ServiceSpec;
import dev.mure.v1.Task;
import dev.mure.v1.TaskState;
import dev.mure.v1.TaskView;
import java.util.ArrayList;
import java.util.List;

/** What there is to see of each slot of a service: the task that stands for it, as far as it runs what is wanted. */
final class SlotLines {
    private static final int MAX_ERROR_LENGTH = 75;

    private SlotLines() {}

    /**
     * The lines.
     *
     * @param slots how many the service has
     */
    static List<SlotLine> of(ServiceProgress progress, int slots) {
        List<SlotLine> lines = new ArrayList<>();
        boolean global = isGlobal(progress);
        for (TaskView view : progress.getTasksList()) {
            Task task = view.getTask();
            // A slot that goes away because of a smaller number of replicas has no line.
            if (lines.size() < slots && task.getDesired().getState() != TaskState.TASK_STATE_REMOVE) {
                lines.add(line(global ? node(task) : lines.size() + 1 + "/" + slots, view));
            }
        }
        while (!global && lines.size() < slots) {
            lines.add(SlotLine.blank(lines.size() + 1 + "/" + slots));
        }
        return lines;
    }

    /** A global service's tasks are known by their nodes. */
    private static String node(Task task) {
        return Words.shortId(task.getOnlyNodeId().isEmpty() ? task.getNodeId() : task.getOnlyNodeId());
    }

    private static SlotLine line(String id, TaskView view) {
        if (!view.getUpToDate()) {
            return SlotLine.blank(id);
        }
        Task task = view.getTask();
        String told = task.getStatus().getError();
        String error = (told.isEmpty() ? CrashLoop.words(task) : told).replace('\n', ' ');
        if (!error.isEmpty()) {
            boolean cut = error.codePointCount(0, error.length()) > MAX_ERROR_LENGTH;
            String text = cut ? error.substring(0, error.offsetByCodePoints(0, MAX_ERROR_LENGTH - 1)) + "…" : error;
            return new SlotLine(id, "", 0, text);
        }
        int position = position(task.getStatus().getState());
        return counts(view) && position > 0
                ? new SlotLine(id, Words.of(task.getStatus().getState()), position, "")
                : SlotLine.blank(id);
    }

    /** How far on the way to running; 0 for a task that ended. Docker's numbers, in which 2 is a state of the past. */
    private static int position(TaskState state) {
        return switch (state) {
            case TASK_STATE_NEW -> 1;
            case TASK_STATE_PENDING -> 3;
            case TASK_STATE_ASSIGNED -> 4;
            case TASK_STATE_ACCEPTED -> 5;
            case TASK_STATE_PREPARING -> 6;
            case TASK_STATE_READY -> 7;
            case TASK_STATE_STARTING -> 8;
            case TASK_STATE_RUNNING -> SlotLine.END;
            case TASK_STATE_COMPLETE, TASK_STATE_SHUTDOWN, TASK_STATE_FAILED, TASK_STATE_REJECTED, TASK_STATE_REMOVE,
                    TASK_STATE_ORPHANED, UNRECOGNIZED -> 0;
        };
    }

    /** Whether a task runs what is wanted and is meant to live. */
    static boolean counts(TaskView view) {
        return view.getUpToDate()
                && view.getTask().getDesired().getState().getNumber() <= TaskState.TASK_STATE_RUNNING_VALUE;
    }

    static boolean isGlobal(ServiceProgress progress) {
        return progress.getService().getSpec().getModeCase() == ServiceSpec.ModeCase.GLOBAL;
    }
}
