package dev.mure.manager.leader;

import dev.mure.manager.store.ClusterState;

/**
 * A client's or an agent's request, decided on the state that will be when it is applied. Called once, on the leader's thread:
 * it must be quick, must not block and must not touch anything but its arguments.
 *
 * @param <R> what the caller is answered after the commit
 */
@FunctionalInterface
public interface Decision<R> {

    /**
     * Decides.
     *
     * @param pending the state with everything decided before, committed or on its way
     * @param nowMillis the state clock
     * @throws Refusal if the request is not possible; nothing changes, and the refusal too is answered only after what it relies on
     *         is committed
     */
    Decided<R> decide(ClusterState pending, long nowMillis) throws Refusal;
}
