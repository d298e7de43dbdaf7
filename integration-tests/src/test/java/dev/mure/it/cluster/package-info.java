/** Starts the distribution as real processes, hurts them, and clears up. Uses {@code control}. */
@NullMarked
package dev.mure.it.cluster;

import org.jspecify.annotations.NullMarked;
