package dev.mure.it.docker;

import java.util.Map;

/**
 * A container as the engine lists it.
 *
 * @param state
 *            for example {@code running}, {@code exited}, {@code created}
 */
public record EngineContainer(String id, String image, String state, Map<String, String> labels) {

    /** Label that every container of Mure has. */
    public static final String TASK_LABEL = "dev.mure.task";

    /** Id of its task; empty if it is none of Mure's. */
    public String taskId() {
        return labels.getOrDefault(TASK_LABEL, "");
    }

    /** Whether it runs. */
    public boolean isRunning() {
        return state.equals("running");
    }
}
