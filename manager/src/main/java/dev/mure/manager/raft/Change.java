package dev.mure.manager.raft;

import dev.mure.manager.store.ClusterState;
import dev.mure.manager.store.StateDelta;

/**
 * What a subscriber missed.
 *
 * @param state the newest state when it was taken
 * @param delta what differs from the state of the change before; may name too much, never too little
 */
public record Change(ClusterState state, StateDelta delta) {}
