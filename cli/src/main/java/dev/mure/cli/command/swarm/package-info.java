/** {@code mure swarm …}: the managers as a whole. */
@NullMarked
package dev.mure.cli.command.swarm;

import org.jspecify.annotations.NullMarked;
