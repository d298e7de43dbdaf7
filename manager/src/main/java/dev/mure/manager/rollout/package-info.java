/**
 * From revision to revision: moves the slots of a service, a few at a time, counts what fails, pauses or completes. All that a
 * rollout must remember is the {@code Rollout} object in the state, so a new leader goes on exactly where the old one stopped.
 *
 * <p>Neighbours: {@code planning} has the contract and the shared views; {@code orchestrator} restarts what fails and lets prepared
 * tasks start; {@code api} resumes a paused rollout with {@link dev.mure.manager.rollout.RolloutControl}.
 */
@NullMarked
package dev.mure.manager.rollout;

import org.jspecify.annotations.NullMarked;
