/** What a run of the command line gets from whoever starts it, and what it gives back: streams, variables, time, exit code. */
@NullMarked
package dev.mure.cli.process;

import org.jspecify.annotations.NullMarked;
