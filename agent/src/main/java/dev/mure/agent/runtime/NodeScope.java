package dev.mure.agent.runtime;

/** Whose containers are meant: those of one node of one cluster. All others on the machine are not ours to touch. */
public record NodeScope(String clusterId, String nodeId) {}
