package dev.mure.agent.runtime;

/**
 * Names one container.
 *
 * @param taskId
 *            the task it was made for
 * @param id
 *            the runtime's own name for it
 */
public record ContainerRef(String taskId, String id) {}
