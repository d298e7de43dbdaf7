/** The noun {@code swarm}: who belongs to the cluster. */
@NullMarked
package dev.mure.cli.command.swarm;

import org.jspecify.annotations.NullMarked;
