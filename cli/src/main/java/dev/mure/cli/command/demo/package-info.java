/** {@code mure demo}: a whole cluster on this machine, and what it does when things go wrong. */
@NullMarked
package dev.mure.cli.command.demo;

import org.jspecify.annotations.NullMarked;
