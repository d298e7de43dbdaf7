/** The command line {@code mure}: finds the command that is meant, runs it, and turns what it throws into one line and a code. */
@NullMarked
package dev.mure.cli;

import org.jspecify.annotations.NullMarked;
