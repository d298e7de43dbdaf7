/**
 * From tasks to nodes: which nodes a task may have, and which of them is best. Pure.
 *
 * <p>Neighbours: {@code planning} has the contract; {@code orchestrator} and {@code rollout} make the tasks that wait here.
 */
@NullMarked
package dev.mure.manager.scheduler;

import org.jspecify.annotations.NullMarked;
