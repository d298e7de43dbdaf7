/** Histories of calls on the Control API, and whether they are linearizable. */
@NullMarked
package dev.mure.it.history;

import org.jspecify.annotations.NullMarked;
