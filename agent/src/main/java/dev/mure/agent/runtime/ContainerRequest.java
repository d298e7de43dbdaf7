package dev.mure.agent.runtime;

import dev.mure.v1.ContainerSpec;

/**
 * The container that a task asks for.
 *
 * @param slot
 *            number of the replica, from 1
 */
public record ContainerRequest(String taskId, String serviceId, String serviceName, long revision, int slot,
        ContainerSpec spec) {

    /** `service.slot.task`: the container's name, for people. */
    public String name() {
        return serviceName + "." + slot + "." + taskId;
    }
}
