package dev.mure.agent.task;

import dev.mure.agent.runtime.ContainerState;
import dev.mure.agent.runtime.Health;
import dev.mure.v1.TaskState;
import java.util.Optional;

/**
 * What is known of one task at one moment: all that {@link TaskStep} decides from.
 *
 * @param desired
 *            the last order; {@code TASK_STATE_NEW} while there is none
 * @param observed
 *            the furthest state that was reported or that the managers know
 * @param health
 *            the container's; kept when it has ended
 * @param mayStart
 *            no other task has to end first
 * @param fault
 *            why preparing or starting failed for good
 */
record TaskFacts(TaskState desired, TaskState observed, ContainerState container, Health health,
        boolean mayStart, Optional<TaskFault> fault) {

    boolean ended() {
        return TaskStates.ended(observed);
    }
}
