/** {@code mure completion}: scripts for shells. */
@NullMarked
package dev.mure.cli.command.completion;

import org.jspecify.annotations.NullMarked;
