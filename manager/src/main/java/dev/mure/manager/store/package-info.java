/**
 * The replicated state as an immutable value, and the only way it changes: {@link dev.mure.manager.store.Applier} takes a
 * state and a batch of transactions and returns the next state with what changed.
 *
 * <p>Pure: no clock, no randomness, no I/O, no thread. The package knows nobody but the schema ({@code dev.mure.v1}); everybody
 * else in the manager may know it.
 */
@NullMarked
package dev.mure.manager.store;

import org.jspecify.annotations.NullMarked;
