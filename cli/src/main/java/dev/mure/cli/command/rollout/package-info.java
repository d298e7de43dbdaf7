/** {@code mure rollout …}: look at the moves of services to other revisions, and steer them. */
@NullMarked
package dev.mure.cli.command.rollout;

import org.jspecify.annotations.NullMarked;
