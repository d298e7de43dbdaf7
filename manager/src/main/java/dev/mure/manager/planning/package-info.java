/**
 * What all planners share: the contract {@link dev.mure.manager.planning.Planner}, the round that runs them to a fixed point, and
 * the views of the state in which their rules are written (slots, what became of a task, what the service wants now).
 *
 * <p>Pure: state, changes and the state clock in, mutations and wake-up times out. Knows {@code store} and the schema only;
 * {@code orchestrator}, {@code rollout} and {@code scheduler} build on it, {@code leader} runs it.
 */
@NullMarked
package dev.mure.manager.planning;

import org.jspecify.annotations.NullMarked;
