package dev.mure.manager.raft;

/**
 * A member that votes.
 *
 * @param peerId {@code <node id>-<incarnation>}
 * @param address {@code HOST:PORT} of its Raft traffic
 */
public record Voter(String peerId, String address) {}
