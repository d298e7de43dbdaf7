/** The command line: a client of the managers' HTTP door that starts quickly. */
@NullMarked
package dev.mure.cli;

import org.jspecify.annotations.NullMarked;
