package dev.mure.agent.task;

import dev.mure.v1.TaskStatus;

/** Takes what was seen of tasks, to be brought to the managers. */
@FunctionalInterface
public interface StatusSink {

    /** Must not block. States of a task come in order, each above the one before. */
    void report(String taskId, TaskStatus status, Urgency urgency);
}
