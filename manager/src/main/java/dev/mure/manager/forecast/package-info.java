/**
 * What an update would do, before anybody decides on it: the planners themselves run ahead in virtual time, against agents that do
 * everything at once and well. Also how long tasks took to start, as the measure of what is still to come. Pure.
 *
 * <p>Knows the planners and the store; {@code api} asks.
 */
@NullMarked
package dev.mure.manager.forecast;

import org.jspecify.annotations.NullMarked;
