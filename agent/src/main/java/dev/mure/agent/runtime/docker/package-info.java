/**
 * Tasks as containers of a Docker Engine on this machine, and the only package that sees the Docker library. Implements
 * {@link dev.mure.agent.runtime.ContainerRuntime}.
 */
@NullMarked
package dev.mure.agent.runtime.docker;

import org.jspecify.annotations.NullMarked;
