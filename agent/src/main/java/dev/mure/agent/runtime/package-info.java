/**
 * The port to whatever runs containers on this machine, with its values. {@code runtime.docker} and {@code runtime.process}
 * implement it; {@code task} calls it. Knows nothing of managers and sessions.
 */
@NullMarked
package dev.mure.agent.runtime;

import org.jspecify.annotations.NullMarked;
