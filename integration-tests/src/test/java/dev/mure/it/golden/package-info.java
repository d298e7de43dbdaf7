/** Compares what the command line prints with texts that say what it must print. */
@NullMarked
package dev.mure.it.golden;

import org.jspecify.annotations.NullMarked;
