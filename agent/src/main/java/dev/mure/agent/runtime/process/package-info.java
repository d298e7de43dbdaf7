/**
 * Tasks as plain processes, for machines without a container engine: no isolation, only a working directory, an environment
 * and an own session per task. All state is in files, so that a restarted agent finds what runs and learns how what ended
 * ended. Implements {@link dev.mure.agent.runtime.ContainerRuntime}.
 */
@NullMarked
package dev.mure.agent.runtime.process;

import org.jspecify.annotations.NullMarked;
