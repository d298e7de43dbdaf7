/** The Control API as the tests call it: over the HTTP door of managers. */
@NullMarked
package dev.mure.it.control;

import org.jspecify.annotations.NullMarked;
