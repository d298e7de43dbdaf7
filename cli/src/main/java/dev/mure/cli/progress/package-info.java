/**
 * Following a service until it is as asked: {@link Convergence} decides from what managers send, {@link ProgressDisplay}s show
 * it, {@link ServiceFollower} joins them.
 */
@NullMarked
package dev.mure.cli.progress;

import org.jspecify.annotations.NullMarked;
