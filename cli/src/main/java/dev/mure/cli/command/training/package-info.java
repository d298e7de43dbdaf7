/** {@code mure aot-training}: what the launcher runs to fill the JDK's AOT cache. */
@NullMarked
package dev.mure.cli.command.training;

import org.jspecify.annotations.NullMarked;
