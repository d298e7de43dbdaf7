package dev.mure.agent.runtime;

/** A container as the runtime found it. */
public record HeldContainer(ContainerRef container, ContainerState state) {}
