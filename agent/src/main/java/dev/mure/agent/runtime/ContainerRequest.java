package dev.mure.agent.runtime;

import dev.mure.v1.ContainerSpec;
import dev.mure.v1.TaskSpec;
import java.util.Optional;

/**
 * The container that a task asks for.
 *
 * @param slot
 *            number of the replica, from 1
 * @param imageDigest
 *            `sha256:…`: exactly this image of the spec's repository instead of what the tag says
 */
public record ContainerRequest(String taskId, String serviceId, String serviceName, long revision, int slot,
        TaskSpec task, Optional<String> imageDigest) {

    /** `service.slot.task`: the container's name, for people. */
    public String name() {
        return serviceName + "." + slot + "." + taskId;
    }

    /** What the container is made of. */
    public ContainerSpec spec() {
        return task.getContainer();
    }
}
