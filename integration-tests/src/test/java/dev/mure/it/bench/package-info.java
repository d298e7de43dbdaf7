/** What is measured; started by {@code integration-tests/bench}. */
@NullMarked
package dev.mure.it.bench;

import org.jspecify.annotations.NullMarked;
