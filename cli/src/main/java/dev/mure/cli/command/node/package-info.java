/** {@code mure node …}: the machines of the cluster. */
@NullMarked
package dev.mure.cli.command.node;

import org.jspecify.annotations.NullMarked;
