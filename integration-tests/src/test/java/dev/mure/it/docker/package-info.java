/** A private container engine with images that are made on the spot. Uses {@code http}. */
@NullMarked
package dev.mure.it.docker;

import org.jspecify.annotations.NullMarked;
