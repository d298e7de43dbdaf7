package dev.mure.manager.planning;

import dev.mure.manager.store.ClusterState;

/**
 * One control loop as a pure function. Level-triggered: what changed only says where to look, the state says what to do. Planning
 * again on the state that a plan led to gives an empty plan, so an unknown outcome is resolved by looking again.
 *
 * <p>Every prefix of a plan's mutations is safe to apply on its own: the leader may split a large plan, and may lose its office
 * between two parts.
 */
@FunctionalInterface
public interface Planner {

    /**
     * Looks at what changed.
     *
     * @param nowMillis the state clock, not before the state's own
     */
    Plan plan(ClusterState state, Changes changed, long nowMillis);
}
