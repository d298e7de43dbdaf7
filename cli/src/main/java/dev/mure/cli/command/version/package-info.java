/** {@code mure version}. */
@NullMarked
package dev.mure.cli.command.version;

import org.jspecify.annotations.NullMarked;
