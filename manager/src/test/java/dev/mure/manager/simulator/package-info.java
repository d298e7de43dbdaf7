/**
 * The deterministic simulator: the real planners, the real store and the real planning round in a world of one thread, one seed
 * and virtual time. Leaders come and go with unknown outcomes; agents, images and messages misbehave; clients ask for anything.
 * After each step the invariants are checked, and at the end, when the faults have stopped, that all came to what was asked for.
 */
@NullMarked
package dev.mure.manager.simulator;

import org.jspecify.annotations.NullMarked;
