/** How a rollout is asked to go: the flags for it, and how it is shown. */
@NullMarked
package dev.mure.cli.command.policy;

import org.jspecify.annotations.NullMarked;
