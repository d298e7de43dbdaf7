/** Faults of managers, and what must hold under each of them. */
@NullMarked
package dev.mure.it.fault;

import org.jspecify.annotations.NullMarked;
