/**
 * Supervision of the tasks that the cluster assigned to this node: what is wanted and what was seen go in, calls of
 * {@link dev.mure.agent.runtime} and statuses come out. What to do next is decided by {@link dev.mure.agent.task.TaskStep},
 * a pure function; {@code session} brings the assignments and takes the statuses.
 */
@NullMarked
package dev.mure.agent.task;

import org.jspecify.annotations.NullMarked;
