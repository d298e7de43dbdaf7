/** Stand-ins for what is outside: managers, time, the process. */
@NullMarked
package dev.mure.cli.testing;

import org.jspecify.annotations.NullMarked;
