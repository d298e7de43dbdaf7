/**
 * What a manager does while it leads: takes decisions one after the other on the pending state, lets the planners draw the
 * consequences, and commits both together. One loop per term, closed for ever with it.
 *
 * <p>Neighbours: {@code raft} opens and closes terms and commits; {@code orchestrator}, {@code rollout} and {@code scheduler} plan;
 * {@code api} and {@code dispatcher} bring decisions through {@link dev.mure.manager.leader.Decisions}.
 */
@NullMarked
package dev.mure.manager.leader;

import org.jspecify.annotations.NullMarked;
