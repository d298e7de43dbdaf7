package dev.mure.agent.runtime;

/**
 * What runs the containers.
 *
 * @param runtime
 *            `docker` or `process`
 * @param version
 *            of the container engine; of Mure itself for processes
 */
public record RuntimeDescription(String runtime, String version) {}
