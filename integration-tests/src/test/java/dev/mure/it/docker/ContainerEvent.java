package dev.mure.it.docker;

/**
 * Something that became of a container.
 *
 * @param action the engine's word, for example {@code start}, {@code kill}, {@code die}
 * @param timeNanos the engine's clock, since 1970
 */
public record ContainerEvent(String container, String action, long timeNanos) {}
